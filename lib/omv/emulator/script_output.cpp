// SPDX-License-Identifier: LGPL-2.1-or-later
// The line per second.
#include "omv/emulator/script_output.h"

#include <array>
#include <cstdio>

namespace omv::emulator {

void ScriptOutput::report(Time time, float fps, std::uint64_t frame) {
  if (time < next_report_) return;
  next_report_ = std::chrono::floor<std::chrono::seconds>(time) + std::chrono::seconds(1);
  std::array<char, 64> line = {};
  std::snprintf(line.data(), line.size(), "fps: %.1f frame: %llu\n", static_cast<double>(fps),
                static_cast<unsigned long long>(frame));
  print(line.data());
}

std::string_view ScriptOutput::take() {
  taken_.swap(waiting_);
  waiting_.clear();
  return taken_;
}

}  // namespace omv::emulator
