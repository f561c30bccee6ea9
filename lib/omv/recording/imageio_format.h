// SPDX-License-Identifier: LGPL-2.1-or-later
// The bytes of an ImageIO file: magic, chunk headers, padding (spec: imageio, sections 1 to 6). No state, no I/O of its
// own.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "omv/base/bytes.h"
#include "omv/base/file.h"
#include "omv/base/result.h"
#include "omv/image/image.h"

namespace omv::imageio {

inline constexpr std::size_t kMagicBytes = 16;
inline constexpr std::size_t kAlignment = 16;       ///< every chunk starts at a multiple of this
inline constexpr std::size_t kMaxHeaderBytes = 32;  ///< V2; V1 headers have 16
inline constexpr std::uint64_t kMaxPayload = 0x7FFFFFFF;

using Microseconds = std::chrono::duration<std::int64_t, std::micro>;

/// Longest interval that is written, about 24 days; readers take longer ones as damage (spec: section 4).
inline constexpr Microseconds kMaxInterval = std::chrono::milliseconds(0x7FFFFFFF);

/// The values are what ImageIO.version() returns.
enum class Version : std::uint8_t { v1_0 = 10, v1_1 = 11, v2_0 = 20, v2_1 = 21 };

/// "OMV IMG STR Vx.y". Errc::invalid: not this container; Errc::unsupported: another version of it.
Result<Version> parse_magic(ConstByteSpan bytes);
std::array<std::uint8_t, kMagicBytes> make_magic(Version version);
std::size_t header_bytes(Version version);

/// How to take RGB565 of V1.0 files: the camera swaps, yet firmware 3.7 to 3.9.1 wrote native order
/// under the same label (spec: section 3.1).
enum class Rgb565Order : std::uint8_t {
  swap,          ///< as the camera reads them: big endian
  native,        ///< little endian
  by_smoothness  ///< per file, whichever order gives the smoother pictures
};

/// One frame as it lies in a file. All offsets from the start of the file.
struct Chunk {
  std::uint64_t offset = 0;         ///< of the header; a multiple of 16
  std::uint32_t header_bytes = 0;   ///< 16 or 32
  std::uint64_t payload_bytes = 0;  ///< bytes stored
  std::uint32_t pad_bytes = 0;      ///< zero bytes that belong behind the payload
  bool pad_missing = false;         ///< the file ends inside the padding; the frame itself is whole
  FrameInfo info;
  Microseconds interval{0};        ///< from the previous frame to this one; absurd values are 0
  std::uint32_t raw_interval = 0;  ///< the field as stored: ms, in V2.1 µs
  std::uint32_t raw_format = 0;    ///< V2 pixel format id, V1 `bpp`
  std::uint32_t raw_size = 0;      ///< V2 `size`; meaningful for compressed frames only

  std::uint64_t payload_offset() const { return offset + header_bytes; }
  std::uint64_t next_offset() const { return payload_offset() + payload_bytes + pad_bytes; }

  /// Bytes of the frame in memory: more than payload_bytes for quarter-length BINARY of firmware 2.5 to 2.7,
  /// whose missing rest is zero.
  std::uint64_t memory_bytes() const {
    return info.format == PixelFormat::binary ? omv::payload_bytes(info) : payload_bytes;
  }
};

/// How long the BINARY frames of a V1.0 file are: firmware 2.5 to 2.7 stored a quarter of them (section 3.1). What
/// follows a frame tells; where it can't (a file that is cut, frames too small to differ), the frames before it do.
enum class BinaryLength : std::uint8_t { unknown, full, quarter };

/// What a chunk that was read says; unknown for other formats and where a quarter would have ended at the same place.
BinaryLength binary_length(const Chunk& chunk);

/// Reads the chunk that starts at `offset`. Never allocates beyond what the source has.
///   Errc::end        `offset` is the end of the source
///   Errc::truncated  header or payload is cut off
///   Errc::invalid    the header is implausible (section 6)
///   Errc::again      a growing source does not have enough bytes yet
/// Messages name the field and the value; the caller adds the frame's number.
Result<Chunk> read_chunk(const ByteSource& source, Version version, std::uint64_t offset,
                         BinaryLength before = BinaryLength::unknown);

/// What make_header() refuses, in words; nothing to do with where the frame goes.
Result<void> check_writable(const FrameInfo& info, std::uint64_t payload);

/// The 32 bytes of a V2.0 chunk header. `payload` is stored for compressed frames, 0 for others.
/// Refuses what can't be written: argb8, empty compressed frames, sizes out of range, a payload of the wrong length.
Result<std::array<std::uint8_t, kMaxHeaderBytes>> make_header(const FrameInfo& info, std::uint32_t interval_ms,
                                                              std::uint64_t payload);

/// Zero bytes behind a payload.
constexpr std::size_t pad_bytes(std::uint64_t payload) {
  return static_cast<std::size_t>(padding_to(payload, kAlignment));
}

/// Turns frame times into intervals whose sum never drifts: round(t_n) - round(t_{n-1}) in ms.
/// The first frame's interval is 0; a time that goes back gives 0.
class IntervalRounder {
 public:
  std::uint32_t next(std::chrono::nanoseconds time);
  void restart() { started_ = false; }

 private:
  std::int64_t last_ms_ = 0;
  bool started_ = false;
};

/// Decides Rgb565Order::by_smoothness for one picture: sum of absolute neighbour differences (of the 888 components)
/// of the pixels as stored, and with their bytes swapped. Add up over a file and compare.
struct Smoothness {
  std::uint64_t native = 0;
  std::uint64_t swapped = 0;
};
Smoothness rgb565_smoothness(const ImageView& picture);

/// True when RGB565 payloads of this recording have to be swapped: V1.0 only, as `order` says. by_smoothness looks at
/// all RGB565 frames, or at `only` where a source can't be read ahead.
Result<bool> swaps_rgb565(const ByteSource& source, Version version, Rgb565Order order, const Chunk* only = nullptr);

}  // namespace omv::imageio
