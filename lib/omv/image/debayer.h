// SPDX-License-Identifier: LGPL-2.1-or-later
// Bilinear interpolation of Bayer mosaics (spec: media, section 1.1).
#pragma once

#include <cstdint>

#include "omv/image/image.h"

namespace omv {

/// Row `y` of a Bayer picture as R, G, B, 255; `width` * 4 bytes. Edges mirror without repeating the edge,
/// on every side and for every width (the firmware does not for even widths).
void debayer_row(const ImageView& image, std::uint32_t y, std::uint8_t* rgbx);

/// Offset of the colour (0 = R, 1 = G, 2 = B) that a Bayer format has at column x of row y.
unsigned bayer_color_at(PixelFormat format, std::uint32_t x, std::uint32_t y);

}  // namespace omv
