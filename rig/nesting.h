// SPDX-License-Identifier: LGPL-2.1-or-later
// How deep a TOML text nests, told before a recursive parser sees it.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "rig/report.h"

namespace omv::rig {

/// Where brackets stand deeper within brackets, or a dotted key has more names, than `most`. Exact for what is TOML;
/// of other text, for as much of it as a parser would read before it stops.
std::optional<Position> find_deep_nesting(std::string_view text, std::size_t most);

}  // namespace omv::rig
