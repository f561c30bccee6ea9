// SPDX-License-Identifier: LGPL-2.1-or-later
// The lists in front of the frames.
#pragma once

#include <vector>

#include "omv/recording/avi/chunk_source.h"
#include "omv/recording/avi/reader.h"

namespace omv::avi {

struct ParsedHeader {
  HeaderClaims claims;
  std::vector<std::uint64_t> indexes;  ///< offsets of the chunks that the index of indexes names
  std::uint32_t stream = 0;            ///< number of the video stream
  std::uint64_t movi_end = 0;          ///< end of the first list of frames as claimed
};

/// Errors as Reader::open.
Result<ParsedHeader> read_header(ChunkSource& source);

}  // namespace omv::avi
