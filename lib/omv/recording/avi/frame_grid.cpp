// SPDX-License-Identifier: LGPL-2.1-or-later
// Slots in order; jumps of time move the origin.
#include "omv/recording/avi/frame_grid.h"

#include <algorithm>

namespace omv::avi {

namespace {

// Far beyond any recording, and differences still fit.
Nanoseconds bounded(Nanoseconds time) { return std::clamp(time, Nanoseconds::min() / 4, Nanoseconds::max() / 4); }

}  // namespace

std::uint64_t FrameGrid::advance_to(std::uint64_t slot) {
  const std::uint64_t empty = slot > slots_ ? slot - slots_ : 0;
  slots_ += empty;
  return empty;
}

// Moves the origin where time jumps, so that what follows the jump keeps its distances.
Nanoseconds FrameGrid::time_in_order(Nanoseconds time) {
  const Nanoseconds since = time - *origin_;
  const Nanoseconds next = slot_time(rate_, slots_);
  const bool back = since < latest_;
  const bool forward = since - latest_ > kMostGap && since - end_ > kMostGap;
  if (back) ++counts_.back;
  if (forward) ++counts_.jumps;
  const bool far_back = back && latest_ - since > slot_time(rate_, kMostSlotsLate);
  if (!far_back && !forward) return std::max(since, latest_);
  origin_ = time - next;
  return next;
}

FrameGrid::Place FrameGrid::place(std::optional<Nanoseconds> time, std::optional<Nanoseconds> duration) {
  const std::uint64_t untimed = counts_.untimed;
  const std::uint64_t back = counts_.back + counts_.jumps;
  Place place;
  if (!time) {
    ++counts_.untimed;
    place.time = std::max(end_, slot_time(rate_, slots_));
  } else {
    if (!origin_) origin_ = bounded(*time) - slot_time(rate_, slots_);
    place.time = time_in_order(bounded(*time));
  }
  const std::uint64_t own = nearest_slot(rate_, place.time);
  const bool as_usual = counts_.untimed == untimed && counts_.back + counts_.jumps == back;
  if (own + kMostSlotsLate < slots_) {
    ++counts_.dropped;
    place.stored = false;
    return place;
  }
  if (own < slots_ && as_usual) ++counts_.moved;
  latest_ = place.time;
  end_ = duration ? place.time + std::clamp(*duration, Nanoseconds(0), kMostGap) : place.time;
  place.empty = advance_to(own);
  ++slots_;
  return place;
}

std::uint64_t FrameGrid::pass(Nanoseconds until) {
  if (!origin_) return 0;
  const Nanoseconds since = bounded(until) - *origin_;
  if (since <= end_ || since - end_ > kMostGap) return 0;
  end_ = since;
  return advance_to(slot_before(rate_, end_));
}

std::uint64_t FrameGrid::finish() { return advance_to(nearest_slot(rate_, end_)); }

}  // namespace omv::avi
