// SPDX-License-Identifier: LGPL-2.1-or-later
// Sums per cell.
#include "omv/image/color_histogram.h"

namespace omv {

namespace {

constexpr unsigned kBits = 5;

std::size_t cell_of(const std::uint8_t* rgb) {
  constexpr unsigned kDrop = 8 - kBits;
  return std::size_t{rgb[0]} >> kDrop << 2 * kBits | std::size_t{rgb[1]} >> kDrop << kBits | rgb[2] >> kDrop;
}

}  // namespace

ColorHistogram::ColorHistogram() : cells_(std::size_t{1} << 3 * kBits) {}

void ColorHistogram::add(const std::uint8_t* rgbx, std::size_t pixels, std::size_t step) {
  for (std::size_t i = 0; i < pixels; i += step) {
    const std::uint8_t* rgb = rgbx + 4 * i;
    Cell& cell = cells_[cell_of(rgb)];
    cell.r += rgb[0];
    cell.g += rgb[1];
    cell.b += rgb[2];
    ++cell.count;
  }
}

std::vector<ColorCount> ColorHistogram::counts() const {
  std::vector<ColorCount> used;
  for (const Cell& cell : cells_) {
    if (cell.count == 0) continue;
    const auto count = static_cast<float>(cell.count);
    used.push_back({static_cast<float>(cell.r) / count, static_cast<float>(cell.g) / count,
                    static_cast<float>(cell.b) / count, count});
  }
  return used;
}

}  // namespace omv
