// SPDX-License-Identifier: LGPL-2.1-or-later
// The steady clock of the machine.
#include "omv/base/clock.h"

#include <thread>

namespace omv {

namespace {

class SteadyClock final : public Clock {
 public:
  Time now() const override {
    return std::chrono::duration_cast<Time>(std::chrono::steady_clock::now().time_since_epoch());
  }
  void sleep_until(Time when) override {
    const Time left = when - now();
    if (left.count() > 0) std::this_thread::sleep_for(left);
  }
};

}  // namespace

std::shared_ptr<Clock> Clock::steady() {
  static const std::shared_ptr<Clock> clock = std::make_shared<SteadyClock>();
  return clock;
}

}  // namespace omv
