// SPDX-License-Identifier: LGPL-2.1-or-later
// An animated GIF as what a conversion reads.
#pragma once

#include <memory>
#include <string>

#include "omv/convert/frame_reader.h"

namespace omv::convert {

/// What is shown, as rgba8888 of the whole screen, or rgbx8888 when all of it is opaque. A delay of 0 counts as 100 ms,
/// as in browsers. Errors as gif::Reader::open(), with the path.
Result<std::unique_ptr<FrameReader>> open_gif(const std::string& path);

}  // namespace omv::convert
