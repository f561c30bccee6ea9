// SPDX-License-Identifier: LGPL-2.1-or-later
// A schedule on the clock on the wall, which may be put forward and back while it runs.
#pragma once

#include <ctime>
#include <functional>

#include "rig/schedule.h"
#include "runner/event_loop.h"
#include "runner/triggers/schedule_watch.h"

namespace omv::runner {

/// Calls at every moment of a schedule, until it goes, as ScheduleWatch says when the clock is set.
class WallTimer {
 public:
  /// `call` gets the moment of the schedule, which is now or just was.
  WallTimer(EventLoop& loop, rig::Schedule schedule, std::function<void(std::time_t moment)> call);
  WallTimer(const WallTimer&) = delete;
  WallTimer& operator=(const WallTimer&) = delete;

 private:
  void arm();
  void look();

  EventLoop& loop_;
  ScheduleWatch schedule_;
  const std::function<void(std::time_t)> call_;
  Watch watch_;
};

/// Since 1970.
Time wall_clock_now();

}  // namespace omv::runner
