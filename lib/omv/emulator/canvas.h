// SPDX-License-Identifier: LGPL-2.1-or-later
// Drawing into grayscale and rgb565 pictures: the two formats in which the scene is painted.
#pragma once

#include <cstdint>

#include "omv/image/convert.h"
#include "omv/image/image.h"

namespace omv::emulator {

/// A rectangle in pixels; may hang over the edges of a picture.
struct Area {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

/// The part of `area` inside the picture; width or height 0 when there is none.
Area clip(const Area& area, const FrameInfo& info);

void put_pixel(const MutableImageView& image, std::uint32_t x, std::uint32_t y, Rgb888 color);
void fill(const MutableImageView& image, const Area& area, Rgb888 color);

/// Colour between a (t = 0) and b (t = 256).
constexpr Rgb888 mix(Rgb888 a, Rgb888 b, int t) {
  const auto part = [t](int from, int to) { return static_cast<std::uint8_t>(from + ((to - from) * t >> 8)); };
  return {part(a.r, b.r), part(a.g, b.g), part(a.b, b.b)};
}

/// The colour with `light` added to every component, clamped.
constexpr Rgb888 lit(Rgb888 c, int light) {
  const auto part = [light](int v) {
    const int sum = v + light;
    return static_cast<std::uint8_t>(sum < 0 ? 0 : sum > 255 ? 255 : sum);
  };
  return {part(c.r), part(c.g), part(c.b)};
}

}  // namespace omv::emulator
