// SPDX-License-Identifier: LGPL-2.1-or-later
// A camera's ticks_ms on the host's clock, estimated from what the camera sends.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "omv/base/clock.h"

namespace omv::camera {

/// Every sample has travelled for an unknown time that is never negative. The line below all samples that is closest to
/// them gives offset and drift; it is late by the shortest time a sample has ever travelled (of the last minutes).
/// Until kDriftSpan has been seen the two clocks are taken to run at the same speed. Not synchronised.
class TickClock {
 public:
  /// MicroPython's ticks wrap after so many milliseconds (12 days).
  static constexpr std::uint32_t kPeriod = 1u << 30;
  static constexpr Time kDriftSpan = std::chrono::seconds(20);
  static constexpr double kMaxDrift = 1e-3;

  /// The camera's ticks were `ticks` some time before `arrival`. Samples are at most kPeriod / 2 apart.
  void sample(std::uint32_t ticks, Time arrival);

  /// Time of Clock::steady() at which the camera's ticks were `ticks`, at most kPeriod / 2 away from the last sample;
  /// nullopt before the first one.
  std::optional<Time> time_of(std::uint32_t ticks) const;

  /// How much faster the camera's clock runs than ours: 1e-6 = 1 ppm. 0 until it is known.
  double drift() const;

  /// Another camera, or one that has booted.
  void reset() { *this = TickClock(); }

 private:
  // A sample in its own time, and how much later by our clock.
  struct Point {
    std::int64_t camera;  // ns since the first sample's wrap-around
    std::int64_t lag;     // ns
  };
  struct Line {
    std::int64_t camera, lag;
    double slope;
    std::int64_t lag_at(std::int64_t time) const {
      return lag + static_cast<std::int64_t>(slope * static_cast<double>(time - camera));
    }
  };

  std::int64_t unwrap(std::uint32_t ticks) const;
  void estimate();

  std::deque<Point> points_;  // the best of every second
  std::int64_t last_ms_ = 0;  // unwrapped
  std::optional<Line> line_;
};

}  // namespace omv::camera
