// SPDX-License-Identifier: LGPL-2.1-or-later
// Candidates of a cell: entries no farther from its middle than the nearest one and twice the way to a corner.
#include "omv/image/nearest_color.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace omv {

namespace {

// From the middle of a cell to its farthest corner, in twice the unit of a component: 2 * 1.5 steps on each axis.
const double kToCorner = std::sqrt(static_cast<double>(weighted_distance(3, 3, 3)));

int twice_the_middle(std::uint8_t value) { return (value & ~3) * 2 + 3; }

}  // namespace

NearestColor::NearestColor(ColorTable table)
    : table_(std::move(table)), answers_(std::size_t{1} << kAnswerBits), cells_(std::size_t{1} << 18) {
  answers_[0] = look_up({0, 0, 0});  // what an empty entry says
}

std::uint8_t NearestColor::look_up(Rgb888 color) {
  const std::size_t cell = std::size_t{color.r} >> 2 << 12 | std::size_t{color.g} >> 2 << 6 | color.b >> 2;
  if (cells_[cell] == 0) cells_[cell] = find_candidates(color);
  const std::uint8_t* candidate = &candidates_[cells_[cell] >> kCountBits];
  const std::uint32_t count = cells_[cell] & kCountMask;
  return count == 1 ? *candidate : nearest_of(candidate, count, color);
}

std::uint32_t NearestColor::find_candidates(Rgb888 color) {
  const int r = twice_the_middle(color.r);
  const int g = twice_the_middle(color.g);
  const int b = twice_the_middle(color.b);
  std::vector<int> distances(table_.size());
  for (std::size_t i = 0; i < table_.size(); ++i)
    distances[i] = weighted_distance(r - 2 * table_[i].r, g - 2 * table_[i].g, b - 2 * table_[i].b);
  const int least = *std::min_element(distances.begin(), distances.end());
  // One more for what weighted_distance() cuts off.
  const double reach = std::pow(std::sqrt(least + 1.0) + 2 * kToCorner, 2);
  if (candidates_.size() + table_.size() > kMostCandidates) forget_candidates();
  const auto first = static_cast<std::uint32_t>(candidates_.size());
  for (std::size_t i = 0; i < table_.size(); ++i)
    if (distances[i] <= reach) candidates_.push_back(static_cast<std::uint8_t>(i));
  return first << kCountBits | (static_cast<std::uint32_t>(candidates_.size()) - first);
}

void NearestColor::forget_candidates() {
  std::fill(cells_.begin(), cells_.end(), 0U);
  candidates_.clear();
}

std::uint8_t NearestColor::nearest_of(const std::uint8_t* candidates, std::uint32_t count, Rgb888 color) const {
  int least = std::numeric_limits<int>::max();
  std::uint8_t best = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const int distance = weighted_distance(color, table_[candidates[i]]);
    if (distance >= least) continue;
    least = distance;
    best = candidates[i];
  }
  return best;
}

}  // namespace omv
