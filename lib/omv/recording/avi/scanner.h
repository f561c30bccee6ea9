// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames as they are in the file, whatever its headers and indexes say.
#pragma once

#include "omv/recording/avi/chunk_source.h"
#include "omv/recording/avi/reader.h"

namespace omv::avi {

/// Walks from the first chunk of the frames to the end of the file. Reads headers of chunks and the stored times;
/// behind what makes no sense it searches for the next picture. Takes time in proportion to the chunks, and to the
/// bytes of damage. Errors are the source's.
Result<Contents> scan_frames(ChunkSource& source, const FramePlace& place);

}  // namespace omv::avi
