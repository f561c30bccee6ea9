// SPDX-License-Identifier: LGPL-2.1-or-later
// A rig in numbers, for Prometheus. docs/page.md lists the families.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "runner/control.h"

namespace omv::runner::web {

/// What the page counts of itself.
struct PageFigures {
  std::size_t connections = 0;
  std::size_t streams = 0;
  std::uint64_t refused = 0;
};

/// Units are base units: bytes, seconds. Rates are left to the one who asks, who has rate().
std::string metrics_text(const Status& status, const PageFigures& page);

}  // namespace omv::runner::web
