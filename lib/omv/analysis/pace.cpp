// SPDX-License-Identifier: LGPL-2.1-or-later
// A grid in time with a little tolerance: six times 33.333333 ms are 200 ms.
#include "omv/analysis/pace.h"

#include <algorithm>

namespace omv::analysis {

namespace {

constexpr double kSlowest = 1e-3;  // analyses per second; keeps the interval within what Time holds
constexpr int kTolerance = 100;    // of an interval

}  // namespace

bool Pace::is_due(Time time, double rate) {
  if (rate <= 0) return true;
  const Time interval(static_cast<Time::rep>(1e9 / std::max(rate, kSlowest)));
  if (next_ && time + interval / kTolerance < *next_ && *next_ - time <= 2 * interval) return false;
  const bool goes_on = next_ && time < *next_ + interval && *next_ <= time + interval / kTolerance;
  next_ = (goes_on ? *next_ : time) + interval;
  return true;
}

}  // namespace omv::analysis
