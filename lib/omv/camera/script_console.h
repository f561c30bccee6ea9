// SPDX-License-Identifier: LGPL-2.1-or-later
// The console of a camera as lines, and what it tells about a script's end.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace omv::camera {

/// Fed with the text of TextReceived events. After a script the camera prints the traceback (if there is one),
/// "MPY: soft reboot", a banner and the prompt ">>> " without an end of line (spec: protocol-v2, section 14.8).
class ScriptConsole {
 public:
  void take(std::string_view text);

  /// The oldest whole line, without its end and without a prompt in front of it. NUL characters are left out; a line
  /// without end is handed out in pieces of at most kLongestLine bytes.
  std::optional<std::string> next_line();

  /// A script has ended (ScriptEnded): its last words follow.
  void expect_last_words() { rebooted_ = false; }
  /// True when they have come, up to the prompt.
  bool has_last_words() const { return rebooted_ && line_ == kPrompt; }

  /// The exception that ended the last script: "NameError: name 'foo' isn't defined". Empty when it just ended.
  const std::string& failure() const { return failure_; }

  static constexpr std::size_t kLongestLine = 4096;

 private:
  static constexpr std::string_view kPrompt = ">>> ";

  void end_line();
  void judge(const std::string& line);

  std::string line_;  // without its end yet
  std::deque<std::string> lines_;
  bool rebooted_ = false;      // since expect_last_words()
  bool in_traceback_ = false;  // its head has come, the exception has not
  std::string exception_;      // of a traceback that nothing has followed yet
  std::string failure_;
};

}  // namespace omv::camera
