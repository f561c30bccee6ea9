// SPDX-License-Identifier: LGPL-2.1-or-later
// Bilinear scaling of the formats that a camera scales before it sends them.
#pragma once

#include "omv/image/image.h"

namespace omv {

/// Scales binary, grayscale or rgb565 to the size of `to`, which has the same format. Both are at least 1x1.
/// BINARY is interpolated as 0 and 255 and cut above 127.
void scale_bilinear(const ImageView& from, const MutableImageView& to);

/// The largest size of the same shape within max_width x max_height that is not larger than the picture itself:
/// min ratio, floor, in single precision as the camera computes it. May be 0 on a side.
FrameInfo scaled_to_fit(const FrameInfo& info, std::uint32_t max_width, std::uint32_t max_height);

}  // namespace omv
