// SPDX-License-Identifier: LGPL-2.1-or-later
// Every error names key, value and what is allowed.
#include "omv/emulator/option_values.h"

#include <algorithm>

namespace omv::emulator {

namespace {

constexpr std::uint64_t kDayMs = 24 * 60 * 60 * 1000;
constexpr std::uint64_t kMaxBytes = 1'000'000'000'000;

}  // namespace

Error bad_value(std::string_view key, std::string_view value, const std::string& allowed) {
  return {Errc::invalid, std::string(key) + "=" + std::string(value) + ": " + allowed};
}

Result<bool> parse_bool(std::string_view key, std::string_view value) {
  if (value == "true" || value == "1" || value == "yes") return true;
  if (value == "false" || value == "0" || value == "no") return false;
  return bad_value(key, value, "true or false is wanted");
}

Result<double> parse_probability(std::string_view key, std::string_view value) {
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error == std::errc() && end == value.data() + value.size() && number >= 0 && number <= 1) return number;
  return bad_value(key, value, "a probability from 0 to 1 is wanted");
}

Result<Time> parse_milliseconds(std::string_view key, std::string_view value) {
  OMV_TRY(const std::uint64_t number, parse_number<std::uint64_t>(key, value, 0, kDayMs));
  return Time(std::chrono::milliseconds(number));
}

Result<std::uint64_t> parse_bytes(std::string_view key, std::string_view value) {
  const std::uint64_t unit = value.ends_with('M') ? 1'000'000 : value.ends_with('k') ? 1000 : 1;
  const std::string_view digits = unit == 1 ? value : value.substr(0, value.size() - 1);
  const auto number = parse_number<std::uint64_t>(key, digits, 0, kMaxBytes / unit);
  if (!number) return bad_value(key, value, "bytes are wanted, as in 500000, 500k or 1M");
  return *number * unit;
}

std::pair<std::string_view, std::string_view> split_at_colon(std::string_view value) {
  const std::size_t colon = std::min(value.find(':'), value.size());
  return {value.substr(0, colon), value.substr(std::min(colon + 1, value.size()))};
}

}  // namespace omv::emulator
