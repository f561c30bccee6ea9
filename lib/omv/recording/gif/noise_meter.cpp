// SPDX-License-Identifier: LGPL-2.1-or-later
// Medians of differences in time and of a Laplacian in space, turned into standard deviations of normal noise.
#include "omv/recording/gif/noise_meter.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace omv::gif {

namespace {

constexpr std::size_t kSampleStep = 7;

using Counts = std::array<std::uint32_t, 256>;

// The value below which `part` of what was counted lies, between the whole numbers.
double quantile(const Counts& counts, std::uint32_t total, double part) {
  const double wanted = part * total;
  double below = 0;
  for (std::size_t value = 0; value < counts.size(); ++value) {
    if (below + counts[value] >= wanted && counts[value] > 0)
      return std::max(0.0, static_cast<double>(value) - 0.5 + (wanted - below) / counts[value]);
    below += counts[value];
  }
  return 255;
}

// Second differences along both axes: zero on slopes, and the weights of nine pixels' noise.
int laplacian(const std::uint8_t* green, std::size_t row) {
  const auto at = [green](std::ptrdiff_t offset) { return int{green[offset]}; };
  const auto up = -static_cast<std::ptrdiff_t>(row);
  const auto down = static_cast<std::ptrdiff_t>(row);
  return at(up - 4) + at(up + 4) + at(down - 4) + at(down + 4) - 2 * (at(up) + at(down) + at(-4) + at(4)) + 4 * at(0);
}

// The quietest quarter of a picture tells: elsewhere is texture.
double within_picture(const std::uint8_t* rgbx, std::uint32_t width, std::uint32_t height) {
  constexpr double kGain = 6;                    // of the Laplacian on independent noise
  constexpr double kQuarterOfAbsolute = 0.3186;  // quantile of |normal|
  Counts counts = {};
  std::uint32_t total = 0;
  const std::size_t row = 4 * std::size_t{width};
  for (std::size_t y = 1; y + 1 < height; y += 3)
    for (std::size_t x = 1; x + 1 < width; x += 5, ++total)
      ++counts[static_cast<std::size_t>(std::min(255, std::abs(laplacian(rgbx + y * row + 4 * x + 1, row))))];
  return total == 0 ? 0 : quantile(counts, total, 0.25) / kQuarterOfAbsolute / kGain;
}

}  // namespace

double NoiseMeter::between_pictures(const std::uint8_t* rgbx, std::size_t pixels) {
  constexpr double kMedianOfDifference = 0.954;  // of two values with the same normal noise
  const bool first = sample_.empty();
  sample_.resize((pixels + kSampleStep - 1) / kSampleStep);
  Counts counts = {};
  for (std::size_t i = 0; i < sample_.size(); ++i) {
    const std::uint8_t green = rgbx[4 * kSampleStep * i + 1];
    ++counts[static_cast<std::size_t>(std::abs(green - sample_[i]))];
    sample_[i] = green;
  }
  if (first) return 0;
  return quantile(counts, static_cast<std::uint32_t>(sample_.size()), 0.5) / kMedianOfDifference;
}

double NoiseMeter::measure(const std::uint8_t* rgbx, std::uint32_t width, std::uint32_t height) {
  const double in_time = between_pictures(rgbx, std::size_t{width} * height);
  return std::min(in_time, within_picture(rgbx, width, height));
}

}  // namespace omv::gif
