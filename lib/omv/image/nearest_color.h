// SPDX-License-Identifier: LGPL-2.1-or-later
// From a colour to the entry of a table that is nearest to it, by what was found for its neighbours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "omv/image/color_table.h"

namespace omv {

/// Exact by weighted_distance(); of equals the first. Remembers the last answers, and for every cell of 6 bits a
/// component that is asked for, the few entries that can be the nearest there: 1.3 MB and some bytes a cell, 8 MB at
/// most. One thread at a time.
class NearestColor {
 public:
  /// 1..256 colours.
  explicit NearestColor(ColorTable table);

  const ColorTable& table() const { return table_; }

  std::uint8_t index(Rgb888 color) {
    const std::uint32_t key = std::uint32_t{color.r} << 16 | color.g << 8 | color.b;
    std::uint32_t& answer = answers_[key * kSpread >> (32 - kAnswerBits)];
    if (answer >> 8 != key) answer = key << 8 | look_up(color);
    return static_cast<std::uint8_t>(answer);
  }

 private:
  static constexpr unsigned kAnswerBits = 16;
  static constexpr std::uint32_t kSpread = 2654435761U;  // golden ratio: neighbours go far from each other
  static constexpr unsigned kCountBits = 9;
  static constexpr std::uint32_t kCountMask = (1U << kCountBits) - 1;

  static constexpr std::size_t kMostCandidates = std::size_t{1} << (32 - kCountBits);  // that cells_ can point to

  std::uint8_t look_up(Rgb888 color);
  std::uint32_t find_candidates(Rgb888 color);
  void forget_candidates();
  std::uint8_t nearest_of(const std::uint8_t* candidates, std::uint32_t count, Rgb888 color) const;

  ColorTable table_;
  std::vector<std::uint32_t> answers_;  // a colour and its index in the lowest byte
  std::vector<std::uint32_t> cells_;    // where its candidates begin, and how many; 0: not asked for yet
  std::vector<std::uint8_t> candidates_;
};

}  // namespace omv
