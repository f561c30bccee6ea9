// SPDX-License-Identifier: LGPL-2.1-or-later
// The shortest time between two successful LOCKs, whatever their channels (spec: protocol-v2, section 11.2).
#pragma once

#include <optional>

#include "omv/base/clock.h"

namespace omv::camera {

class LockPacer {
 public:
  explicit LockPacer(Time interval) : interval_(interval) {}

  bool too_early(Time now) const { return last_ && now - *last_ < interval_; }
  void locked(Time now) { last_ = now; }

 private:
  Time interval_;
  std::optional<Time> last_;
};

}  // namespace omv::camera
