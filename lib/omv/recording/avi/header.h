// SPDX-License-Identifier: LGPL-2.1-or-later
// The bytes in front of the frames, always as many (docs/avi.md has the table).
#pragma once

#include <cstdint>
#include <vector>

#include "omv/base/bytes.h"
#include "omv/recording/avi/rate.h"
#include "omv/recording/avi/tags.h"

namespace omv::avi {

/// One entry of the index of indexes.
struct IndexReference {
  std::uint64_t offset = 0;  ///< of the chunk ix00 in the file
  std::uint32_t bytes = 0;   ///< of that chunk, with its own header
  std::uint32_t slots = 0;   ///< that it covers
};

/// What the header says at one moment.
struct HeaderFields {
  std::uint32_t width = 0;   ///< at most 65535
  std::uint32_t height = 0;  ///< at most 65535
  Rate rate;
  std::uint64_t slots = 0;        ///< of the whole file
  std::uint32_t first_slots = 0;  ///< of the first RIFF
  std::uint32_t largest_chunk = 0;
  std::uint64_t payload_bytes = 0;
  std::uint32_t riff_bytes = 0;  ///< size field of the first RIFF; 0: not known (streaming)
  std::uint32_t movi_bytes = 0;  ///< size field of its frame list
  bool has_old_index = false;
  std::vector<IndexReference> indexes;  ///< at most kSuperEntries
};

/// kFileHeader bytes. Tags that find no room are cut, then left out.
Bytes make_file_header(const HeaderFields& fields, const Tags& tags);

/// kSegmentHeader bytes of a RIFF behind the first. `movi_bytes`: size field of its frame list.
Bytes make_segment_header(std::uint32_t movi_bytes);

}  // namespace omv::avi
