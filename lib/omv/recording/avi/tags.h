// SPDX-License-Identifier: LGPL-2.1-or-later
// What a recording says about itself besides its pictures.
#pragma once

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

struct Tags {
  std::vector<Tag> info;
  /// When the first frame was captured, since 1970 in UTC.
  std::optional<Nanoseconds> captured;
};

}  // namespace omv::avi
