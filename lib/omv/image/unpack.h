// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows of any raw picture as 8-bit samples, so that encoders need no second frame (spec: media, section 1).
#pragma once

#include <cstdint>

#include "omv/image/image.h"

namespace omv {

/// Row `y` of any raw format as luma, `width` bytes. Bayer gives its mosaic as it is, gray16 its high bytes.
void unpack_row_grey(const ImageView& image, std::uint32_t y, std::uint8_t* out);

/// Row `y` of any raw format as R, G, B, 255; `width` * 4 bytes. Bayer is interpolated from its neighbour rows,
/// formats with chroma converted with the firmware's integers (spec: media, section 1.1). Alpha is dropped.
void unpack_row_rgbx(const ImageView& image, std::uint32_t y, std::uint8_t* out);

/// Row `y` of any raw format as Y, Cb, Cr, `width` * 3 bytes. In 4:2:2 both pixels of a pair share its chroma, and the
/// last pixel of an odd row takes the one it lacks from the pair before (128 when there is none). RGB is converted with
/// the firmware's integers (spec: media, section 1).
void unpack_row_ycbcr(const ImageView& image, std::uint32_t y, std::uint8_t* out);

}  // namespace omv
