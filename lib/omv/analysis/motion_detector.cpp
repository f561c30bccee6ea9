// SPDX-License-Identifier: LGPL-2.1-or-later
// A look: compare, find groups, learn, decide.
#include "omv/analysis/motion_detector.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "omv/analysis/luma_cells.h"

namespace omv::analysis {

namespace {

using Seconds = std::chrono::duration<float>;

constexpr double kPercent = 100;
constexpr float kMovingSlower = 4;

std::uint32_t cells_of(double percent, std::size_t all) {
  const double cells = std::ceil(std::clamp(percent, 0.0, kPercent) / kPercent * static_cast<double>(all));
  return std::max(1U, static_cast<std::uint32_t>(cells));
}

Roi in_pixels(const Roi& cells, Size picture) {
  const std::uint32_t x = cells.x * kCellSide;
  const std::uint32_t y = cells.y * kCellSide;
  return {x, y, std::min(cells.width * kCellSide, picture.width - x),
          std::min(cells.height * kCellSide, picture.height - y)};
}

}  // namespace

void MotionDetector::configure(const MotionSettings& settings) {
  settings_ = settings;
  threshold_ = std::clamp(static_cast<int>(std::lround(settings.threshold * kQuarters)), 1, kMaxDifference);
  watch_zones();
}

void MotionDetector::reset() {
  background_.clear();
  moving_since_.reset();
  last_trigger_.reset();
}

void MotionDetector::watch_zones() {
  watched_.assign(std::size_t{grid_.width} * grid_.height, settings_.zones.empty() ? 1 : 0);
  const auto end = [](std::uint32_t from, std::uint32_t length, std::uint32_t side) {
    return cells_across(static_cast<std::uint32_t>(std::min<std::uint64_t>(std::uint64_t{from} + length, side)));
  };
  for (const Roi& zone : settings_.zones) {
    if (zone.width == 0 || zone.height == 0 || zone.x >= picture_.width || zone.y >= picture_.height) continue;
    for (std::uint32_t y = zone.y / kCellSide; y < end(zone.y, zone.height, picture_.height); ++y)
      for (std::uint32_t x = zone.x / kCellSide; x < end(zone.x, zone.width, picture_.width); ++x)
        watched_[std::size_t{y} * grid_.width + x] = 1;
  }
  watched_cells_ = static_cast<std::size_t>(std::count(watched_.begin(), watched_.end(), 1));
}

void MotionDetector::begin(const Frame& cells, Size picture, Time time) {
  const bool same_view = grid_ == cells.info && picture_ == picture;
  grid_ = cells.info;
  picture_ = picture;
  if (!same_view) watch_zones();
  background_.begin(cells.data);
  begun_ = last_ = time;
  looks_ = 1;
  moving_since_.reset();
}

bool MotionDetector::is_another_view() const {
  if (settings_.max_area >= kPercent) return false;
  const auto changed = std::count_if(differences_.begin(), differences_.end(),
                                     [this](std::uint16_t difference) { return difference >= threshold_; });
  return static_cast<double>(changed) * kPercent > settings_.max_area * static_cast<double>(differences_.size());
}

MotionReport MotionDetector::measure() {
  seen_.resize(differences_.size());
  for (std::size_t i = 0; i < seen_.size(); ++i) seen_[i] = watched_[i] != 0 ? differences_[i] : std::uint16_t{0};
  const GroupsFound found =
      groups_.find({grid_.width, grid_.height, seen_.data()}, threshold_, cells_of(settings_.min_area, seen_.size()));
  MotionReport report;
  report.level = static_cast<double>(found.level) / kQuarters;
  report.area = kPercent * found.cells / static_cast<double>(seen_.size());
  report.moving = found.level >= threshold_;
  if (report.moving) report.box = in_pixels(found.largest, picture_);
  return report;
}

// In the beginning the mean of all looks, so that who was there at first is soon forgotten; then one that forgets, and
// learns what moves more slowly, so that who passes leaves no ghost behind.
void MotionDetector::learn(const Frame& cells, Time time) {
  const Time constant = std::max(settings_.learning_time, Time(1));
  const float passed = 1 - std::exp(-Seconds(time - last_) / Seconds(constant));
  const float first = 1 / static_cast<float>(looks_ + 1);
  background_.learn(cells.data, differences_, threshold_,
                    {std::max(first, passed), std::max(first, passed / kMovingSlower)});
  ++looks_;
  last_ = time;
}

void MotionDetector::decide(Time time, MotionReport& report) {
  if (!report.moving) {
    moving_since_.reset();
    return;
  }
  if (!moving_since_) {
    moving_since_ = time;
    triggered_ = held_off_ = false;
  }
  if (time - *moving_since_ < settings_.min_duration) return;
  if (last_trigger_ && time - *last_trigger_ < settings_.hold_off) {
    report.held_off = !triggered_ && !std::exchange(held_off_, true);
    return;
  }
  report.trigger = triggered_ ? time : *moving_since_;
  triggered_ = true;
  last_trigger_ = time;
}

MotionReport MotionDetector::look(const Frame& cells, Size picture, Time time) {
  const bool is_first = background_.empty() || cells.info != grid_ || picture != picture_ || time < last_;
  MotionReport report;
  if (is_first) {
    if (time < last_) last_trigger_.reset();
    begin(cells, picture, time);
  } else {
    background_.compare(cells.data, settings_.ignore_light, differences_);
    report = measure();
    if (is_another_view()) {
      ++relearned_;
      begin(cells, picture, time);
    } else {
      learn(cells, time);
    }
  }
  report.threshold = static_cast<double>(threshold_) / kQuarters;
  report.learning = time - begun_ < settings_.warm_up || looks_ == 1;
  if (report.learning) report.moving = false, report.area = 0, report.box = {};
  decide(time, report);
  return report;
}

}  // namespace omv::analysis
