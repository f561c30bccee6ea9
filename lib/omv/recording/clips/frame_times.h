// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a frame belongs in time, whatever its timestamps say.
#pragma once

#include "omv/recording/clips/frame.h"

namespace omv::clips {

/// A frame without a time begins where the one before ends. Where the times jump back by more than a second, the
/// source's clock was set anew: time goes on without a break, and all that comes later is counted from there. Smaller
/// steps back are kept, in the place of the latest frame. Not synchronised.
class FrameTimes {
 public:
  /// Fills in time, decode_time, place and duration.
  void settle(const Frame& frame, RingFrame& settled);

  /// A time of the source in the ring's time. Times beyond what a stream can last become the farthest one.
  Time in_ring(Time time) const;

  /// Where the last frame ends; nullopt before the first.
  std::optional<Time> end() const;

  void reset() { *this = FrameTimes(); }

 private:
  Time expected_{0};  // where the latest frame ends
  Time place_{0};
  Time offset_{0};
  bool has_frame_ = false;
};

}  // namespace omv::clips
