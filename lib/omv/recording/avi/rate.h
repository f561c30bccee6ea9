// SPDX-License-Identifier: LGPL-2.1-or-later
// The rate of a recording as a fraction, and exact conversions between its slots and time.
#pragma once

#include <chrono>
#include <cstdint>

namespace omv::avi {

using Nanoseconds = std::chrono::nanoseconds;

inline constexpr std::uint32_t kMostRate = 1'000'000'000;  ///< of numerator and denominator

/// Slots per second; both parts are 1 to kMostRate.
struct Rate {
  std::uint32_t numerator = 0;
  std::uint32_t denominator = 1;

  bool is_valid() const {
    return numerator > 0 && denominator > 0 && numerator <= kMostRate && denominator <= kMostRate;
  }
  double per_second() const { return static_cast<double>(numerator) / denominator; }
};

/// The slot whose time is nearest to `time`, which is not negative; halves go up. Exact for every valid rate.
std::uint64_t nearest_slot(Rate rate, Nanoseconds time);

/// The last slot whose time is not behind `time`, which is not negative.
std::uint64_t slot_before(Rate rate, Nanoseconds time);

/// The time of a slot, rounded to a nanosecond; the largest there is where it does not fit.
Nanoseconds slot_time(Rate rate, std::uint64_t slot);

}  // namespace omv::avi
