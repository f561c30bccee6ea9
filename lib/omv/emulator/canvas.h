// SPDX-License-Identifier: LGPL-2.1-or-later
// Colours between colours, for the scene, which is painted in grayscale or rgb565.
#pragma once

#include <cstdint>

#include "omv/image/draw.h"

namespace omv::emulator {

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
