// SPDX-License-Identifier: LGPL-2.1-or-later
// Which frame a trigger was at.
#include "omv/recording/clips/clip_record.h"

#include <algorithm>

namespace omv::clips {

void ClipRecord::add_trigger(const Trigger& trigger, Time time, std::optional<std::uint64_t> frame) {
  store({trigger.source, trigger.details, time, Time(0), frame});
}

void ClipRecord::add_triggers(const std::vector<ClipTrigger>& triggers) {
  for (const ClipTrigger& trigger : triggers) store(trigger);
}

void ClipRecord::store(const ClipTrigger& trigger) {
  ++clip.trigger_count;
  if (clip.triggers.size() == kMaxTriggers) return;
  clip.triggers.push_back(trigger);
  if (!trigger.frame && (clip.frames == 0 || trigger.time > latest_)) open_.push_back({clip.triggers.size() - 1});
  if (clip.frames > 0) clip.triggers.back().offset = trigger.time - clip.start;
}

void ClipRecord::begin(const RingFrame& frame, const Clip* before) {
  clip.start = clip.end = frame.time;
  clip.first_sequence = frame.sequence;
  for (ClipTrigger& trigger : clip.triggers) trigger.offset = trigger.time - clip.start;
  if (before == nullptr) return;
  const std::uint64_t next = before->last_sequence + 1;
  clip.continues = frame.sequence == next;
  clip.missing_before = frame.sequence > next ? frame.sequence - next : 0;
}

void ClipRecord::add_frame(const RingFrame& frame) {
  std::erase_if(open_, [&](Open& open) { return find_frame(open, frame); });
  latest_ = clip.frames == 0 ? frame.time : std::max(latest_, frame.time);
  ++clip.frames;
  clip.bytes += frame.bytes;
  clip.last_sequence = frame.sequence;
  clip.end = std::max(clip.end, frame.end());
}

// Of the frames at or behind the trigger, the one that is shown first; frames may be delivered in another order. True:
// none that comes later can be it.
bool ClipRecord::find_frame(Open& open, const RingFrame& frame) {
  ClipTrigger& trigger = clip.triggers[open.trigger];
  if (frame.time >= trigger.time && frame.time < open.best) {
    trigger.frame = clip.frames;
    open.best = frame.time;
  }
  return trigger.frame && frame.place >= open.best;
}

std::vector<ClipTrigger> ClipRecord::take_open_triggers() {
  std::vector<ClipTrigger> taken;
  const auto is_open = [this](const Open& open) { return !clip.triggers[open.trigger].frame; };
  for (auto open = open_.rbegin(); open != open_.rend(); ++open) {
    if (!is_open(*open)) continue;
    const auto place = clip.triggers.begin() + static_cast<std::ptrdiff_t>(open->trigger);
    taken.insert(taken.begin(), *place);
    clip.triggers.erase(place);
  }
  clip.trigger_count -= taken.size();
  open_.clear();
  return taken;
}

}  // namespace omv::clips
