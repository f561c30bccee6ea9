// SPDX-License-Identifier: LGPL-2.1-or-later
// Drawing into pictures of grayscale, rgb565 and rgb888.
#pragma once

#include <cstdint>

#include "omv/image/convert.h"
#include "omv/image/image.h"

namespace omv {

/// A rectangle in pixels; may hang over the edges of a picture.
struct Area {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

/// The part of `area` inside the picture; width or height 0 when there is none.
Area clip(const Area& area, const FrameInfo& info);

/// Inside the picture.
void put_pixel(const MutableImageView& image, std::uint32_t x, std::uint32_t y, Rgb888 color);
void fill(const MutableImageView& image, const Area& area, Rgb888 color);

}  // namespace omv
