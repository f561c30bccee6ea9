// SPDX-License-Identifier: LGPL-2.1-or-later
// An 8x8 threshold pattern, and the weights of Floyd and Steinberg.
#include "omv/recording/gif/dither.h"

#include <algorithm>

namespace omv::gif {

namespace {

// Bits of x ^ y and of y, interleaved from the lowest on: the recursive pattern, 0..63.
constexpr int threshold_at(std::uint32_t x, std::uint32_t y) {
  unsigned value = 0;
  for (unsigned bit = 0; bit < 3; ++bit) value = value << 2 | ((x ^ y) >> bit & 1) << 1 | (y >> bit & 1);
  return static_cast<int>(value);
}

std::uint8_t clamp8(int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); }

}  // namespace

Ditherer::Ditherer(Dither kind, std::uint32_t width, double amplitude)
    : kind_(kind), amplitude_(amplitude), here_(std::size_t{width} + 2), below_(std::size_t{width} + 2) {}

void Ditherer::begin_row(std::uint32_t y) {
  y_ = y;
  here_.swap(below_);
  std::fill(below_.begin(), below_.end(), Rest{});
}

Rgb888 Ditherer::adjust(std::uint32_t x, const std::uint8_t* pixel) const {
  if (kind_ == Dither::ordered) {
    const int bias = static_cast<int>(amplitude_ * (threshold_at(x, y_) - 31.5) / 64);
    return {clamp8(pixel[0] + bias), clamp8(pixel[1] + bias), clamp8(pixel[2] + bias)};
  }
  const Rest& rest = here_[x + 1];
  return {clamp8(pixel[0] + rest[0] / 16), clamp8(pixel[1] + rest[1] / 16), clamp8(pixel[2] + rest[2] / 16)};
}

void Ditherer::settle(std::uint32_t x, Rgb888 wanted, Rgb888 got) {
  if (kind_ != Dither::diffusion) return;
  const Rest rest = {static_cast<std::int16_t>(wanted.r - got.r), static_cast<std::int16_t>(wanted.g - got.g),
                     static_cast<std::int16_t>(wanted.b - got.b)};
  const auto give = [&rest](Rest& to, int weight) {
    for (std::size_t i = 0; i < 3; ++i) to[i] = static_cast<std::int16_t>(to[i] + rest[i] * weight);
  };
  give(here_[x + 2], 7);
  give(below_[x], 3);
  give(below_[x + 1], 5);
  give(below_[x + 2], 1);
}

}  // namespace omv::gif
