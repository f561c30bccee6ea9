// SPDX-License-Identifier: LGPL-2.1-or-later
// A rate in frames per second, and the times of its frames without drift.
#pragma once

#include <cstdint>
#include <string_view>

#include "omv/base/clock.h"
#include "omv/base/result.h"

namespace omv::emulator {

class FrameRate {
 public:
  /// Zero: as fast as the host takes the frames.
  FrameRate() = default;
  static FrameRate per_second(std::uint32_t fps) { return FrameRate(fps * 1000); }

  /// "30", "29.97", "0"; up to kMax. Errc::invalid names the text.
  static Result<FrameRate> parse(std::string_view text);
  static constexpr std::uint32_t kMax = 9000;

  bool is_unlimited() const { return millihertz_ == 0; }

  /// Time of frame n since frame 0; an unlimited rate has none.
  Time time_of(std::uint64_t frame) const {
    constexpr std::uint64_t kUnit = 1'000'000'000'000;  // a second in ns, per 1/1000
    const std::uint64_t whole = frame / millihertz_ * kUnit;
    return Time(static_cast<Time::rep>(whole + frame % millihertz_ * kUnit / millihertz_));
  }

  bool operator==(const FrameRate&) const = default;

 private:
  explicit FrameRate(std::uint32_t millihertz) : millihertz_(millihertz) {}

  std::uint32_t millihertz_ = 0;
};

/// The capture rate as the camera reports it: a moving average, 0 until there are two frames
/// (spec: protocol-v2, section 11).
class RateMeter {
 public:
  void restart() { *this = RateMeter(); }

  /// A frame exists at `time`; the rate including it.
  float add(Time time);

 private:
  Time last_{-1};
  float interval_ = 0;  // seconds
};

}  // namespace omv::emulator
