// SPDX-License-Identifier: LGPL-2.1-or-later
// Triggers from any thread, until the streaming thread takes them.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "omv/recording/clips/clip.h"

namespace omv::gst {

/// Safe from any thread; never blocks for longer than it takes to move a trigger.
class TriggerInbox {
 public:
  /// So many may wait, of a storm that comes while the streaming thread is held up.
  static constexpr std::size_t kMost = 10'000;

  /// False: too many are waiting; the trigger is counted.
  bool put(clips::Trigger trigger) {
    const std::lock_guard hold(lock_);
    if (triggers_.size() == kMost) {
      ++refused_;
      return false;
    }
    triggers_.push_back(std::move(trigger));
    return true;
  }

  std::vector<clips::Trigger> take() {
    const std::lock_guard hold(lock_);
    return std::exchange(triggers_, {});
  }

  /// Nobody will take those that wait: they count as refused.
  void drop() {
    const std::lock_guard hold(lock_);
    refused_ += triggers_.size();
    triggers_.clear();
  }

  std::uint64_t refused() const {
    const std::lock_guard hold(lock_);
    return refused_;
  }

 private:
  mutable std::mutex lock_;
  std::vector<clips::Trigger> triggers_;
  std::uint64_t refused_ = 0;
};

}  // namespace omv::gst
