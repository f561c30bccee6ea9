// SPDX-License-Identifier: LGPL-2.1-or-later
// Looks at the clock at the moment, and once a minute in case it was set.
#include "runner/wall_timer.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace omv::runner {

namespace {

using namespace std::chrono_literals;

constexpr Time kLook = 30s;

}  // namespace

Time wall_clock_now() { return std::chrono::system_clock::now().time_since_epoch(); }

WallTimer::WallTimer(EventLoop& loop, rig::Schedule schedule, std::function<void(std::time_t)> call)
    : loop_(loop), schedule_(std::move(schedule)), call_(std::move(call)) {
  arm();
}

void WallTimer::arm() {
  armed_at_ = wall_clock_now();
  const auto next = rig::next_after(schedule_, std::chrono::floor<std::chrono::seconds>(armed_at_).count());
  if (!next) return;
  next_ = *next;
  const Time delay = Time(std::chrono::seconds(next_)) - armed_at_;
  watch_ = loop_.after(std::clamp(delay, Time(0), kLook), [this] { look(); });
}

void WallTimer::look() {
  const Time now = wall_clock_now();
  const bool was_put_back = now < armed_at_;
  const std::time_t due = next_;
  const bool is_due = !was_put_back && now >= Time(std::chrono::seconds(due));
  arm();
  if (is_due) call_(due);
}

}  // namespace omv::runner
