// SPDX-License-Identifier: LGPL-2.1-or-later
// What a parser of TOML says, as a sentence for somebody who writes rig files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace omv::rig {

/// "[camera.a] 'pre': not TOML: expected digit, saw 's'; durations and sizes stand in quotes, as in "10s"".
/// `line` counts from 1 and is where the parser stopped.
std::string syntax_message(std::string_view text, std::uint32_t line, std::string_view description);

}  // namespace omv::rig
