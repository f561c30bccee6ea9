// SPDX-License-Identifier: LGPL-2.1-or-later
// Which frames of a stream become stills.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "common/camera_trigger.h"

namespace omv::gst {

enum class StillMode { every, burst, snapshot };

struct ScheduleSettings {
  StillMode mode = StillMode::every;
  std::uint32_t every_nth = 1;           ///< of mode every
  std::chrono::nanoseconds interval{0};  ///< of mode every; 0: none
  std::uint32_t burst = 1;               ///< frames of a burst
};

/// A still is taken because of the mode, or because it was asked for.
struct Occasion {
  std::shared_ptr<const GstStructure> request;  ///< what came with the question; null: nothing
};

/// Not synchronised.
class StillSchedule {
 public:
  void start(const ScheduleSettings& settings);

  /// Changes what holds from the next frame on; a burst that runs is finished.
  void change(const ScheduleSettings& settings) { settings_ = settings; }

  /// Asks for the next frame, in mode burst for the next `burst` ones. False: too many are waiting already.
  bool request(StructurePtr structure);

  /// For each frame of the stream, once; nullopt: it passes by.
  std::optional<Occasion> next_frame(std::optional<std::chrono::nanoseconds> running_time);

 private:
  struct Wanted {
    std::uint32_t frames;
    std::shared_ptr<const GstStructure> structure;
  };

  bool is_due(std::optional<std::chrono::nanoseconds> running_time);

  ScheduleSettings settings_;
  std::deque<Wanted> wanted_;
  std::uint64_t frames_ = 0;                     // seen
  std::optional<std::chrono::nanoseconds> due_;  // by the interval
};

}  // namespace omv::gst
