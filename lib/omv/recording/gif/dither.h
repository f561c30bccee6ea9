// SPDX-License-Identifier: LGPL-2.1-or-later
// What is added to a pixel before its colour is looked up.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "omv/image/convert.h"
#include "omv/recording/gif/settings.h"

namespace omv::gif {

/// Goes over a picture row by row. One thread at a time.
class Ditherer {
 public:
  /// `amplitude` of the ordered pattern in steps of a component: about the distance of neighbours in the table.
  Ditherer(Dither kind, std::uint32_t width, double amplitude);

  void begin_row(std::uint32_t y);

  /// The pixel at column x of this row as it is to be looked up.
  Rgb888 adjust(std::uint32_t x, const std::uint8_t* pixel) const;

  /// What was looked up by `wanted` became `got`: with diffusion the rest goes to pixels to the right and below.
  void settle(std::uint32_t x, Rgb888 wanted, Rgb888 got);

 private:
  using Rest = std::array<std::int16_t, 3>;  // in sixteenths

  Dither kind_;
  double amplitude_;
  std::uint32_t y_ = 0;
  std::vector<Rest> here_;  // one more at both ends
  std::vector<Rest> below_;
};

}  // namespace omv::gif
