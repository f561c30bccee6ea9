// SPDX-License-Identifier: LGPL-2.1-or-later
// Which moments of a schedule are due, by a clock on the wall that may be set.
#pragma once

#include <ctime>
#include <optional>

#include "omv/base/clock.h"
#include "rig/schedule.h"

namespace omv::runner {

/// Every moment is due once. One that a clock put forward has leapt over is due late; of several, the first alone. When
/// the clock is put back by up to kSameClock, moments that come again are not due again; by more, it was another clock,
/// and the schedule begins anew. Not synchronised.
class ScheduleWatch {
 public:
  static constexpr Time kSameClock = std::chrono::hours(2);

  /// `now` here and below is the wall clock, since 1970.
  ScheduleWatch(rig::Schedule schedule, Time now);

  /// The moment that is due, if one is.
  std::optional<std::time_t> due(Time now);

  /// From now to the next moment; 0 when it is due; nullopt: there is none.
  std::optional<Time> delay(Time now) const;

 private:
  void find_next(Time after);

  rig::Schedule schedule_;
  Time newest_;  // moments up to here have been due
  std::optional<std::time_t> next_;
};

}  // namespace omv::runner
