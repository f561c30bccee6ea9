// SPDX-License-Identifier: LGPL-2.1-or-later
// An ImageIO file as what a conversion reads.
#pragma once

#include <memory>
#include <string>

#include "omv/convert/frame_reader.h"
#include "omv/recording/imageio_format.h"

namespace omv::convert {

/// Frames of argb8 have no data. What is behind damage is a loss. Errors as imageio::FileStream::open().
Result<std::unique_ptr<FrameReader>> open_imageio(const std::string& path, imageio::Rgb565Order order);

}  // namespace omv::convert
