// SPDX-License-Identifier: LGPL-2.1-or-later
// What keys mean while something plays, on a terminal and in a window.
#pragma once

#include <termios.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace omv::tool {

enum class PlayKey {
  pause,
  back,
  forward,
  far_back,
  far_forward,
  step_back,
  step_on,
  slower,
  faster,
  usual_speed,
  quit
};

/// Of a key as GStreamer names it: "space", "Left".
std::optional<PlayKey> key_by_name(std::string_view name);

/// The first key in bytes from a terminal, which are taken away; bytes that mean nothing go too. A sequence that may
/// go on stays.
std::optional<PlayKey> take_key(std::string& bytes);

/// Keys of standard input without waiting for lines; if that is no terminal, there are none. The terminal is as before
/// when this goes.
class KeyInput {
 public:
  KeyInput();
  ~KeyInput();
  KeyInput(const KeyInput&) = delete;
  KeyInput& operator=(const KeyInput&) = delete;

  /// Waits at most so long for the next one.
  std::optional<PlayKey> wait(std::chrono::nanoseconds time);

 private:
  termios before_{};
  bool is_changed_ = false;  // the terminal is not as before
  bool is_readable_ = false;
  std::string bytes_;
};

}  // namespace omv::tool
