// SPDX-License-Identifier: LGPL-2.1-or-later
// Monotonic time as an argument, so that everything that waits can be tested without waiting.
#pragma once

#include <chrono>
#include <memory>

namespace omv {

/// Nanoseconds since an arbitrary start; never goes back.
using Time = std::chrono::nanoseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
  virtual void sleep_until(Time when) = 0;

  /// The machine's steady clock; shared, safe from any thread.
  static std::shared_ptr<Clock> steady();
};

/// A clock that stands still until it is told to move; sleeping moves it.
class ManualClock final : public Clock {
 public:
  Time now() const override { return now_; }
  void sleep_until(Time when) override { now_ = when > now_ ? when : now_; }
  void advance(Time by) { now_ += by; }

 private:
  Time now_{0};
};

}  // namespace omv
