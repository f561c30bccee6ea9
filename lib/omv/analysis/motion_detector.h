// SPDX-License-Identifier: LGPL-2.1-or-later
// Finds what moves in front of a fixed camera: differences from a learned background, by size, place and duration.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "omv/analysis/background.h"
#include "omv/analysis/cell_groups.h"
#include "omv/base/clock.h"
#include "omv/image/image.h"
#include "omv/image/orientation.h"

namespace omv::analysis {

/// What counts as motion. Times are of the stream. A value outside of its range counts as the nearest in it.
struct MotionSettings {
  double threshold = 10;  ///< grey levels (0.25 to 255) that a cell is off the background, beyond its noise
  double min_area = 0.2;  ///< percent of the picture that cells which touch have to cover; at least one cell
  double max_area = 70;   ///< percent; more at once is another light or view, which is learned; 100: it is motion
  Time min_duration{0};   ///< how long motion has to last before it is a trigger
  Time hold_off{std::chrono::seconds(1)};        ///< from a trigger to the next one; motion that lasts raises it again
  Time warm_up{std::chrono::seconds(1)};         ///< learning only, in the beginning
  Time learning_time{std::chrono::seconds(10)};  ///< in which the background takes over 63 % of a change
  bool ignore_light = true;                      ///< take off what all the picture has become brighter or darker by
  std::vector<Roi> zones;                        ///< where to look, in pixels, widened to whole cells; none: everywhere

  bool operator==(const MotionSettings&) const = default;
};

/// What a look has found.
struct MotionReport {
  double level = 0;             ///< the highest threshold at which it would still be motion, in grey levels
  double threshold = 0;         ///< the one in force: motion is level >= threshold
  double area = 0;              ///< percent of the picture that moves
  Roi box;                      ///< around the largest thing that moves, in pixels; empty without motion
  bool learning = false;        ///< in the warm-up: no triggers
  bool moving = false;          ///< there is motion
  std::optional<Time> trigger;  ///< raise one: when the motion began, or now when it goes on
  bool held_off = false;        ///< motion began within the hold-off
};

/// Deterministic: the same cells at the same times give the same reports. One thread at a time.
class MotionDetector {
 public:
  /// Takes effect with the next look; what was learned stays.
  void configure(const MotionSettings& settings);

  /// Forgets the background and the last trigger.
  void reset();

  /// `cells` is a picture on its grid (luma_cells.h), `picture` its size in pixels. Another size, or time that goes
  /// back, is another scene.
  MotionReport look(const Frame& cells, Size picture, Time time);

  /// False when the zones leave nothing of the pictures that were looked at.
  bool watches_anything() const { return watched_cells_ > 0; }

  /// How often the background was begun anew because more than max_area changed.
  std::uint64_t relearned() const { return relearned_; }

 private:
  void begin(const Frame& cells, Size picture, Time time);
  void watch_zones();
  bool is_another_view() const;
  MotionReport measure();
  void learn(const Frame& cells, Time time);
  void decide(Time time, MotionReport& report);

  MotionSettings settings_;
  int threshold_ = 1;  // in quarters of a grey level
  Background background_;
  CellGroups groups_;
  FrameInfo grid_;
  Size picture_;
  std::vector<std::uint8_t> watched_;  // 0 or 1, for each cell
  std::size_t watched_cells_ = 0;
  std::vector<std::uint16_t> differences_;
  std::vector<std::uint16_t> seen_;  // the differences of watched cells
  Time begun_{0};
  Time last_{0};
  std::uint64_t looks_ = 0;  // at this background
  std::uint64_t relearned_ = 0;
  std::optional<Time> moving_since_;
  bool triggered_ = false;  // for the motion that goes on
  bool held_off_ = false;   // and that was reported
  std::optional<Time> last_trigger_;
};

}  // namespace omv::analysis
