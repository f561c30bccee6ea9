// SPDX-License-Identifier: LGPL-2.1-or-later
// Pixels and rectangles.
#include "omv/image/draw.h"

#include <algorithm>

namespace omv {

Area clip(const Area& area, const FrameInfo& info) {
  const int left = std::clamp(area.x, 0, static_cast<int>(info.width));
  const int top = std::clamp(area.y, 0, static_cast<int>(info.height));
  const int right = std::clamp(area.x + area.width, left, static_cast<int>(info.width));
  const int bottom = std::clamp(area.y + area.height, top, static_cast<int>(info.height));
  return {left, top, right - left, bottom - top};
}

void put_pixel(const MutableImageView& image, std::uint32_t x, std::uint32_t y, Rgb888 color) {
  std::uint8_t* row = image.row(y);
  switch (image.info.format) {
    case PixelFormat::rgb565: store_le<std::uint16_t>(row + 2 * std::size_t{x}, reduce_to_565(color)); break;
    case PixelFormat::rgb888:
      row[3 * std::size_t{x}] = color.r;
      row[3 * std::size_t{x} + 1] = color.g;
      row[3 * std::size_t{x} + 2] = color.b;
      break;
    default: row[x] = luma(color);
  }
}

void fill(const MutableImageView& image, const Area& area, Rgb888 color) {
  const Area inside = clip(area, image.info);
  for (int y = 0; y < inside.height; ++y)
    for (int x = 0; x < inside.width; ++x)
      put_pixel(image, static_cast<std::uint32_t>(inside.x + x), static_cast<std::uint32_t>(inside.y + y), color);
}

}  // namespace omv
