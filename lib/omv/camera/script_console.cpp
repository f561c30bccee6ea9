// SPDX-License-Identifier: LGPL-2.1-or-later
// Only the traceback tells an error from a normal end; a script that prints one and goes on has not failed.
#include "omv/camera/script_console.h"

#include <utility>

namespace omv::camera {

namespace {

constexpr std::string_view kTraceback = "Traceback (most recent call last):";
constexpr std::string_view kReboot = "MPY: soft reboot";

}  // namespace

void ScriptConsole::take(std::string_view text) {
  for (const char c : text) {
    if (c == '\n' || line_.size() >= kLongestLine) end_line();
    if (c != '\n' && c != '\0') line_ += c;
  }
}

std::optional<std::string> ScriptConsole::next_line() {
  if (lines_.empty()) return std::nullopt;
  std::string line = std::move(lines_.front());
  lines_.pop_front();
  return line;
}

void ScriptConsole::end_line() {
  std::string line = std::exchange(line_, {});
  if (line.ends_with('\r')) line.pop_back();
  if (line.starts_with(kPrompt)) line.erase(0, kPrompt.size());
  judge(line);
  lines_.push_back(std::move(line));
}

void ScriptConsole::judge(const std::string& line) {
  if (line == kReboot) {
    rebooted_ = true;
    failure_ = std::exchange(exception_, {});
  } else if (line == kTraceback) {
    in_traceback_ = true;
  } else if (!in_traceback_) {
    exception_.clear();
  } else if (!line.starts_with(' ')) {
    in_traceback_ = false;
    exception_ = line;
  }
}

}  // namespace omv::camera
