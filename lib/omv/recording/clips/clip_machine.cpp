// SPDX-License-Identifier: LGPL-2.1-or-later
// Triggers, the clip they ask for, and what is held for the next one.
#include "omv/recording/clips/clip_machine.h"

#include <algorithm>
#include <utility>

namespace omv::clips {

namespace {

constexpr std::size_t kMaxWaiting = 1000;    // triggers
constexpr std::uint64_t kReorderDepth = 16;  // frames; H.264 and H.265 allow no more
constexpr Time kLongest{std::int64_t{1} << 60};

void bound(Time& time) { time = std::clamp(time, Time(0), kLongest); }

ClipSettings bounded(ClipSettings settings) {
  if (settings.pre_time) bound(*settings.pre_time);
  if (settings.post_time) bound(*settings.post_time);
  bound(settings.gap);
  bound(settings.max_time);
  bound(settings.lateness);
  return settings;
}

void note_preroll(Clip& clip) {
  clip.pre_got = clip.triggers.empty() ? Time(0) : std::max(Time(0), clip.triggers.front().offset);
}

}  // namespace

ClipMachine::ClipMachine(const ClipSettings& settings, Listener& listener)
    : settings_(bounded(settings)), listener_(listener) {}

void ClipMachine::change(const ClipSettings& settings) { settings_ = bounded(settings); }

// ---- what comes in -------------------------------------------------------------------------------------------------

void ClipMachine::push(const Frame& frame) {
  RingFrame settled;
  times_.settle(frame, settled);
  settled.bytes = frame.bytes;
  settled.memory = std::max(frame.bytes, frame.memory);
  settled.key = frame.key;
  settled.format = frame.format;
  frames_.add(settled);
  ++stats_.frames;
  stats_.bytes += frame.bytes;
  now_ = now_ ? std::max(*now_, settled.place) : settled.place;
  if (done_) return forget();
  run();
  trim();
}

void ClipMachine::trigger(const Trigger& trigger) {
  ++stats_.triggers;
  if (done_ || waiting_.size() == kMaxWaiting) {
    ++stats_.ignored;
    return;
  }
  const auto time = trigger.time ? std::optional(times_.in_ring(*trigger.time)) : times_.end();
  const auto later = [](std::optional<Time> one, const Waiting& other) { return one < other.time; };
  waiting_.insert(std::upper_bound(waiting_.begin(), waiting_.end(), time, later), {trigger, time});
  run();
  trim();
}

void ClipMachine::advance(Time time) {
  const Time there = times_.in_ring(time);
  if (done_ || (now_ && there <= *now_)) return;
  now_ = there;
  run();
  trim();
}

void ClipMachine::end_of_stream() {
  if (times_.end()) now_ = std::max(*now_, *times_.end());
  run();
  if (state_ != State::armed)
    close(state_ == State::lingering ? EndReason::complete : EndReason::end_of_stream);
  else if (settings_.on_eos == OnEos::save && !done_)
    save_rest();
  leave(EndReason::end_of_stream);
}

void ClipMachine::leave(EndReason reason) {
  if (state_ != State::armed) close(reason);
  ignore_waiting();
  forget();
  stream_begin_ = late_ = frames_.end();
  times_.reset();
  now_.reset();
  end_time_ = Time::min();
}

RingStats ClipMachine::stats() const {
  RingStats stats = stats_;
  stats.held_frames = frames_.size();
  stats.held_memory = frames_.memory();
  if (!frames_.empty()) stats.held_time = *times_.end() - frames_[frames_.begin()].time;
  stats.waiting = waiting_.size() + cuts_.size();
  return stats;
}

// ---- triggers ------------------------------------------------------------------------------------------------------

void ClipMachine::run() {
  progress();
  while (settle_next_trigger()) progress();
}

bool ClipMachine::settle_next_trigger() {
  if (waiting_.empty() || done_) return false;
  Waiting& first = waiting_.front();
  if (!first.time && !frames_.empty()) first.time = frames_[frames_.begin()].place;
  const Verdict verdict = first.time ? judge(*first.time) : Verdict::wait;
  if (verdict == Verdict::wait) return false;
  const Waiting waiting = std::move(first);
  waiting_.pop_front();
  switch (verdict) {
    case Verdict::begin: begin(waiting.trigger, *waiting.time); break;
    case Verdict::merge: merge(waiting.trigger, *waiting.time); break;
    case Verdict::cut: cut(waiting.trigger, *waiting.time); break;
    default: ++stats_.ignored; break;
  }
  return true;
}

ClipMachine::Verdict ClipMachine::judge(Time time) const {
  if (state_ == State::armed) return is_due(time) ? Verdict::begin : Verdict::wait;
  return is_inside(time) ? judge_inside(time) : Verdict::wait;
}

ClipMachine::Verdict ClipMachine::judge_inside(Time time) const {
  switch (settings_.retrigger) {
    case Retrigger::extend: return Verdict::merge;
    case Retrigger::ignore: return time < end_time() ? Verdict::ignore : Verdict::merge;
    case Retrigger::start_new:
      if (last_trigger_ && time <= *last_trigger_ && cuts_.empty()) return Verdict::merge;
      return cuts_.size() < kMaxWaiting ? Verdict::cut : Verdict::ignore;
  }
  return Verdict::ignore;
}

// Whether all is known that says where its clip begins.
bool ClipMachine::is_due(Time time) const {
  if (!now_) return false;
  if (settings_.pre_frames > 0) return *now_ >= time;
  return !settings_.pre_time || *now_ >= time - *settings_.pre_time;
}

bool ClipMachine::is_inside(Time time) const {
  if (state_ == State::recording) {
    if (endless_) return true;
    if (settings_.post_frames > 0) return now_ && time <= *now_;
    return !settings_.post_time || time < end_time() + settings_.gap;
  }
  if (time < end_time_ + settings_.gap) return true;
  if (!avoids_overlap() || !is_due(time)) return false;
  const auto start = start_of(time);
  return start && start->sequence < end_;
}

void ClipMachine::begin(const Trigger& trigger, Time time) {
  last_trigger_.reset();
  last_trigger_frame_.reset();
  set_last_trigger(time);
  const auto start = start_of(time);
  const bool is_late = settings_.retrigger == Retrigger::ignore && before_ && time < end_time_;
  if (is_late || (start && adds_nothing(time, start->sequence))) {
    ++stats_.ignored;
    return;
  }
  ++stats_.used;
  state_ = State::recording;
  endless_ = chain_is_open_ = false;
  record_ = ClipRecord();
  record_.clip.pre_asked = settings_.pre_time.value_or(Time(0));
  record_.add_trigger(trigger, time, std::nullopt);
  record_.clip.preroll_short = is_short(time);
  choose_start(time);
}

void ClipMachine::merge(const Trigger& trigger, Time time) {
  ++stats_.merged;
  join(trigger, time);
  set_last_trigger(time);
  if (state_ == State::lingering) state_ = State::recording;
}

// A trigger of a time before others may have wanted frames that are too late to be added to the clip.
void ClipMachine::join(const Trigger& trigger, Time time) {
  record_.add_trigger(trigger, time, frame_in_clip(time));
  const bool wants_more = settings_.pre_time && time - *settings_.pre_time < chain_start_;
  if (chain_is_open_ && wants_more && chain_begin_ > stream_begin_) record_.clip.preroll_short = true;
}

// The clip goes on at least until there is a key frame to split it at.
void ClipMachine::cut(const Trigger& trigger, Time time) {
  cuts_.push_back({trigger, time});
  set_last_trigger(time);
  if (state_ == State::lingering) state_ = State::recording;
}

// Triggers that were to split the clip, into the clip that is open now.
void ClipMachine::take_cuts(Time until, bool begins) {
  std::vector<Waiting> later;
  for (Waiting& waiting : cuts_) {
    if (*waiting.time > until) {
      later.push_back(std::move(waiting));
      continue;
    }
    ++(begins ? stats_.used : stats_.merged);
    begins = false;
    join(waiting.trigger, *waiting.time);
  }
  cuts_ = std::move(later);
}

void ClipMachine::ignore_waiting() {
  stats_.ignored += waiting_.size() + cuts_.size();
  waiting_.clear();
  cuts_.clear();
}

// The index in the clip of the trigger's frame, when it is in there already and still held.
std::optional<std::uint64_t> ClipMachine::frame_in_clip(Time time) const {
  const Clip& clip = record_.clip;
  if (clip.frames == 0 || frames_.empty()) return std::nullopt;
  const std::uint64_t held = std::max(frames_.begin(), clip.first_sequence);
  if (held > clip.first_sequence && time < frames_[held].time) return std::nullopt;
  const std::uint64_t near = std::max(held, frames_.first_at(time));
  const std::uint64_t last = std::min(near + kReorderDepth, next_);
  std::optional<std::uint64_t> best;
  for (std::uint64_t i = std::max(held, near - std::min(near, kReorderDepth)); i < last; ++i)
    if (frames_[i].time >= time && (!best || frames_[i].time < frames_[*best].time)) best = i;
  return best ? std::optional(*best - clip.first_sequence) : std::nullopt;
}

// ---- where a clip begins -------------------------------------------------------------------------------------------

bool ClipMachine::qualifies(const FrameIndex::Key& key, Time time, std::uint64_t trigger_frame) const {
  if (settings_.pre_time && key.time <= time - *settings_.pre_time) return true;
  return settings_.pre_frames > 0 && key.sequence + settings_.pre_frames <= trigger_frame;
}

std::optional<FrameIndex::Key> ClipMachine::start_of(Time time) const {
  const auto& keys = frames_.keys();
  if (keys.empty()) return std::nullopt;
  const std::uint64_t trigger_frame = frames_.first_at(time);
  const auto wanted = [&](const FrameIndex::Key& key) { return qualifies(key, time, trigger_frame); };
  const auto behind = std::partition_point(keys.begin(), keys.end(), wanted);
  return behind == keys.begin() ? keys.front() : *std::prev(behind);
}

bool ClipMachine::is_short(Time time) const {
  const auto& keys = frames_.keys();
  if (!settings_.pre_time && settings_.pre_frames == 0) return false;
  if (keys.empty()) return frames_.end() > stream_begin_;
  return keys.front().sequence > stream_begin_ && !qualifies(keys.front(), time, frames_.first_at(time));
}

bool ClipMachine::avoids_overlap() const { return settings_.pre_time && settings_.gap >= *settings_.pre_time; }

std::uint64_t ClipMachine::end_of_last_clip() const { return before_ ? before_->last_sequence + 1 : 0; }

// Whether all its frames are in the clip before.
bool ClipMachine::adds_nothing(Time time, std::uint64_t start) const {
  if (!before_ || start < before_->first_sequence || start >= end_of_last_clip()) return false;
  std::uint64_t end = frames_.end() + 1;
  if (settings_.post_time && *now_ >= time + *settings_.post_time) end = frames_.first_at(time + *settings_.post_time);
  if (settings_.post_frames > 0 && *now_ >= time) end = std::min(end, frames_.first_at(time) + settings_.post_frames);
  return end <= end_of_last_clip();
}

void ClipMachine::choose_start(Time time) {
  const auto start = start_of(time);
  start_known_ = start && qualifies(*start, time, frames_.first_at(time));
  next_ = start ? start->sequence : frames_.end();
  const std::uint64_t end = end_of_last_clip();
  if (!avoids_overlap() || next_ >= end) return;
  if (end < frames_.end() && !frames_[end].key) return;  // rather twice than not at all
  next_ = end;
  start_known_ = false;
}

// ---- where it ends -------------------------------------------------------------------------------------------------

void ClipMachine::set_last_trigger(Time time) {
  if (last_trigger_ && time <= *last_trigger_) return;
  last_trigger_ = time;
  const std::uint64_t frame = frames_.first_at(time);
  last_trigger_frame_ = frame < frames_.end() ? std::optional(frame) : std::nullopt;
}

bool ClipMachine::is_past_end(const RingFrame& frame) const {
  if (endless_ || !last_trigger_) return false;
  if (settings_.post_time && frame.place >= *last_trigger_ + *settings_.post_time) return true;
  return settings_.post_frames > 0 && last_trigger_frame_ &&
         frame.sequence >= *last_trigger_frame_ + settings_.post_frames;
}

Time ClipMachine::end_time() const {
  if (state_ == State::lingering) return end_time_;
  return settings_.post_time && !endless_ && last_trigger_ ? *last_trigger_ + *settings_.post_time : Time::max();
}

bool ClipMachine::linger_is_over() const {
  if (*now_ < end_time_ + settings_.gap) return false;
  if (!avoids_overlap()) return true;
  const auto start = start_of(*now_);
  return !start || start->sequence >= end_;
}

// ---- the clip's frames ---------------------------------------------------------------------------------------------

void ClipMachine::progress() {
  if (state_ == State::recording) deliver();
  const bool nothing_more = state_ == State::recording && now_ && *now_ >= end_time();
  if (nothing_more && record_.clip.frames > 0) linger(frames_.end(), end_time());
  if (nothing_more && record_.clip.frames == 0) abandon();
  if (state_ == State::lingering && linger_is_over()) close(EndReason::complete);
}

void ClipMachine::deliver() {
  while (state_ == State::recording && next_ < frames_.end() && deliver_one(frames_[next_])) {
  }
}

bool ClipMachine::deliver_one(RingFrame& frame) {
  if (!last_trigger_frame_ && last_trigger_ && frame.place >= *last_trigger_) last_trigger_frame_ = frame.sequence;
  if (record_.clip.frames == 0) {
    if (!start_known_ && is_past_end(frame)) return abandon(), false;
    if (!frame.key) return ++next_, true;
    take_cuts(frame.place, false);
    open(frame);
  } else if (is_past_end(frame)) {
    return linger(frame.sequence, std::min(frame.place, end_time())), false;
  } else if (const auto reason = reason_to_split(frame)) {
    split(frame, *reason);
    if (state_ != State::recording) return false;
  }
  emit(frame);
  return true;
}

void ClipMachine::open(const RingFrame& frame) {
  Clip& clip = record_.clip;
  clip.number = stats_.clips;
  record_.begin(frame, before_ ? &*before_ : nullptr);
  chain_is_open_ = true;
  if (!clip.continues) {
    chain_start_ = frame.time;
    chain_begin_ = frame.sequence;
  }
  note_preroll(clip);
  format_ = frame.format;
  listener_.on_begin(clip);
}

void ClipMachine::emit(RingFrame& frame) {
  record_.add_frame(frame);
  frame.in_clip = true;
  next_ = frame.sequence + 1;
  ++stats_.frames_out;
  listener_.on_frame(record_.clip, frame);
}

// No frame came for the clip, not even a key frame to begin with.
void ClipMachine::abandon() {
  --stats_.used;
  stats_.merged -= record_.clip.trigger_count - 1;
  stats_.ignored += record_.clip.trigger_count + cuts_.size();
  cuts_.clear();
  state_ = State::armed;
}

std::optional<EndReason> ClipMachine::reason_to_split(const RingFrame& frame) const {
  if (!frame.key) return std::nullopt;
  if (!settings_.mixed_formats && frame.format != format_) return EndReason::new_format;
  const auto is_due = [&](const Waiting& waiting) { return *waiting.time <= frame.place; };
  if (std::any_of(cuts_.begin(), cuts_.end(), is_due)) return EndReason::new_trigger;
  const bool is_long = settings_.max_time > Time(0) && frame.time - record_.clip.start >= settings_.max_time;
  return is_long ? std::optional(EndReason::max_time) : std::nullopt;
}

void ClipMachine::split(const RingFrame& frame, EndReason reason) {
  const std::vector<ClipTrigger> carried = record_.take_open_triggers();
  end_clip(reason);
  if (done_) return;
  state_ = State::recording;
  record_ = ClipRecord();
  record_.add_triggers(carried);
  take_cuts(frame.place, true);
  open(frame);
}

void ClipMachine::linger(std::uint64_t end, Time time) {
  state_ = State::lingering;
  end_ = end;
  end_time_ = time;
}

void ClipMachine::end_clip(EndReason reason) {
  state_ = State::finishing;
  Clip& clip = record_.clip;
  clip.end_reason = reason;
  note_preroll(clip);
  ++stats_.clips;
  if (clip.preroll_short) ++stats_.preroll_short;
  before_ = clip;
  listener_.on_end(clip);
  state_ = State::armed;
  if (settings_.max_clips == 0 || stats_.clips < settings_.max_clips) return;
  done_ = true;
  ignore_waiting();
}

void ClipMachine::close(EndReason reason) {
  if (record_.clip.frames == 0) return abandon();
  take_cuts(Time::max(), false);
  end_clip(reason);
}

void ClipMachine::save_rest() {
  const auto& keys = frames_.keys();
  const auto fresh = [this](const FrameIndex::Key& key) { return key.sequence >= end_of_last_clip(); };
  const auto first = std::find_if(keys.begin(), keys.end(), fresh);
  if (first == keys.end()) return;
  state_ = State::recording;
  endless_ = start_known_ = true;
  last_trigger_.reset();
  record_ = ClipRecord();
  next_ = first->sequence;
  deliver();
  if (state_ == State::recording) close(EndReason::end_of_stream);
}

// ---- what is held --------------------------------------------------------------------------------------------------

void ClipMachine::trim() {
  drop_unusable();
  drop_aged();
  drop_excess();
  if (state_ == State::lingering && frames_.begin() > end_) close(EndReason::complete);
  if (done_) forget();
}

// Whatever comes in front of the first key frame; a clip that is being recorded has it already.
void ClipMachine::drop_unusable() {
  const auto& keys = frames_.keys();
  while (!frames_.empty() && (keys.empty() || frames_.begin() < keys.front().sequence)) drop_front();
}

// A group can go when the next one is early enough for any trigger that may still come.
void ClipMachine::drop_aged() {
  if (!now_) return;
  const Time oldest = *now_ - settings_.lateness;
  late_ = std::max(late_, frames_.begin());
  while (late_ < frames_.end() && frames_[late_].place < oldest) ++late_;
  const auto& keys = frames_.keys();
  while (keys.size() > 1 && qualifies(keys[1], oldest, late_)) {
    if (state_ == State::lingering && keys[1].sequence > end_) return;
    drop_group();
  }
}

void ClipMachine::drop_excess() {
  while (frames_.memory() > settings_.max_bytes) drop_group();
}

void ClipMachine::drop_group() {
  const auto& keys = frames_.keys();
  drop_front();
  const std::uint64_t end = keys.empty() ? frames_.end() : keys.front().sequence;
  while (frames_.begin() < end) drop_front();
}

void ClipMachine::drop_front() {
  if (!frames_[frames_.begin()].in_clip) ++stats_.dropped;
  frames_.drop_front();
  listener_.on_forget();
}

void ClipMachine::forget() {
  while (!frames_.empty()) drop_front();
}

}  // namespace omv::clips
