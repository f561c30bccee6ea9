// SPDX-License-Identifier: LGPL-2.1-or-later
// The log of a rig: one line for each thing that happened, for people or for programs.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rig/model.h"

namespace omv::runner {

using LogFields = std::vector<std::pair<std::string, std::string>>;

struct LogLine {
  rig::LogLevel level = rig::LogLevel::info;
  std::string event;  ///< a word that programs look for: "clip", "camera-lost"
  std::string text;   ///< a sentence without its full stop
  LogFields fields;
};

/// Writes to standard error, a line with each call. Where that is a terminal, and lines are text, the last line of it
/// may say how things are. Any thread.
class Log {
 public:
  Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  ~Log();

  using Listener = std::function<void(const LogLine&)>;

  void configure(rig::LogLevel level, rig::LogFormat format);

  /// Called with every line of info and above, on the thread that logs.
  void set_listener(Listener listener);

  /// How things are, in place of what it said before; as much as fits.
  void show_status(const std::string& text);

  void error(std::string event, std::string text, LogFields fields = {});
  void warning(std::string event, std::string text, LogFields fields = {});
  void info(std::string event, std::string text, LogFields fields = {});
  void debug(std::string event, std::string text, LogFields fields = {});

 private:
  void write(const LogLine& line);
  void put(const std::string& text);

  const bool is_terminal_;
  std::mutex mutex_;
  std::string status_;  // on the screen; empty: none
  rig::LogLevel level_ = rig::LogLevel::info;
  rig::LogFormat format_ = rig::LogFormat::text;
  Listener listener_;
};

/// UTC, to the millisecond.
std::string time_text_now();

/// "2026-11-21T13:40:00.123Z info clip: 40 frames in a.avi (camera=left record=visits)".
std::string log_text(const LogLine& line, const std::string& time);

/// One JSON object with time, level, event, text and the fields.
std::string log_json(const LogLine& line, const std::string& time);

}  // namespace omv::runner
