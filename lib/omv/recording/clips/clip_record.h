// SPDX-License-Identifier: LGPL-2.1-or-later
// The facts of a clip, while it grows.
#pragma once

#include <optional>
#include <vector>

#include "omv/recording/clips/clip.h"
#include "omv/recording/clips/frame.h"

namespace omv::clips {

/// Not synchronised.
class ClipRecord {
 public:
  /// Triggers may be added before and after the first frame. `time`: of the ring; `frame`: the index of its frame when
  /// that is in the clip already and known.
  void add_trigger(const Trigger& trigger, Time time, std::optional<std::uint64_t> frame);

  /// The first frame; `before`: the clip before, if there was one.
  void begin(const RingFrame& frame, const Clip* before);
  void add_frame(const RingFrame& frame);

  /// Takes away the triggers whose frame has not come: they belong to the clip that goes on from here.
  std::vector<ClipTrigger> take_open_triggers();
  void add_triggers(const std::vector<ClipTrigger>& triggers);

  Clip clip;

 private:
  struct Open {
    std::size_t trigger;      // index of clip.triggers
    Time best = Time::max();  // time of the frame found so far
  };

  void store(const ClipTrigger& trigger);
  bool find_frame(Open& open, const RingFrame& frame);

  std::vector<Open> open_;  // triggers whose frame may still come
  Time latest_{0};          // of the frames
};

}  // namespace omv::clips
