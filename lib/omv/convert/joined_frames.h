// SPDX-License-Identifier: LGPL-2.1-or-later
// Several recordings, one behind the other, as one.
#pragma once

#include <memory>
#include <vector>

#include "omv/convert/frame_reader.h"

namespace omv::convert {

/// A recording begins its first frame's interval after the last frame of the one before it; where it does not say, when
/// that frame ends. So the shards of a recording become the whole again. There is at least one part.
std::unique_ptr<FrameReader> join(std::vector<std::unique_ptr<FrameReader>> parts);

}  // namespace omv::convert
