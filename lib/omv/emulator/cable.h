// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether an emulated camera is plugged in, and what it lost while it was not.
#pragma once

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include "omv/base/clock.h"

namespace omv::emulator {

/// Safe from any thread.
class Cable {
 public:
  /// Out until `back`. Pulled again while out: the later time and the greater loss count.
  void pull(Time back, bool power_lost) {
    const std::lock_guard lock(mutex_);
    back_ = std::max(back_.value_or(back), back);
    power_lost_ = power_lost_ || power_lost;
  }
  /// From now on nothing keeps it from coming back.
  void release() {
    const std::lock_guard lock(mutex_);
    if (back_) back_ = Time(0);
  }
  bool pulled() const { return back_at().has_value(); }
  std::optional<Time> back_at() const {
    const std::lock_guard lock(mutex_);
    return back_;
  }
  /// Plugs it in if the time has come; true when it was out and is in now.
  bool plug_in(Time now) {
    const std::lock_guard lock(mutex_);
    if (!back_ || now < *back_) return false;
    back_.reset();
    return true;
  }
  /// True once after the power was lost.
  bool take_power_loss() {
    const std::lock_guard lock(mutex_);
    return std::exchange(power_lost_, false);
  }

 private:
  mutable std::mutex mutex_;
  std::optional<Time> back_;
  bool power_lost_ = false;
};

}  // namespace omv::emulator
