// SPDX-License-Identifier: LGPL-2.1-or-later
// The level of a contact that bounces.
#pragma once

#include <optional>

#include "omv/base/clock.h"

namespace omv::runner {

/// A level counts once it has stayed for a while; it then counts from when it came. Knows no clock: times are those of
/// the edges. Not synchronised.
class Debouncer {
 public:
  struct Change {
    bool level;
    Time at;
  };

  Debouncer(bool level, Time stay) : settled_(level), level_(level), stay_(stay) {}

  /// The level since `at`. What was settled until then, although nobody has asked.
  std::optional<Change> edge(bool level, Time at) {
    const auto change = settle(at);
    level_ = level;
    since_ = at;
    return change;
  }

  /// When to ask for a change, if there is no other edge till then.
  std::optional<Time> due() const { return level_ != settled_ ? std::optional(since_ + stay_) : std::nullopt; }

  /// The change that is settled at `now`, once.
  std::optional<Change> settle(Time now) {
    const auto when = due();
    if (!when || now < *when) return std::nullopt;
    settled_ = level_;
    return Change{level_, since_};
  }

 private:
  bool settled_;
  bool level_;
  Time since_{0};
  Time stay_;
};

}  // namespace omv::runner
