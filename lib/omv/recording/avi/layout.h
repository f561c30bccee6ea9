// SPDX-License-Identifier: LGPL-2.1-or-later
// Names and fixed numbers of Motion JPEG in AVI, as docs/avi.md lays it out (spec: media, section 4; OpenDML 1.02).
#pragma once

#include <cstdint>

namespace omv::avi {

/// A four-character code as it reads in a little-endian field.
constexpr std::uint32_t four_cc(const char (&text)[5]) {
  std::uint32_t code = 0;
  for (unsigned i = 0; i < 4; ++i) code |= static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])) << (8 * i);
  return code;
}

inline constexpr std::uint32_t kRiff = four_cc("RIFF");
inline constexpr std::uint32_t kList = four_cc("LIST");
inline constexpr std::uint32_t kAvi = four_cc("AVI ");
inline constexpr std::uint32_t kAvix = four_cc("AVIX");
inline constexpr std::uint32_t kMovi = four_cc("movi");
inline constexpr std::uint32_t kJunk = four_cc("JUNK");
inline constexpr std::uint32_t kIdx1 = four_cc("idx1");
inline constexpr std::uint32_t kMjpg = four_cc("MJPG");
inline constexpr std::uint32_t kFrame = four_cc("00dc");       ///< a frame of stream 0
inline constexpr std::uint32_t kFrameIndex = four_cc("ix00");  ///< an OpenDML standard index of stream 0
inline constexpr std::uint32_t kTimes = four_cc("omvt");       ///< begins a JUNK chunk that holds exact times

inline constexpr std::uint32_t kHasIndex = 0x10;  ///< flag of avih: idx1 is there
inline constexpr std::uint32_t kKeyFrame = 0x10;  ///< flag of an idx1 entry

inline constexpr std::uint32_t kChunkHeader = 8;     ///< four-character code and size
inline constexpr std::uint32_t kListHeader = 12;     ///< and the kind of the list
inline constexpr std::uint32_t kSegmentHeader = 24;  ///< "RIFF" size "AVIX" "LIST" size "movi"
inline constexpr std::uint32_t kFileHeader = 8192;   ///< everything in front of the first frame of a file of ours
inline constexpr std::uint32_t kIndexHeader = 24;    ///< of ix00 and indx, behind the chunk header
inline constexpr std::uint32_t kIndexEntry = 8;      ///< of ix00
inline constexpr std::uint32_t kSuperEntry = 16;     ///< of indx
inline constexpr std::uint32_t kOldEntry = 16;       ///< of idx1

inline constexpr std::uint32_t kSuperEntries = 416;            ///< that the reserved index of indexes has room for
inline constexpr std::uint32_t kMostSlots = 1u << 20;          ///< of one RIFF, so that its index fits into memory
inline constexpr std::uint64_t kMostBytes = 1ull << 30;        ///< of one RIFF
inline constexpr std::uint64_t kMostPayload = kMostBytes / 4;  ///< of one frame

}  // namespace omv::avi
