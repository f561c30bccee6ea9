// SPDX-License-Identifier: LGPL-2.1-or-later
// The next moment behind everything that was.
#include "runner/triggers/schedule_watch.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace omv::runner {

ScheduleWatch::ScheduleWatch(rig::Schedule schedule, Time now) : schedule_(std::move(schedule)), newest_(now) {
  find_next(now);
}

void ScheduleWatch::find_next(Time after) {
  next_ = rig::next_after(schedule_, std::chrono::floor<std::chrono::seconds>(after).count());
}

std::optional<std::time_t> ScheduleWatch::due(Time now) {
  if (newest_ - now > kSameClock) {
    newest_ = now;
    find_next(now);
  }
  newest_ = std::max(newest_, now);
  if (!next_ || now < Time(std::chrono::seconds(*next_))) return std::nullopt;
  const std::time_t moment = *next_;
  find_next(newest_);
  return moment;
}

std::optional<Time> ScheduleWatch::delay(Time now) const {
  if (!next_) return std::nullopt;
  return std::max(Time(std::chrono::seconds(*next_)) - now, Time(0));
}

}  // namespace omv::runner
