// SPDX-License-Identifier: LGPL-2.1-or-later
// Whole groups are lost, never the middle of one.
#include "common/clip_input.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace omv::gst {

bool ByteBudget::take(std::uint64_t bytes) {
  std::uint64_t taken = taken_;
  do {
    if (bytes > limit_ || taken > limit_ - bytes) return false;
  } while (!taken_.compare_exchange_weak(taken, taken + bytes));
  return true;
}

// ---- losses --------------------------------------------------------------------------------------------------------

void ClipLosses::add(LossReason reason, std::uint64_t sequence) {
  ++frames_[static_cast<std::size_t>(reason)];
  if (!listed_.empty()) {
    ClipLoss& last = listed_.back();
    if (last.reason == reason && last.first_sequence + last.frames == sequence) {
      ++last.frames;
      return;
    }
  }
  if (listed_.size() < kMaxListed) listed_.push_back({reason, sequence, 1});
}

std::uint64_t ClipLosses::frames() const { return std::accumulate(frames_.begin(), frames_.end(), std::uint64_t{0}); }

void ClipLosses::merge(const ClipLosses& others) {
  for (std::size_t i = 0; i < frames_.size(); ++i) frames_[i] += others.frames_[i];
  listed_.insert(listed_.end(), others.listed_.begin(), others.listed_.end());
  std::sort(listed_.begin(), listed_.end(),
            [](const ClipLoss& a, const ClipLoss& b) { return a.first_sequence < b.first_sequence; });
}

bool ClipLosses::has(std::uint64_t sequence) const {
  return std::any_of(listed_.begin(), listed_.end(), [sequence](const ClipLoss& loss) {
    return sequence >= loss.first_sequence && sequence - loss.first_sequence < loss.frames;
  });
}

std::uint64_t ClipLosses::before(std::uint64_t sequence) const {
  std::uint64_t frames = 0;
  for (const ClipLoss& loss : listed_)
    if (loss.first_sequence < sequence) frames += std::min(loss.frames, sequence - loss.first_sequence);
  return frames;
}

// ---- frames --------------------------------------------------------------------------------------------------------

ClipInput::~ClipInput() {
  for (const ClipFrame& frame : frames_) budget_->give_back(frame.memory);
}

void ClipInput::add(ClipFrame frame) {
  const bool may_begin = !is_dropping_ || frame.is_key;
  const bool taken = may_begin && budget_->take(frame.memory);
  is_dropping_ = !taken;
  const std::lock_guard lock(mutex_);
  if (!taken) {
    losses_.add(LossReason::queue_full, frame.sequence);
    return;
  }
  frames_.push_back(std::move(frame));
  if (frames_.size() == 1) changed_.notify_one();
}

void ClipInput::end(clips::Clip facts) {
  const std::lock_guard lock(mutex_);
  facts_ = std::move(facts);
  changed_.notify_one();
}

std::optional<ClipFrame> ClipInput::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return facts_ || !frames_.empty(); });
  if (frames_.empty()) return std::nullopt;
  ClipFrame frame = std::move(frames_.front());
  frames_.pop_front();
  return frame;
}

void ClipInput::release(ClipFrame& frame) {
  frame.held = {};
  budget_->give_back(frame.memory);
}

}  // namespace omv::gst
