// SPDX-License-Identifier: LGPL-2.1-or-later
// Times of frames, and of those who look at them, meet at an anchor that moves with every intervention.
#include "omv/convert/play_head.h"

#include <algorithm>
#include <utility>

namespace omv::convert {

Result<PlayHead> PlayHead::begin(FrameReader& reader, const PlayOptions& options, Time now) {
  PlayHead head(reader, options);
  OMV_TRY(const bool there, head.read_first());
  if (!there) return Error{Errc::end, "there is no frame to show"};
  head.anchor(now);
  return head;
}

std::optional<Time> PlayHead::due() const {
  if (options_.paused || is_at_end_) return std::nullopt;
  if (options_.speed == 0) return anchor_now_;
  const std::chrono::duration<double, std::nano> passed = frame_.time + frame_.duration - anchor_time_;
  return anchor_now_ + std::chrono::round<Time>(passed / options_.speed);
}

Result<bool> PlayHead::advance(Time now) {
  bool has_moved = false;
  for (auto until = due(); until && *until <= now; until = due()) {
    OMV_TRY(const bool there, read_next());
    if (!there) {
      // A recording without length would begin again for ever.
      is_at_end_ = !options_.loop || frame_.time + frame_.duration == Nanoseconds(0);
      if (is_at_end_) return has_moved;
      OMV_CHECK(read_first());
      anchor(*until);
      return true;
    }
    if (has_moved) ++passed_over_;
    has_moved = true;
    if (options_.speed == 0) break;
  }
  return has_moved;
}

Result<bool> PlayHead::step_on() {
  options_.paused = true;
  return read_next();
}

Result<bool> PlayHead::step_back() {
  options_.paused = true;
  is_at_end_ = false;
  if (frame_.index == 0 || options_.selection.is_before(frame_.index - 1, frame_.time - frame_.interval)) return false;
  const std::size_t from = frame_.index;
  for (std::size_t by = 1; by <= from; ++by) {
    OMV_CHECK(go_back(by));
    OMV_TRY(const bool there, read_next());
    // Else those in between are not whole.
    if (!there || frame_.index != from) return there;
  }
  return false;
}

Result<bool> PlayHead::jump(Nanoseconds by, Time now) {
  is_at_end_ = false;
  OMV_CHECK(reader_->go_to(std::max(frame_.time + by, options_.selection.start)));
  OMV_TRY(const bool there, read_next());
  is_at_end_ = !there;
  anchor(now);
  return there;
}

void PlayHead::set_paused(bool paused, Time now) {
  options_.paused = paused;
  anchor(now);
}

void PlayHead::set_speed(double speed, Time now) {
  options_.speed = speed;
  anchor(now);
}

void PlayHead::anchor(Time now) {
  anchor_now_ = now;
  anchor_time_ = frame_.time;
}

// The frame on show stays when there is none behind it.
Result<bool> PlayHead::read_next() {
  do {
    OMV_TRY(const bool there, reader_->next(next_));
    has_read_ = true;
    if (!there || options_.selection.is_behind(next_.index, next_.time)) return false;
  } while (options_.selection.is_before(next_.index, next_.time));
  std::swap(frame_, next_);
  return true;
}

Result<bool> PlayHead::read_first() {
  const Selection& selection = options_.selection;
  if (selection.first == 0 && selection.start > Nanoseconds(0)) {
    OMV_CHECK(reader_->go_to(selection.start));
    return read_next();
  }
  if (has_read_) OMV_CHECK(reader_->go_to(Nanoseconds(0)));
  OMV_CHECK(reader_->skip(selection.first));
  return read_next();
}

// Without numbers, by the time since the frame before.
Result<void> PlayHead::go_back(std::size_t frames) {
  if (reader_->count()) return reader_->go_to(frame_.index - frames);
  const Nanoseconds back = frame_.interval > Nanoseconds(0) ? frame_.interval : frame_.duration;
  return reader_->go_to(std::max(frame_.time - back * static_cast<std::int64_t>(frames), Nanoseconds(0)));
}

}  // namespace omv::convert
