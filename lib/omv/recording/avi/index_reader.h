// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames as the indexes of an AVI list them.
#pragma once

#include <cstdint>
#include <vector>

#include "omv/recording/avi/chunk_source.h"
#include "omv/recording/avi/reader.h"

namespace omv::avi {

/// OpenDML: the chunks ix## at these offsets, which have to be in order. Errors as Reader::read_indexes.
Result<Contents> read_standard_indexes(ChunkSource& source, const FramePlace& place,
                                       const std::vector<std::uint64_t>& indexes);

/// idx1, whose offsets count from the list of frames or from the start of the file.
Result<Contents> read_old_index(ChunkSource& source, const FramePlace& place);

/// Whether a chunk of this name holds a picture of the stream: "00dc" or "00db" of stream 0.
bool is_picture_of(std::uint32_t stream, std::uint32_t id);

}  // namespace omv::avi
