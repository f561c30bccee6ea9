// SPDX-License-Identifier: LGPL-2.1-or-later
// Ctrl-C and SIGTERM as something to wait for, in commands that run until they are told to stop.
#pragma once

#include <atomic>
#include <chrono>
#include <csignal>

namespace omv::tool {

/// Blocks both signals. Make it before any thread starts, so that all of them leave the signals to wait().
class EndSignals {
 public:
  EndSignals();

  /// True as soon as one has arrived, and from then on; false when none has within `time`.
  bool wait(std::chrono::nanoseconds time) const;

 private:
  sigset_t signals_;
  mutable std::atomic<bool> has_arrived_ = false;
};

}  // namespace omv::tool
