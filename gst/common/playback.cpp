// SPDX-License-Identifier: LGPL-2.1-or-later
// Frame choice for seeks, rates and loops.
#include "common/playback.h"

namespace omv::gst {

namespace {

using imageio::Index;
using imageio::Microseconds;

// In trick modes without an interval of its own: at most this many frames per second of running time.
constexpr double kTrickFramesPerSecond = 30;

// The last frame at or before `time`, or the one behind it, as the snap flags of a key-unit seek want it.
std::uint64_t snap(const Index& index, Microseconds time, GstSeekFlags flags) {
  const std::size_t before = index.frame_at(time);
  const bool exact = index[before].time >= time || before + 1 >= index.size();
  if (exact || !has_flag(flags, GST_SEEK_FLAG_SNAP_AFTER)) return before;
  if (!has_flag(flags, GST_SEEK_FLAG_SNAP_BEFORE)) return before + 1;
  return time - index[before].time <= index[before + 1].time - time ? before : before + 1;  // both bits: nearest
}

}  // namespace

Result<void> Playback::go_to(Index& index, const ByteSource& source, const Seek& seek) {
  const bool forward = segment.rate >= 0;
  Microseconds target = from_gst(segment.position);
  if (!forward && target.count() > 0) target -= Microseconds(1);  // the stop itself is not shown
  OMV_CHECK(index.extend_to_time(source, target));
  seek_ = seek;
  loop_offset_ = Microseconds(0);
  frame_ = 0;
  if (index.size() == 0) return {};
  if (forward && index.complete() && target >= index.end_time()) {
    frame_ = index.size();
    return {};
  }
  if (seek.frame) {
    frame_ = *seek.frame;
    return {};
  }
  if (!has_flag(seek.flags, GST_SEEK_FLAG_KEY_UNIT)) {
    frame_ = index.frame_at(target);
    return {};
  }
  frame_ = snap(index, target, seek.flags);
  snap_segment(index);
  return {};
}

// Every frame is a key frame.
void Playback::snap_segment(const Index& index) {
  const GstClockTime at = to_gst(index[*frame_].time);
  if (segment.rate >= 0) {
    segment.start = segment.position = segment.time = at;
  } else {
    segment.stop = segment.position = at + to_gst(index.duration(*frame_));
  }
}

bool Playback::is_past_segment(Microseconds start, Microseconds duration) const {
  const GstClockTime at = to_gst(start + loop_offset_);
  if (segment.rate >= 0) return GST_CLOCK_TIME_IS_VALID(segment.stop) && at >= segment.stop;
  return at < segment.start && at + to_gst(duration) <= segment.start;
}

Microseconds Playback::trick_step() const {
  const double speed = ABS(segment.rate);
  const bool trick =
      has_flag(seek_.flags, GST_SEEK_FLAG_TRICKMODE) || has_flag(seek_.flags, GST_SEEK_FLAG_TRICKMODE_KEY_UNITS);
  if (!trick || speed <= 1.0) return Microseconds(0);
  if (seek_.trick_interval != 0) return from_gst(seek_.trick_interval);
  return Microseconds(static_cast<std::int64_t>(speed * 1e6 / kTrickFramesPerSecond));
}

Result<void> Playback::advance(Index& index, const ByteSource& source, Microseconds shown) {
  if (segment.rate >= 0) return advance_forward(index, source, shown);
  advance_backward(index, shown);
  return {};
}

Result<void> Playback::advance_forward(Index& index, const ByteSource& source, Microseconds from) {
  const Microseconds step = trick_step();
  ++*frame_;
  while (step.count() > 0) {
    auto known = index.extend_to(source, *frame_);
    if (!known && known.error().code == Errc::end) return {};
    OMV_CHECK(std::move(known));
    if (index[*frame_].time >= from + step) return {};
    ++*frame_;
  }
  return {};
}

void Playback::advance_backward(const Index& index, Microseconds from) {
  const Microseconds step = trick_step();
  do {
    if (*frame_ == 0) {
      frame_.reset();
      return;
    }
    --*frame_;
  } while (step.count() > 0 && index[*frame_].time > from - step);
}

bool Playback::start_next_round(const Index& index) {
  if (segment.rate < 0 || is_segment_seek() || GST_CLOCK_TIME_IS_VALID(segment.stop) || index.size() == 0) return false;
  const Microseconds gap = index.first_interval();
  loop_offset_ += gap.count() > 0 ? index[index.size() - 1].time + gap : index.end_time();
  frame_ = 0;
  return true;
}

}  // namespace omv::gst
