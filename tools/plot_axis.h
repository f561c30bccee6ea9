// SPDX-License-Identifier: LGPL-2.1-or-later
// From values to pixels, and the round values that are worth a label.
#pragma once

#include <string>
#include <vector>

namespace omv::tool {

struct Tick {
  double value;
  std::string label;  ///< may be empty
};

/// A range of values on a range of pixels, of which the second may lie before the first, as of an axis that goes up.
class PlotAxis {
 public:
  /// From 0 to at least `most`, which is a positive number, with ticks at multiples of 1, 2 or 5 powers of ten.
  static PlotAxis linear(double most, int first_pixel, int last_pixel);

  /// Powers of ten, and 2 and 5 times these; values below `least` are at its place. 0 < least < most.
  static PlotAxis logarithmic(double least, double most, int first_pixel, int last_pixel);

  /// Seconds from 0 to `most`, with ticks that clocks have. Positive.
  static PlotAxis time(double most, int first_pixel, int last_pixel);

  int pixel(double value) const;
  const std::vector<Tick>& ticks() const { return ticks_; }

 private:
  double place(double value) const;  // what is linear on the axis

  double from_ = 0;
  double to_ = 1;
  int first_ = 0;
  int last_ = 0;
  bool is_logarithmic_ = false;
  std::vector<Tick> ticks_;
};

}  // namespace omv::tool
