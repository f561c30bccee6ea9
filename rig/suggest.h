// SPDX-License-Identifier: LGPL-2.1-or-later
// "Did you mean": the name that somebody had in mind, and lists of names in sentences.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace omv::rig {

/// The candidate that few slips of the keyboard away is `name`: swapped, wrong, missing and additional characters,
/// and a different case. nullopt when none is near.
std::optional<std::string_view> nearest(std::string_view name, std::span<const std::string_view> candidates);

/// " (did you mean 'line'?)", or nothing.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates);

/// "a, b or c".
std::string list_text(std::span<const std::string_view> names, std::string_view last = " or ");

}  // namespace omv::rig
