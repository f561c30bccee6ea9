// SPDX-License-Identifier: LGPL-2.1-or-later
// Neighbours in the list of times make intervals and durations.
#include "omv/convert/frame_reader.h"

#include <algorithm>

namespace omv::convert {

namespace {

Error one_way() { return {Errc::unsupported, "these frames come in their order only"}; }

}  // namespace

Result<void> FrameReader::go_to(std::size_t) { return one_way(); }

Result<void> FrameReader::go_to(Nanoseconds) { return one_way(); }

Result<bool> IndexedReader::next(TimedFrame& into) {
  const std::vector<Nanoseconds>& times = timeline_.times;
  for (; next_ < times.size(); ++next_) {
    OMV_TRY(const bool is_whole, read(next_, into.frame));
    if (!is_whole) continue;
    into.index = next_;
    into.time = times[next_];
    into.interval = next_ > 0 ? times[next_] - times[next_ - 1] : timeline_.first_interval;
    into.duration = (next_ + 1 < times.size() ? times[next_ + 1] : timeline_.end) - times[next_];
    ++next_;
    return true;
  }
  return false;
}

Result<void> IndexedReader::skip(std::size_t frames) {
  next_ += std::min(frames, timeline_.times.size() - next_);
  return {};
}

Result<void> IndexedReader::go_to(std::size_t frame) {
  next_ = std::min(frame, timeline_.times.size());
  return {};
}

Result<void> IndexedReader::go_to(Nanoseconds time) {
  const std::vector<Nanoseconds>& times = timeline_.times;
  next_ = static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), time) - times.begin());
  return {};
}

}  // namespace omv::convert
