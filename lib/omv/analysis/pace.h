// SPDX-License-Identifier: LGPL-2.1-or-later
// Which frames of a stream are looked at when so many a second are asked for.
#pragma once

#include <optional>

#include "omv/base/clock.h"

namespace omv::analysis {

/// Chooses by the time of the frames alone. One thread at a time.
class Pace {
 public:
  /// True for the first frame, and then for the first one of each 1/`rate` seconds; for every frame when `rate` is 0.
  /// The mean rate is kept: frames do not shift the grid. It begins anew when time goes back, or leaps.
  bool is_due(Time time, double rate);

  /// The next frame is the first one.
  void reset() { next_.reset(); }

 private:
  std::optional<Time> next_;
};

}  // namespace omv::analysis
