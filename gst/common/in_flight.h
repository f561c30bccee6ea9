// SPDX-License-Identifier: LGPL-2.1-or-later
// How many frames are on their way through an element, and waiting until there are few or none.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace omv::gst {

/// All functions from any thread.
class InFlight {
 public:
  void add() {
    const std::lock_guard lock(mutex_);
    ++count_;
  }

  void done() {
    const std::lock_guard lock(mutex_);
    --count_;
    changed_.notify_all();
  }

  /// Waits until fewer than `limit` are left. False when stop() was called instead.
  bool wait_below(std::size_t limit) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this, limit] { return stopped_ || count_ < limit; });
    return !stopped_;
  }

  /// Waits no more, from now on until restart(), which forgets what was in flight.
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  void restart() {
    const std::lock_guard lock(mutex_);
    stopped_ = false;
    count_ = 0;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
  bool stopped_ = false;
};

}  // namespace omv::gst
