// SPDX-License-Identifier: LGPL-2.1-or-later
// How much farther than the nearest a colour may be, when that makes a string of the LZW coder longer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace omv::gif {

/// Spends a fixed part of the error that the colour table makes anyway, where it is seen least: in blocks that are
/// busy. A table that has all colours of a picture leaves nothing to spend. One thread at a time.
class LossBudget {
 public:
  LossBudget(std::uint32_t width, std::uint32_t height);

  /// For a picture of four bytes R, G, B and any a pixel, rows without padding. `table_error`: mean
  /// weighted_distance() of its pixels to the table.
  void plan(const std::uint8_t* rgbx, double table_error);

  /// weighted_distance() that a pixel may lose.
  int allowance(std::size_t x, std::size_t y) const { return allowances_[y / kBlock * blocks_across_ + x / kBlock]; }

  /// What a picture cost: sums of weighted_distance() of the colours that were nearest, and of those chosen.
  void settle(double nearest, double chosen);

 private:
  static constexpr std::size_t kBlock = 8;

  double variance(const std::uint8_t* rgbx, std::size_t left, std::size_t top) const;

  std::size_t width_;
  std::size_t height_;
  std::size_t blocks_across_;
  std::vector<std::int32_t> allowances_;  // of each block
  double factor_;                         // of the table's error
};

}  // namespace omv::gif
