// SPDX-License-Identifier: LGPL-2.1-or-later
// When a fault that comes again and again strikes.
#pragma once

#include <cstdint>

#include "omv/emulator/faults.h"

namespace omv::emulator {

class FaultClock {
 public:
  /// Frames and time count from here.
  void restart(std::uint64_t frames, Time now) {
    frames_ = frames;
    time_ = now;
  }

  /// `frames`: shown so far. By frames it strikes when the next one is there, so that a host has had the last of them.
  /// True: it strikes now, and the count begins anew.
  bool strikes(const When& when, std::uint64_t frames, Time now) {
    const bool by_frames = when.frames > 0 && frames > frames_ && frames - frames_ > when.frames;
    const bool by_time = when.time > Time(0) && now - time_ >= when.time;
    if (by_frames || by_time) restart(frames, now);
    return by_frames || by_time;
  }

 private:
  std::uint64_t frames_ = 0;
  Time time_{0};
};

}  // namespace omv::emulator
