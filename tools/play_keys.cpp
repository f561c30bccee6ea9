// SPDX-License-Identifier: LGPL-2.1-or-later
// One table of keys.
#include "play_keys.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <ctime>

namespace omv::tool {

namespace {

struct KeyRow {
  PlayKey key;
  std::string_view bytes;  // from a terminal
  std::string_view name;   // GStreamer's
};

constexpr std::array kKeys = {
    KeyRow{PlayKey::pause, " ", "space"},
    KeyRow{PlayKey::back, "\033[D", "Left"},
    KeyRow{PlayKey::forward, "\033[C", "Right"},
    KeyRow{PlayKey::back, "\033OD", "Left"},
    KeyRow{PlayKey::forward, "\033OC", "Right"},
    KeyRow{PlayKey::far_back, "\033[B", "Down"},
    KeyRow{PlayKey::far_forward, "\033[A", "Up"},
    KeyRow{PlayKey::far_back, "\033OB", "Down"},
    KeyRow{PlayKey::far_forward, "\033OA", "Up"},
    KeyRow{PlayKey::step_back, ",", "comma"},
    KeyRow{PlayKey::step_on, ".", "period"},
    KeyRow{PlayKey::slower, "-", "minus"},
    KeyRow{PlayKey::slower, "-", "KP_Subtract"},
    KeyRow{PlayKey::faster, "+", "plus"},
    KeyRow{PlayKey::faster, "+", "KP_Add"},
    KeyRow{PlayKey::usual_speed, "=", "equal"},
    KeyRow{PlayKey::quit, "q", "q"},
    KeyRow{PlayKey::quit, "q", "Escape"},
};

}  // namespace

std::optional<PlayKey> key_by_name(std::string_view name) {
  for (const KeyRow& row : kKeys)
    if (row.name == name) return row.key;
  return std::nullopt;
}

std::optional<PlayKey> take_key(std::string& bytes) {
  while (!bytes.empty()) {
    bool may_go_on = false;
    for (const KeyRow& row : kKeys) {
      if (bytes.starts_with(row.bytes)) {
        bytes.erase(0, row.bytes.size());
        return row.key;
      }
      may_go_on = may_go_on || row.bytes.starts_with(bytes);
    }
    if (may_go_on) return std::nullopt;
    bytes.erase(0, 1);
  }
  return std::nullopt;
}

// A job in the background may not change its terminal, and stops if it tries.
KeyInput::KeyInput() {
  const bool is_in_background = ::tcgetpgrp(STDIN_FILENO) >= 0 && ::tcgetpgrp(STDIN_FILENO) != ::getpgrp();
  if (is_in_background || ::tcgetattr(STDIN_FILENO, &before_) != 0) return;
  termios keys = before_;
  keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  keys.c_cc[VMIN] = 1;
  keys.c_cc[VTIME] = 0;
  is_changed_ = is_readable_ = ::tcsetattr(STDIN_FILENO, TCSANOW, &keys) == 0;
}

KeyInput::~KeyInput() {
  if (is_changed_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

std::optional<PlayKey> KeyInput::wait(std::chrono::nanoseconds time) {
  if (const auto key = take_key(bytes_)) return key;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  const timespec limit = {static_cast<time_t>(seconds.count()), static_cast<long>((time - seconds).count())};
  pollfd input = {STDIN_FILENO, POLLIN, 0};
  if (::ppoll(&input, is_readable_ ? 1 : 0, &limit, nullptr) <= 0) return std::nullopt;
  std::array<char, 64> read_now;
  const ssize_t count = ::read(STDIN_FILENO, read_now.data(), read_now.size());
  if (count > 0)
    bytes_.append(read_now.data(), static_cast<std::size_t>(count));
  else
    is_readable_ = false;
  return take_key(bytes_);
}

}  // namespace omv::tool
