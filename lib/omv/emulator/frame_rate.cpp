// SPDX-License-Identifier: LGPL-2.1-or-later
// Rates from text, and their moving average.
#include "omv/emulator/frame_rate.h"

#include <charconv>
#include <cmath>
#include <string>

namespace omv::emulator {

Result<FrameRate> FrameRate::parse(std::string_view text) {
  double fps = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), fps, std::chars_format::fixed);
  const double millihertz = std::round(fps * 1000);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  if (!is_number || !(fps >= 0) || fps > kMax || (millihertz == 0 && fps != 0))
    return Error{Errc::invalid, "'" + std::string(text) + "' is not a frame rate: 0.001 to " + std::to_string(kMax) +
                                    " frames per second, or 0 for as fast as the host takes them"};
  return FrameRate(static_cast<std::uint32_t>(millihertz));
}

float RateMeter::add(Time time) {
  const bool is_first = last_ < Time(0);
  const float interval = std::chrono::duration<float>(time - last_).count();
  last_ = time;
  if (is_first) return 0;
  interval_ = interval_ > 0 ? 0.9F * interval_ + 0.1F * interval : interval;
  return interval_ > 0 ? 1 / interval_ : 0;
}

}  // namespace omv::emulator
