// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames in pieces, so that the first of them can be taken off again.
#include "runner/pipelines/segment_fill.h"

namespace omv::runner {

void SegmentFill::add(Time time, std::uint64_t bytes) {
  bytes_ += bytes;
  if (pieces_.empty() || pieces_.back().bytes >= grain_) {
    pieces_.push_back({time, bytes});
    return;
  }
  pieces_.back().last = time;
  pieces_.back().bytes += bytes;
}

void SegmentFill::cut() {
  bytes_ = 0;
  pieces_.clear();
}

void SegmentFill::begin_at(Time start) {
  while (!pieces_.empty() && pieces_.front().last < start) {
    bytes_ -= pieces_.front().bytes;
    pieces_.pop_front();
  }
}

}  // namespace omv::runner
