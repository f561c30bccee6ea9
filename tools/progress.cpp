// SPDX-License-Identifier: LGPL-2.1-or-later
// A bar of characters that every terminal has.
#include "progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace omv::tool {

namespace {

constexpr std::chrono::milliseconds kRefresh(200);
constexpr std::chrono::milliseconds kSettled(1000);  // from then on the time that is left is worth telling
constexpr std::size_t kBarWidth = 30;
constexpr const char* kWipe = "\r\033[K";

}  // namespace

std::string duration_text(std::chrono::seconds time) {
  const auto seconds = std::max<long long>(time.count(), 0);
  char text[32];
  if (seconds >= 3600)
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", seconds / 3600, seconds / 60 % 60, seconds % 60);
  else
    std::snprintf(text, sizeof text, "%lld:%02lld", seconds / 60, seconds % 60);
  return text;
}

std::string time_text(std::chrono::nanoseconds time) {
  const auto ms = std::chrono::round<std::chrono::milliseconds>(time);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(ms);
  char fraction[8];
  std::snprintf(fraction, sizeof fraction, ".%03d", static_cast<int>((ms - seconds).count()));
  return duration_text(seconds) + fraction;
}

ProgressLine::ProgressLine(bool quiet) : is_shown_(!quiet && ::isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
  if (is_on_screen_) std::fputs(kWipe, stderr);
}

std::string ProgressLine::bar(std::uint64_t done, std::uint64_t total) const {
  const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  const auto filled = static_cast<std::size_t>(part * kBarWidth);
  char percent[16];
  std::snprintf(percent, sizeof percent, "] %3d %%", static_cast<int>(part * 100));
  std::string text = "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '.') + percent;
  const std::chrono::duration<double> spent = latest_ - begun_;
  if (spent >= kSettled && part > 0)
    text += ", " + duration_text(std::chrono::seconds(static_cast<long long>(spent.count() * (1 / part - 1) + 0.5))) +
            " left";
  return text;
}

void ProgressLine::show(std::uint64_t done, std::uint64_t total, const std::string& what) {
  if (!is_shown_) return;
  const auto now = Clock::now();
  if (is_on_screen_ && now - latest_ < kRefresh) return;
  latest_ = now;
  std::string line = total > 0 ? bar(done, total) : "";
  if (!what.empty()) line += (line.empty() ? "" : ", ") + what;
  say(line);
}

void ProgressLine::say(const std::string& line) {
  if (!is_shown_) return;
  latest_ = Clock::now();
  std::fprintf(stderr, "%s%s", kWipe, line.c_str());
  std::fflush(stderr);
  is_on_screen_ = true;
}

}  // namespace omv::tool
