// SPDX-License-Identifier: LGPL-2.1-or-later
// Sine and square root in integers, so that every machine draws the same picture.
#pragma once

#include <cstdint>

namespace omv::emulator {

/// Sine of an angle of 256 units per turn, times 256 (Bhaskara's approximation; at most 0.2 % off).
constexpr int sine(int angle) {
  const int half = angle & 127;
  const int product = half * (128 - half);
  const int value = 256 * 16 * product / (5 * 128 * 128 - 4 * product);
  return (angle & 128) != 0 ? -value : value;
}

/// Largest integer whose square is at most `value`; 0 for negative values.
constexpr int root(std::int64_t value) {
  std::int64_t low = 0;
  for (std::int64_t bit = std::int64_t{1} << 20; bit != 0; bit >>= 1)
    if ((low + bit) * (low + bit) <= value) low += bit;
  return static_cast<int>(low);
}

/// The angle, -64..64, whose sine is `value` / 256.
constexpr int arc_sine(int value) {
  int angle = -64;
  while (angle < 64 && sine(angle + 1) <= value) ++angle;
  return angle;
}

}  // namespace omv::emulator
