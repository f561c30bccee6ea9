// SPDX-License-Identifier: LGPL-2.1-or-later
// Timestamps as the hundredths of a second that GIF counts in, without an error that adds up.
#pragma once

#include <cstdint>
#include <optional>

namespace omv::gif {

/// Hundredths since the first frame. One thread at a time.
class FrameClock {
 public:
  static constexpr std::int64_t kMostGap = 86'400'000'000'000;  ///< a day: more is no pause but another scale
  static constexpr std::int64_t kUsualInterval = 100'000'000;   ///< where two times have not told it yet

  /// `time` in nanoseconds, on any scale. A time before the one of the frame before, or more than kMostGap behind it,
  /// goes on one interval after it.
  std::int64_t at(std::int64_t time) {
    if (!last_) offset_ = time;
    if (last_ && (time < *last_ || time - *last_ > kMostGap)) {
      offset_ += time - *last_ - interval_;
    } else if (last_ && time > *last_) {
      interval_ = time - *last_;
    }
    last_ = time;
    return to_hundredths(time - offset_);
  }

  /// When a frame ends that was the last one asked about.
  std::int64_t end_of_last(std::int64_t duration) const { return to_hundredths(*last_ - offset_ + duration); }

  /// Between the last two frames of different times.
  std::int64_t interval() const { return interval_; }

 private:
  static std::int64_t to_hundredths(std::int64_t nanoseconds) { return (nanoseconds + 5'000'000) / 10'000'000; }

  std::int64_t offset_ = 0;
  std::int64_t interval_ = kUsualInterval;
  std::optional<std::int64_t> last_;
};

}  // namespace omv::gif
