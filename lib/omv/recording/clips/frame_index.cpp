// SPDX-License-Identifier: LGPL-2.1-or-later
// Two queues that lose at the front what they gain at the back.
#include "omv/recording/clips/frame_index.h"

#include <algorithm>

namespace omv::clips {

RingFrame& FrameIndex::add(RingFrame frame) {
  frame.sequence = next_;
  if (frame.key) keys_.push_back({next_, keys_.empty() ? frame.time : std::max(keys_.back().time, frame.time)});
  memory_ += frame.memory;
  frames_.push_back(frame);
  ++next_;
  return frames_.back();
}

std::uint64_t FrameIndex::first_at(Time time) const {
  const auto found = std::partition_point(frames_.begin(), frames_.end(),
                                          [time](const RingFrame& frame) { return frame.place < time; });
  return begin() + static_cast<std::uint64_t>(found - frames_.begin());
}

void FrameIndex::drop_front() {
  memory_ -= frames_.front().memory;
  if (frames_.front().key) keys_.pop_front();
  frames_.pop_front();
}

}  // namespace omv::clips
