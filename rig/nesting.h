// SPDX-License-Identifier: LGPL-2.1-or-later
// Brackets of a TOML text, told without a parser: how deep they nest, and which are not closed.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "rig/report.h"

namespace omv::rig {

/// Exact for what is TOML; of other text, for as much of it as a parser would read before it stops.
struct Nesting {
  std::optional<Position> too_deep;  ///< brackets within more than `most` brackets, or a dotted key of more names
  std::optional<Position> unclosed;  ///< the outermost bracket, or the string of several lines, that lacks its end
};
Nesting find_nesting(std::string_view text, std::size_t most);

}  // namespace omv::rig
