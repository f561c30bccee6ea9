// SPDX-License-Identifier: LGPL-2.1-or-later
// What a fixed camera sees when nothing happens: a mean for each cell, and how much the cell trembles around it.
#pragma once

#include <cstdint>
#include <vector>

#include "omv/base/bytes.h"

namespace omv::analysis {

/// Differences are counted in quarters of a grey level.
inline constexpr int kQuarters = 4;
inline constexpr int kMaxDifference = 255 * kQuarters;

/// One thread at a time. Every `luma` but that of begin() has size() cells.
class Background {
 public:
  /// Forgets what was learned; this is the background.
  void begin(ConstByteSpan luma);
  void clear() { mean_.clear(); }

  bool empty() const { return mean_.empty(); }
  std::size_t size() const { return mean_.size(); }

  /// How far each cell is off its mean, beyond what it trembles anyway: 0 to kMaxDifference. With `ignore_light` the
  /// median of all differences is taken off first: light that changes everywhere alike.
  void compare(ConstByteSpan luma, bool ignore_light, std::vector<std::uint16_t>& differences);

  /// How much of what a cell is off its mean goes into that mean, 0 to 1.
  struct Shares {
    float still = 0;
    float moving = 0;  ///< of cells whose difference reaches the threshold
  };

  /// Learns the picture that was compared last.
  void learn(ConstByteSpan luma, const std::vector<std::uint16_t>& differences, int threshold, Shares shares);

 private:
  float median_offset(ConstByteSpan luma);

  std::vector<float> mean_;
  std::vector<float> noise_;  // mean absolute deviation
  std::vector<std::uint32_t> histogram_;
  float offset_ = 0;  // of the light, in the picture that was compared last
};

}  // namespace omv::analysis
