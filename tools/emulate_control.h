// SPDX-License-Identifier: LGPL-2.1-or-later
// What `omv emulate` is told while it runs: signals, and lines on standard input.
#pragma once

#include <csignal>
#include <optional>
#include <string>

namespace omv::tool {

/// Blocks its signals for the process (made before any thread), so that wait() gets them.
class ControlInput {
 public:
  ControlInput();
  ~ControlInput();
  ControlInput(const ControlInput&) = delete;
  ControlInput& operator=(const ControlInput&) = delete;

  enum class News { nothing, end, unplug, line };

  /// Waits up to `milliseconds`. end: SIGINT or SIGTERM; unplug: SIGUSR1; line: take_line() has one.
  News wait(int milliseconds);
  std::string take_line();

 private:
  News take_signal();
  void read_input();

  sigset_t signals_;
  int signal_fd_;
  bool input_open_ = true;
  std::string input_;
};

}  // namespace omv::tool
