// SPDX-License-Identifier: LGPL-2.1-or-later
// Times that jump, are missing, or are absurd.
#include "omv/recording/clips/frame_times.h"

#include <algorithm>

namespace omv::clips {

namespace {

constexpr Time kJump = std::chrono::seconds(1);
constexpr Time kFarthest{std::int64_t{1} << 60};  // 36 years: sums of a few never overflow

Time bounded(Time time) { return std::clamp(time, -kFarthest, kFarthest); }

}  // namespace

void FrameTimes::settle(const Frame& frame, RingFrame& settled) {
  const auto stamp = frame.time ? frame.time : frame.decode_time;
  Time time = stamp ? in_ring(*stamp) : expected_;
  Time decode_time = frame.decode_time ? std::min(in_ring(*frame.decode_time), time) : time;
  if (has_frame_ && decode_time < place_ - kJump) {
    const Time step = expected_ - decode_time;
    offset_ = bounded(offset_ + step);
    time = std::max(time + step, expected_);
    decode_time = expected_;
  }
  settled.time = time;
  settled.decode_time = decode_time;
  settled.duration = std::clamp(frame.duration, Time(0), kFarthest);
  place_ = settled.place = has_frame_ ? std::max(place_, decode_time) : decode_time;
  expected_ = bounded(has_frame_ ? std::max(expected_, settled.end()) : settled.end());
  has_frame_ = true;
}

Time FrameTimes::in_ring(Time time) const { return bounded(bounded(time) + offset_); }

std::optional<Time> FrameTimes::end() const { return has_frame_ ? std::optional(expected_) : std::nullopt; }

}  // namespace omv::clips
