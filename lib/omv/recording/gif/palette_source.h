// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a GIF's colours come from, and whether they still serve.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "omv/image/color_histogram.h"
#include "omv/recording/gif/color_mapper.h"
#include "omv/recording/gif/settings.h"

namespace omv::gif {

/// Pixels are four bytes R, G, B and any. One thread at a time.
class PaletteSource {
 public:
  /// `grey` is what the camera's palette is to be.
  PaletteSource(PaletteMode mode, unsigned colors, bool grey) : mode_(mode), colors_(colors), grey_(grey) {}

  /// A picture that the first palette shall serve, before there is one.
  void learn(const std::uint8_t* rgbx, std::size_t pixels) { histogram_.add(rgbx, pixels); }

  /// Makes the first palette. `rgbx` is the picture whose quality the later ones are measured by.
  void settle(const std::uint8_t* rgbx, std::size_t pixels);

  /// Makes another one when this picture needs it: true then. Only PaletteMode::adaptive does.
  bool renew(const std::uint8_t* rgbx, std::size_t pixels);

  /// Mean weighted_distance() of the last picture's pixels to the palette, of a sample.
  double error() const { return error_; }

  bool is_settled() const { return mapper_.has_value(); }
  ColorMapper& mapper() { return *mapper_; }

 private:
  double error_of(const std::uint8_t* rgbx, std::size_t pixels);

  PaletteMode mode_;
  unsigned colors_;
  bool grey_;
  ColorHistogram histogram_;
  std::optional<ColorMapper> mapper_;
  double error_ = 0;
  double usual_error_ = 0;  // mean distance to the palette, of the picture that it was made from
};

}  // namespace omv::gif
