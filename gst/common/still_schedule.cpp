// SPDX-License-Identifier: LGPL-2.1-or-later
// Counting, intervals, and requests.
#include "common/still_schedule.h"

#include <algorithm>

namespace omv::gst {

namespace {

constexpr std::size_t kMaxWaiting = 1024;

}  // namespace

void StillSchedule::start(const ScheduleSettings& settings) {
  *this = StillSchedule();
  settings_ = settings;
  if (settings_.mode == StillMode::burst) wanted_.push_back({settings_.burst, nullptr});
}

bool StillSchedule::request(StructurePtr structure) {
  if (wanted_.size() >= kMaxWaiting) return false;
  const std::uint32_t frames = settings_.mode == StillMode::burst ? settings_.burst : 1;
  wanted_.push_back({frames, std::shared_ptr<const GstStructure>(structure.release(), [](const GstStructure* owned) {
                       if (owned != nullptr) gst_structure_free(const_cast<GstStructure*>(owned));
                     })});
  return true;
}

std::optional<Occasion> StillSchedule::next_frame(std::optional<std::chrono::nanoseconds> running_time) {
  const bool due = settings_.mode == StillMode::every && is_due(running_time);
  if (wanted_.empty()) return due ? std::optional(Occasion{}) : std::nullopt;
  Occasion occasion{wanted_.front().structure};
  if (--wanted_.front().frames == 0) wanted_.pop_front();
  return occasion;
}

// The interval is a grid, so that frames which come a little late do not make it drift; a gap or a jump starts it anew.
bool StillSchedule::is_due(std::optional<std::chrono::nanoseconds> running_time) {
  if (frames_++ % settings_.every_nth != 0) return false;
  const auto interval = settings_.interval;
  if (interval.count() == 0 || !running_time) return true;
  const bool jumped = due_ && *running_time + interval < *due_;
  if (due_ && !jumped && *running_time < *due_) return false;
  const bool late = !due_ || jumped || *running_time >= *due_ + interval;
  due_ = (late ? *running_time : *due_) + interval;
  return true;
}

}  // namespace omv::gst
