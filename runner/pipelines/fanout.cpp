// SPDX-License-Identifier: LGPL-2.1-or-later
// Handing on, under a lock that nobody waits under.
#include "runner/pipelines/fanout.h"

#include <algorithm>

namespace omv::runner {

void Fanout::add(FrameTaker* taker) {
  const std::lock_guard hold(mutex_);
  takers_.push_back(taker);
}

void Fanout::remove(FrameTaker* taker) {
  const std::lock_guard hold(mutex_);
  takers_.erase(std::remove(takers_.begin(), takers_.end(), taker), takers_.end());
}

void Fanout::put(GstBuffer* frame, GstCaps* caps, Time now) {
  const std::lock_guard hold(mutex_);
  ++counts_.frames;
  counts_.bytes += gst_buffer_get_size(frame);
  counts_.last = now;
  gst_caps_replace(&caps_, caps);
  for (FrameTaker* taker : takers_) taker->take(frame, caps);
}

FrameCounts Fanout::counts() const {
  const std::lock_guard hold(mutex_);
  return counts_;
}

GstCaps* Fanout::caps() const {
  const std::lock_guard hold(mutex_);
  return caps_ != nullptr ? gst_caps_ref(caps_) : nullptr;
}

}  // namespace omv::runner
