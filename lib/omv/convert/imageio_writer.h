// SPDX-License-Identifier: LGPL-2.1-or-later
// An ImageIO file as what a conversion writes.
#pragma once

#include <memory>
#include <string>

#include "omv/convert/frame_writer.h"

namespace omv::convert {

/// Pictures that the container holds stay as they are, byte for byte; others become PNG. Times are rounded to
/// milliseconds without an error that adds up, and the first frame keeps its interval. Errc::exists.
Result<std::unique_ptr<FrameWriter>> create_imageio(const std::string& path, const WriterOptions& options);

}  // namespace omv::convert
