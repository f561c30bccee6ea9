// SPDX-License-Identifier: LGPL-2.1-or-later
// Counts that grow, as rates over the last seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>

#include "omv/base/clock.h"

namespace omv::runner {

/// One thread.
class RateMeter {
 public:
  static constexpr Time kWindow = std::chrono::seconds(3);

  /// What has come by now, since the start. A rate begins with the first frame.
  void add(Time now, std::uint64_t frames, std::uint64_t bytes) {
    if (!samples_.empty() && samples_.back().frames == 0) samples_.clear();
    samples_.push_back({now, frames, bytes});
    while (samples_.size() > 2 && samples_[1].when <= now - kWindow) samples_.pop_front();
  }

  double frame_rate() const { return rate(&Sample::frames); }  ///< frames a second; 0 until there are two counts
  double byte_rate() const { return rate(&Sample::bytes); }    ///< bytes a second

 private:
  struct Sample {
    Time when;
    std::uint64_t frames;
    std::uint64_t bytes;
  };

  double rate(std::uint64_t Sample::*count) const {
    if (samples_.size() < 2) return 0;
    const Sample& first = samples_.front();
    const Sample& last = samples_.back();
    const double seconds = std::chrono::duration<double>(last.when - first.when).count();
    return seconds > 0 ? static_cast<double>(last.*count - first.*count) / seconds : 0;
  }

  std::deque<Sample> samples_;
};

}  // namespace omv::runner
