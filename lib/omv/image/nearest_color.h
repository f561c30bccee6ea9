// SPDX-License-Identifier: LGPL-2.1-or-later
// From a colour to the entry of a table that is nearest to it, by what was found for its neighbours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "omv/image/color_table.h"

namespace omv {

/// Exact by weighted_distance(); of equals the first. Remembers, for every cell of 6 bits a component that is asked
/// for, the few entries that can be the nearest there: 1 MB and some bytes a cell. One thread at a time.
class NearestColor {
 public:
  /// 1..256 colours.
  explicit NearestColor(ColorTable table);

  const ColorTable& table() const { return table_; }

  std::uint8_t index(Rgb888 color) {
    const std::size_t cell = std::size_t{color.r} >> 2 << 12 | std::size_t{color.g} >> 2 << 6 | color.b >> 2;
    if (cells_[cell] == 0) cells_[cell] = find_candidates(color);
    const std::uint8_t* candidate = &candidates_[cells_[cell] >> kCountBits];
    const std::uint32_t count = cells_[cell] & kCountMask;
    return count == 1 ? *candidate : nearest_of(candidate, count, color);
  }

 private:
  static constexpr unsigned kCountBits = 9;
  static constexpr std::uint32_t kCountMask = (1U << kCountBits) - 1;

  std::uint32_t find_candidates(Rgb888 color);
  std::uint8_t nearest_of(const std::uint8_t* candidates, std::uint32_t count, Rgb888 color) const;

  ColorTable table_;
  std::vector<std::uint32_t> cells_;  // where its candidates begin, and how many; 0: not asked for yet
  std::vector<std::uint8_t> candidates_;
};

}  // namespace omv
