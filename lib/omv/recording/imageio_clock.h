// SPDX-License-Identifier: LGPL-2.1-or-later
// The clock of a stream: intervals of writes and the pace of reads (spec: imageio, section 4).
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "omv/base/clock.h"
#include "omv/recording/imageio_format.h"

namespace omv::imageio {

/// Writes and reads count from moments of their own, so that neither disturbs the other.
class StreamClock {
 public:
  explicit StreamClock(std::shared_ptr<Clock> clock)
      : clock_(std::move(clock)), last_write_(clock_->now()), due_(last_write_) {}

  /// Interval of a write: the one that the caller knows, else the time since the write before it (the first: since the
  /// stream was made). Within what the field of a file can hold.
  Microseconds lap(std::optional<Microseconds> known) {
    const Time now = clock_->now();
    const Time since = now - std::exchange(last_write_, now);
    return std::clamp(known.value_or(std::chrono::duration_cast<Microseconds>(since)), Microseconds(0), kMaxInterval);
  }

  /// Before a frame is handed out. Paused: sleeps until it is due; the next one is due from then on,
  /// not from now, so that a late reader catches up.
  void pace(Microseconds interval, bool pause) {
    if (!pause) return rebase();
    due_ += interval;
    clock_->sleep_until(due_);
  }

  /// The next frame is due its interval from now.
  void rebase() { due_ = clock_->now(); }

 private:
  std::shared_ptr<Clock> clock_;
  Time last_write_;
  Time due_;
};

}  // namespace omv::imageio
