// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether frames leave while frames come.
#pragma once

#include <cstdint>

#include "omv/base/clock.h"

namespace omv::runner {

/// Not synchronised. Counts only grow.
class StallWatch {
 public:
  explicit StallWatch(Time now) : progress_(now) {}

  /// `offered`: frames that came, whether there was room for them or not; `sent`: those that left. How long nothing
  /// has left since frames came; 0: there is progress, or nothing to send.
  Time look(Time now, std::uint64_t offered, std::uint64_t sent) {
    if (sent == sent_ && offered != offered_) return now - progress_;
    sent_ = sent;
    offered_ = offered;
    progress_ = now;
    return Time(0);
  }

 private:
  Time progress_;  // when there was some last; likewise below
  std::uint64_t offered_ = 0;
  std::uint64_t sent_ = 0;
};

}  // namespace omv::runner
