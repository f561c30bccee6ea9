// SPDX-License-Identifier: LGPL-2.1-or-later
// The lower convex hull of lag over time: its edge below the middle is the line that all samples support best.
#include "omv/camera/tick_clock.h"

#include <algorithm>
#include <vector>

namespace omv::camera {

namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::size_t kMaxPoints = 300;        // five minutes
constexpr std::int64_t kImpossible = kSecond;  // a sample so much earlier than expected is of a clock that was reset

}  // namespace

// The nearest value to the last one that has these low bits.
std::int64_t TickClock::unwrap(std::uint32_t ticks) const {
  constexpr std::int64_t period = kPeriod;
  std::int64_t step = (std::int64_t{ticks % kPeriod} - last_ms_) % period;
  if (step < -period / 2) step += period;
  if (step >= period / 2) step -= period;
  return last_ms_ + step;
}

void TickClock::sample(std::uint32_t ticks, Time arrival) {
  if (!line_) last_ms_ = ticks % kPeriod;
  const std::int64_t ms = unwrap(ticks);
  const Point point{ms * kMillisecond, arrival.count() - ms * kMillisecond};
  if (line_ && point.lag < line_->lag_at(point.camera) - kImpossible) {
    reset();
    return sample(ticks, arrival);
  }
  last_ms_ = ms;
  const bool same_second = !points_.empty() && point.camera / kSecond == points_.back().camera / kSecond;
  if (!same_second)
    points_.push_back(point);
  else if (point.lag < points_.back().lag)
    points_.back() = point;
  else
    return;
  if (points_.size() > kMaxPoints) points_.pop_front();
  estimate();
}

void TickClock::estimate() {
  const auto lowest =
      std::min_element(points_.begin(), points_.end(), [](const Point& a, const Point& b) { return a.lag < b.lag; });
  line_ = Line{lowest->camera, lowest->lag, 0};
  const std::int64_t span = points_.back().camera - points_.front().camera;
  if (span < kDriftSpan.count()) return;

  // Doubles are exact enough: spans are minutes, and a nanosecond does not matter.
  const auto slope = [](const Point& a, const Point& b) {
    return static_cast<double>(b.lag - a.lag) / static_cast<double>(b.camera - a.camera);
  };
  std::vector<Point> hull;
  for (const Point& point : points_) {
    if (!hull.empty() && point.camera <= hull.back().camera) continue;
    while (hull.size() > 1 && slope(hull[hull.size() - 2], hull.back()) >= slope(hull.back(), point)) hull.pop_back();
    hull.push_back(point);
  }
  const std::int64_t middle = points_.front().camera + span / 2;
  for (std::size_t i = 1; i < hull.size(); ++i)
    if (hull[i].camera >= middle) {
      const double steepness = std::clamp(slope(hull[i - 1], hull[i]), -kMaxDrift, kMaxDrift);
      line_ = Line{hull[i].camera, hull[i].lag, steepness};
      return;
    }
}

std::optional<Time> TickClock::time_of(std::uint32_t ticks) const {
  if (!line_) return std::nullopt;
  const std::int64_t camera = unwrap(ticks) * kMillisecond;
  return Time(camera + line_->lag_at(camera));
}

double TickClock::drift() const { return line_ ? -line_->slope : 0; }

}  // namespace omv::camera
