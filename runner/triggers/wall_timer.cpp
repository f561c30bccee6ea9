// SPDX-License-Identifier: LGPL-2.1-or-later
// Looks at the clock at the moment, and every second in case it was set.
#include "runner/triggers/wall_timer.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace omv::runner {

namespace {

using namespace std::chrono_literals;

constexpr Time kLook = 1s;

}  // namespace

Time wall_clock_now() { return std::chrono::system_clock::now().time_since_epoch(); }

WallTimer::WallTimer(EventLoop& loop, rig::Schedule schedule, std::function<void(std::time_t)> call)
    : loop_(loop), schedule_(std::move(schedule), wall_clock_now()), call_(std::move(call)) {
  arm();
}

void WallTimer::arm() {
  const auto delay = schedule_.delay(wall_clock_now());
  if (delay) watch_ = loop_.after(std::min(*delay, kLook), [this] { look(); });
}

void WallTimer::look() {
  const auto due = schedule_.due(wall_clock_now());
  arm();
  if (due) call_(*due);
}

}  // namespace omv::runner
