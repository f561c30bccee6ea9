// SPDX-License-Identifier: LGPL-2.1-or-later
// Delays that grow from try to try.
#pragma once

#include <algorithm>

#include "omv/base/clock.h"

namespace omv::runner {

/// Doubles from `first` up to `most`; not synchronised.
class Backoff {
 public:
  Backoff(Time first, Time most) : first_(first), most_(std::max(first, most)), next_(first) {}

  /// The time to wait before the next try.
  Time next() {
    const Time delay = next_;
    next_ = std::min(next_ * 2, most_);
    return delay;
  }

  /// It has worked: begin anew.
  void reset() { next_ = first_; }

 private:
  Time first_;
  Time most_;
  Time next_;
};

}  // namespace omv::runner
