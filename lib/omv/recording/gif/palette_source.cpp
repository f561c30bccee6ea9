// SPDX-License-Identifier: LGPL-2.1-or-later
// A palette is renewed when a sample of a picture is clearly farther from it than the picture it was made from.
#include "omv/recording/gif/palette_source.h"

#include "omv/image/quantize.h"

namespace omv::gif {

namespace {

constexpr std::size_t kSampleStep = 13;
constexpr double kWorse = 1.5;
constexpr double kNoticeable = 3 * 2 * 2;  // two steps in each component

}  // namespace

double PaletteSource::error_of(const std::uint8_t* rgbx, std::size_t pixels) {
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < pixels; i += kSampleStep, ++count) {
    const std::uint8_t* pixel = rgbx + 4 * i;
    const Rgb888 color = {pixel[0], pixel[1], pixel[2]};
    sum += weighted_distance(color, mapper_->table()[mapper_->index(color)]);
  }
  return count == 0 ? 0 : sum / static_cast<double>(count);
}

void PaletteSource::settle(const std::uint8_t* rgbx, std::size_t pixels) {
  if (mode_ == PaletteMode::openmv) {
    mapper_ = ColorMapper::camera(grey_);
    return;
  }
  mapper_ = ColorMapper::nearest(quantize(histogram_, colors_ - 1));
  histogram_ = ColorHistogram();
  usual_error_ = error_ = error_of(rgbx, pixels);
}

bool PaletteSource::renew(const std::uint8_t* rgbx, std::size_t pixels) {
  if (mode_ == PaletteMode::openmv) return false;
  error_ = error_of(rgbx, pixels);
  if (mode_ == PaletteMode::global || error_ <= kWorse * usual_error_ + kNoticeable) return false;
  learn(rgbx, pixels);
  settle(rgbx, pixels);
  return true;
}

}  // namespace omv::gif
