// SPDX-License-Identifier: LGPL-2.1-or-later
// What a recording says about itself besides its pictures.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "omv/recording/avi/rate.h"

namespace omv::avi {

/// One entry of the INFO list: INAM title, ICRD date, ISFT software, IART artist, ICMT comment …
struct Tag {
  std::string id;  ///< four characters
  std::string text;

  bool operator==(const Tag&) const = default;
};

/// Seconds since 1970 as a time of capture. None before 1970, and none from 2262 on, which nanoseconds can't count to.
constexpr std::optional<Nanoseconds> capture_seconds(std::int64_t seconds) {
  constexpr std::int64_t kMost = std::chrono::floor<std::chrono::seconds>(Nanoseconds::max()).count();
  if (seconds < 0 || seconds >= kMost) return std::nullopt;  // a fraction of a second fits too
  return std::chrono::seconds(seconds);
}

struct Tags {
  std::vector<Tag> info;
  /// When the first frame was captured, since 1970 in UTC.
  std::optional<Nanoseconds> captured;
};

}  // namespace omv::avi
