// SPDX-License-Identifier: LGPL-2.1-or-later
// A frame as it comes to the ring, and as the ring knows it.
#pragma once

#include <cstdint>
#include <optional>

#include "omv/base/clock.h"

namespace omv::clips {

/// Times are running times.
struct Frame {
  std::optional<Time> time;         ///< of presentation; nullopt: where the frame before ends
  std::optional<Time> decode_time;  ///< where frames are delivered in another order than they are shown
  Time duration{0};                 ///< 0: not known
  std::uint64_t bytes = 0;
  std::uint64_t memory = 0;  ///< what holding it takes, when that is more than its bytes
  bool key = true;           ///< whoever begins here needs none of the frames before
  std::uint32_t format = 0;  ///< frames of one number look the same to whoever reads them
};

/// The same, in its place. `place` never goes back from one frame to the next; `time` may (frames that are shown in
/// another order), `decode_time` is never behind `time`.
struct RingFrame {
  std::uint64_t sequence = 0;  ///< from 0, over the life of the ring
  Time time{0};
  Time decode_time{0};
  Time place{0};
  Time duration{0};
  std::uint64_t bytes = 0;
  std::uint64_t memory = 0;
  std::uint32_t format = 0;
  bool key = true;
  bool in_clip = false;

  Time end() const { return time + duration; }
};

}  // namespace omv::clips
