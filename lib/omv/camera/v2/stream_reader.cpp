// SPDX-License-Identifier: LGPL-2.1-or-later
// BUSY is an answer like any other here: it comes for empty frames and for locks within 10 ms of each other.
#include "omv/camera/v2/stream_reader.h"

#include <algorithm>
#include <utility>

namespace omv::camera {

namespace {

using namespace std::chrono_literals;

constexpr Time kLockInterval = 10ms;  // the camera's own limit
constexpr Time kRetry = 2ms;
constexpr Time kPrompt = 1ms;
constexpr int kPromptFrames = 3;  // then the next one is expected to be there as well
constexpr int kTries = 4;         // then an event or a POLL has to say again that a frame is there

}  // namespace

// A frame is announced once. After an interruption, another one is announced only if the one before is gone.
void StreamReader::notify(Time now) {
  if (std::exchange(uncertain_, false)) ++stats_.dropped_resync;
  announced_ = now;
  if (!fetching_) prompt_ = now - last_unlock_ < kPrompt ? prompt_ + 1 : 0;
  suspect(now);
}

void StreamReader::notify_stale() {
  if (std::exchange(uncertain_, true)) ++stats_.dropped_resync;
}

void StreamReader::suspect(Time now) {
  tries_left_ = kTries;
  if (next_try_ == kNever) next_try_ = now;
}

void StreamReader::interrupt() {
  const bool is_lost = assembler_.active() || locked_;
  if (is_lost) ++stats_.dropped_resync;
  // A LOCK behind an UNLOCK that never arrived has found nothing to take; had it arrived, a frame would be announced.
  const bool may_have_locked = fetching_ && (announced_ || !unlocking_);
  uncertain_ = !is_lost && (uncertain_ || may_have_locked);
  unlocking_ = false;
  assembler_.abandon();
  fetching_ = locked_ = eager_ = false;
  prompt_ = 0;
  announced_.reset();
  next_try_ = kNever;
}

void StreamReader::begin(HostLink& link, std::uint8_t channel, Time now) {
  channel_ = channel;
  fetching_ = true;
  next_try_ = kNever;
  link.send(Task::frame_lock, Opcode::lock, channel, {}, now);
  link.send(Task::frame_size, Opcode::size, channel, {}, now);
}

std::optional<FrameReceived> StreamReader::take(const Answer& answer, HostLink& link, Time now) {
  switch (answer.task) {
    case Task::frame_lock: take_lock(answer, now); break;
    case Task::frame_size: take_size(answer, link, now); break;
    case Task::frame_read: return take_data(answer, link, now);
    default: take_unlock(now);
  }
  return std::nullopt;
}

void StreamReader::take_lock(const Answer& answer, Time now) {
  locked_ = answer.ok();
  if (!locked_) {
    ++stats_.busy;
    return;
  }
  last_lock_ = now;
  uncertain_ = false;
  next_try_ = kNever;
  arrival_ = announced_.value_or(now);
  announced_.reset();
}

void StreamReader::take_size(const Answer& answer, HostLink& link, Time now) {
  // Without a lock the size races with the camera's writing and means nothing.
  if (!locked_) return retry_later(now);
  const std::uint32_t total = answer.payload.size() < 4 ? 0 : load_le<std::uint32_t>(answer.payload.data());
  if (total == 0) return unlock(link, now);
  if (total > kMaxFrameBlob) {
    ++stats_.dropped_corrupt;
    return unlock(link, now);
  }
  assembler_.begin(total);
  link.send(Task::frame_read, Opcode::read, channel_, words(0u, total), now);
}

void StreamReader::retry_later(Time now) {
  fetching_ = false;
  prompt_ = 0;
  if (--tries_left_ <= 0) return;
  next_try_ = std::max(now + kRetry, last_lock_ + kLockInterval);
}

std::optional<FrameReceived> StreamReader::take_data(const Answer& answer, HostLink& link, Time now) {
  assembler_.feed(answer.payload);
  if (!answer.last) return std::nullopt;
  unlock(link, now);
  return deliver();
}

std::optional<FrameReceived> StreamReader::deliver() {
  Result<FrameReceived> frame = assembler_.finish();
  if (!frame) {
    ++(frame.error().code == Errc::cancelled ? stats_.dropped_refused : stats_.dropped_corrupt);
    assembler_.abandon();
    return std::nullopt;
  }
  frame->arrival = arrival_;
  ++stats_.frames;
  stats_.frame_bytes += frame->size;
  return std::move(*frame);
}

void StreamReader::unlock(HostLink& link, Time now) {
  locked_ = false;
  unlocking_ = true;
  link.send(Task::frame_unlock, Opcode::unlock, channel_, {}, now);
  eager_ = eager_allowed_ && prompt_ >= kPromptFrames;
  if (eager_) begin(link, channel_, now);
}

void StreamReader::take_unlock(Time now) {
  last_unlock_ = now;
  unlocking_ = false;
  fetching_ = std::exchange(eager_, false);
}

}  // namespace omv::camera
