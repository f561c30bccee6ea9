// SPDX-License-Identifier: LGPL-2.1-or-later
// How far a long work is, on a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace omv::tool {

/// "1:02:03", "2:05", "0:07".
std::string duration_text(std::chrono::seconds time);

/// With milliseconds: "1:02:03.250", "2:05.000".
std::string time_text(std::chrono::nanoseconds time);

/// One line on standard error that is written anew, a few times a second; nothing where that is no terminal. Wiped
/// when this goes.
class ProgressLine {
 public:
  explicit ProgressLine(bool quiet);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// A bar, the time that is left, and `what`, behind which the line ends. Without a total (0) there is no bar.
  void show(std::uint64_t done, std::uint64_t total, const std::string& what = {});

  /// This line, at once.
  void say(const std::string& line);

 private:
  using Clock = std::chrono::steady_clock;

  std::string bar(std::uint64_t done, std::uint64_t total) const;

  bool is_shown_;
  Clock::time_point begun_ = Clock::now();
  Clock::time_point latest_ = begun_;
  bool is_on_screen_ = false;
};

}  // namespace omv::tool
