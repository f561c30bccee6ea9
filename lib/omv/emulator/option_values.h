// SPDX-License-Identifier: LGPL-2.1-or-later
// The values of options as text: what the tables of options and faults share.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "omv/base/clock.h"
#include "omv/base/result.h"

namespace omv::emulator {

/// "fps=fast: 0 to 9000 is wanted".
Error bad_value(std::string_view key, std::string_view value, const std::string& allowed);

template <typename T>
Result<T> parse_number(std::string_view key, std::string_view value, T low, T high) {
  T number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error == std::errc() && end == value.data() + value.size() && number >= low && number <= high) return number;
  return bad_value(key, value, "a number from " + std::to_string(low) + " to " + std::to_string(high) + " is wanted");
}

/// "true", "1", "yes", "false", "0", "no".
Result<bool> parse_bool(std::string_view key, std::string_view value);

/// 0 to 1: "0.01".
Result<double> parse_probability(std::string_view key, std::string_view value);

/// Whole milliseconds, up to a day.
Result<Time> parse_milliseconds(std::string_view key, std::string_view value);

/// Bytes, with k or M for 1000 and 1,000,000 of them: "1M".
Result<std::uint64_t> parse_bytes(std::string_view key, std::string_view value);

/// "20:5" is {"20", "5"}; without a colon the second is empty.
std::pair<std::string_view, std::string_view> split_at_colon(std::string_view value);

template <typename To, typename From>
Result<void> assign(To& to, Result<From> from) {
  if (!from) return std::move(from).error();
  to = *std::move(from);
  return {};
}

/// The error of a parser that knows neither key nor value, with both.
template <typename T>
Result<T> explain(std::string_view key, std::string_view value, Result<T> result) {
  if (result) return result;
  return bad_value(key, value, result.error().message);
}

}  // namespace omv::emulator
