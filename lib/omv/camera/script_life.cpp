// SPDX-License-Identifier: LGPL-2.1-or-later
// The provider decides when frames are due; the owner decides what becomes of them.
#include "omv/camera/script_life.h"

#include <utility>

namespace omv::camera {

namespace {

constexpr int kFramesAtOnce = 64;  // catching up after a pause

}  // namespace

std::string make_banner(const std::array<std::uint8_t, 3>& firmware, std::string_view micropython, const Board& board) {
  std::string version;
  for (const unsigned number : firmware) version += (version.empty() ? "v" : ".") + std::to_string(number);
  return "OpenMV " + version + "; MicroPython v" + std::string(micropython) + "; " + std::string(board.name) +
         " (emulated)";
}

void ScriptLife::start(std::string text, Time now) {
  running_ = true;
  text_ = std::move(text);
  provider_.start(now, text_);
}

void ScriptLife::end(std::string_view last_words) {
  running_ = false;
  due_ = kNever;
  console_.print(last_words);
  console_.print("MPY: soft reboot\n");
  print_banner();
}

void ScriptLife::print_banner() {
  console_.print(banner_);
  console_.print("\nType \"help()\" for more information.\n>>> ");
}

void ScriptLife::run(Time now, ScriptOwner& owner) {
  due_ = kNever;
  for (int i = 0; running_ && i < kFramesAtOnce; ++i) {
    const std::optional<Time> due = provider_.due(now);
    console_.print(provider_.take_output());
    owner.script_stepped(now);
    if (!running_) return;
    if (!due && owner.frame_waits()) return;  // the last frame is there to be seen
    if (!due) return owner.script_over("", now);
    if (*due > now) {
      due_ = *due;
      return;
    }
    owner.frame_due(now);
    // A provider that keeps its frame for later is asked again when the buffer is free.
    if (running_ && provider_.due(now) == due) return console_.print(provider_.take_output());
  }
  if (!running_) return;
  console_.print(provider_.take_output());
  due_ = now;  // still behind
}

}  // namespace omv::camera
