// SPDX-License-Identifier: LGPL-2.1-or-later
// How often colours occur, in cells of 5 bits a component that remember the mean of what fell into them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace omv {

/// A cell that is not empty.
struct ColorCount {
  float r, g, b;  ///< mean, 0..255
  float count;
};

/// 640 KB, whatever the number of pixels. One thread at a time.
class ColorHistogram {
 public:
  ColorHistogram();

  /// Pixels of four bytes R, G, B and any; every `step`th from the first.
  void add(const std::uint8_t* rgbx, std::size_t pixels, std::size_t step = 1);

  /// The cells in use, in the order of their colours.
  std::vector<ColorCount> counts() const;

 private:
  struct Cell {
    std::uint64_t r = 0, g = 0, b = 0;
    std::uint32_t count = 0;
  };
  std::vector<Cell> cells_;
};

}  // namespace omv
