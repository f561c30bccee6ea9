// SPDX-License-Identifier: LGPL-2.1-or-later
// What the script of an emulated camera prints, in the way of a typical camera script.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "omv/base/clock.h"

namespace omv::emulator {

class ScriptOutput {
 public:
  /// Forgets what was printed and counts seconds from 0 again.
  void restart() { *this = ScriptOutput(); }

  void print(std::string_view text) { waiting_ += text; }

  /// Once per second of `time` since the start: "fps: 30.0 frame: 123".
  void report(Time time, float fps, std::uint64_t frame);

  /// What was printed since the last call; valid until the next call of anything.
  std::string_view take();

 private:
  std::string waiting_;
  std::string taken_;
  Time next_report_ = std::chrono::seconds(1);
};

}  // namespace omv::emulator
