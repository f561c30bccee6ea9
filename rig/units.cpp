// SPDX-License-Identifier: LGPL-2.1-or-later
// Tables of units, largest first, for reading and for writing.
#include "rig/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <span>
#include <vector>

#include "rig/suggest.h"

namespace omv::rig {

namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr std::array kTimes = {
    Unit{"w", 604800e9}, Unit{"d", 86400e9}, Unit{"h", 3600e9}, Unit{"min", 60e9},
    Unit{"s", 1e9},      Unit{"ms", 1e6},    Unit{"us", 1e3},   Unit{"ns", 1},
};
constexpr std::array kSizes = {
    Unit{"PiB", 0x1p50}, Unit{"PB", 1e15}, Unit{"TiB", 0x1p40}, Unit{"TB", 1e12}, Unit{"GiB", 0x1p30}, Unit{"GB", 1e9},
    Unit{"MiB", 0x1p20}, Unit{"MB", 1e6},  Unit{"KiB", 0x1p10}, Unit{"kB", 1e3},  Unit{"B", 1},
};
constexpr std::array kRates = {Unit{"/d", 1.0 / 86400}, Unit{"/h", 1.0 / 3600}, Unit{"/min", 1.0 / 60}, Unit{"/s", 1}};

// What people write instead.
struct Alias {
  std::string_view written;
  std::string_view meant;
};
constexpr std::array kAliases = {
    Alias{"sec", "s"},       Alias{"secs", "s"},  Alias{"seconds", "s"}, Alias{"m", "min"},   Alias{"mins", "min"},
    Alias{"minutes", "min"}, Alias{"hr", "h"},    Alias{"hours", "h"},   Alias{"day", "d"},   Alias{"days", "d"},
    Alias{"weeks", "w"},     Alias{"k", "kB"},    Alias{"K", "KiB"},     Alias{"M", "MiB"},   Alias{"G", "GiB"},
    Alias{"T", "TiB"},       Alias{"fps", "/s"},  Alias{"Hz", "/s"},     Alias{"/sec", "/s"}, Alias{"/m", "/min"},
    Alias{"/hour", "/h"},    Alias{"/day", "/d"},
};

constexpr double kMostTime = 3650 * 86400e9;
constexpr double kMostSize = 0x1p60;
constexpr double kMostRate = 1e6;

Error wrong(std::string why) { return {Errc::invalid, std::move(why)}; }

bool is_space(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

void skip_spaces(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
}

std::vector<std::string_view> names_of(std::span<const Unit> units) {
  std::vector<std::string_view> names;
  for (const Unit& unit : units) names.push_back(unit.name);
  return names;
}

// Digits with at most one point: no signs, exponents or infinities.
std::optional<double> take_number(std::string_view& text) {
  std::size_t end = 0;
  bool point = false;
  while (end < text.size() && (is_digit(text[end]) || (text[end] == '.' && !point))) point |= text[end++] == '.';
  double value = 0;
  const auto [last, failed] = std::from_chars(text.data(), text.data() + end, value);
  if (end == 0 || failed != std::errc() || last != text.data() + end) return std::nullopt;
  text.remove_prefix(end);
  return value;
}

std::string unit_cure(std::string_view name, std::span<const std::string_view> units) {
  const auto* alias = std::find_if(kAliases.begin(), kAliases.end(), [&](const Alias& row) {
    return row.written == name && std::find(units.begin(), units.end(), row.meant) != units.end();
  });
  if (alias != kAliases.end()) return " (did you mean '" + std::string(alias->meant) + "'?)";
  const std::string cure = did_you_mean(name, units);
  return cure.empty() ? " (" + list_text(units) + ")" : cure;
}

Result<double> take_unit(std::string_view& text, std::span<const Unit> units) {
  skip_spaces(text);
  std::size_t end = 0;
  while (end < text.size() && !is_digit(text[end]) && !is_space(text[end])) ++end;
  const std::string_view name = text.substr(0, end);
  text.remove_prefix(end);
  for (const Unit& unit : units)
    if (unit.name == name) return unit.factor;
  const auto names = names_of(units);
  if (name.empty()) return wrong("there is no unit behind the number (" + list_text(names) + ")");
  return wrong("there is no unit '" + std::string(name.substr(0, 16)) + "'" + unit_cure(name, names));
}

// One number with a unit, or with `sums` several.
Result<double> parse_quantity(std::string_view text, std::span<const Unit> units, double most, bool sums) {
  skip_spaces(text);
  if (text.empty()) return wrong("there is nothing");
  double sum = 0;
  do {
    const auto number = take_number(text);
    if (!number) return wrong("'" + std::string(text.substr(0, 16)) + "' is no number");
    OMV_TRY(const double factor, take_unit(text, units));
    sum += *number * factor;
    skip_spaces(text);
  } while (sums && !text.empty());
  if (!text.empty()) return wrong("'" + std::string(text.substr(0, 16)) + "' is too much");
  if (!(sum <= most)) return wrong("that is beyond any use");
  return sum;
}

std::optional<int> parse_two_digits(std::string_view text) {
  if (text.size() != 2 || !is_digit(text[0]) || !is_digit(text[1])) return std::nullopt;
  return (text[0] - '0') * 10 + (text[1] - '0');
}

// The largest unit that the value is a whole multiple of.
std::string whole_multiple(double value, std::span<const Unit> units) {
  for (const Unit& unit : units)
    if (value >= unit.factor && std::fmod(value, unit.factor) == 0)
      return plain_number(value / unit.factor) + std::string(unit.name);
  return "0" + std::string(units.back().name);
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  OMV_TRY(const double nanoseconds, parse_quantity(text, kTimes, kMostTime, true));
  return Duration(std::llround(nanoseconds));
}

Result<std::uint64_t> parse_size(std::string_view text) {
  OMV_TRY(const double bytes, parse_quantity(text, kSizes, kMostSize, false));
  return static_cast<std::uint64_t>(std::llround(bytes));
}

Result<double> parse_rate(std::string_view text) { return parse_quantity(text, kRates, kMostRate, false); }

Result<std::chrono::seconds> parse_time_of_day(std::string_view text) {
  const auto hours = parse_two_digits(text.substr(0, 2));
  const auto minutes = text.size() >= 5 ? parse_two_digits(text.substr(3, 2)) : std::nullopt;
  const auto seconds = text.size() == 8 ? parse_two_digits(text.substr(6, 2)) : std::optional<int>(0);
  const bool colons = (text.size() == 5 || text.size() == 8) && text[2] == ':' && (text.size() == 5 || text[5] == ':');
  if (hours && minutes && seconds && colons && *minutes < 60 && *seconds < 60) {
    const std::chrono::seconds value(*hours * 3600 + *minutes * 60 + *seconds);
    if (value <= std::chrono::hours(24)) return value;
  }
  return wrong("'" + std::string(text.substr(0, 16)) + "' is no time of day, as in 06:30");
}

std::string duration_text(Duration value) {
  constexpr Duration kMinute = std::chrono::minutes(1);
  constexpr Duration kHour = std::chrono::hours(1);
  if (value.count() == 0) return "0s";
  if (value > kHour && value % kHour != Duration(0) && value % kMinute == Duration(0))
    return duration_text(value - value % kHour) + duration_text(value % kHour);
  return whole_multiple(static_cast<double>(value.count()), kTimes);
}

std::string size_text(std::uint64_t value) {
  return value == 0 ? "0B" : whole_multiple(static_cast<double>(value), kSizes);
}

std::string rate_text(double per_second) {
  for (auto unit = kRates.rbegin(); unit != kRates.rend(); ++unit) {
    const double count = per_second / unit->factor;
    const double thousandths = std::round(count * 1000);
    if (count >= 1 && std::abs(count * 1000 - thousandths) < 1e-6)
      return plain_number(thousandths / 1000) + std::string(unit->name);
  }
  return plain_number(per_second) + "/s";
}

std::string time_of_day_text(std::chrono::seconds value) {
  const int seconds = static_cast<int>(value.count());
  char text[32];
  std::snprintf(text, sizeof text, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return seconds % 60 == 0 ? std::string(text, 5) : text;
}

std::string rounded_size(double bytes) {
  constexpr std::array kShown = {Unit{"TB", 1e12}, Unit{"GB", 1e9}, Unit{"MB", 1e6}, Unit{"kB", 1e3}};
  for (const Unit& unit : kShown) {
    if (bytes < unit.factor) continue;
    char text[48];
    const double value = bytes / unit.factor;
    std::snprintf(text, sizeof text, "%.*f %s", value < 10 ? 2 : value < 100 ? 1 : 0, value, unit.name.data());
    return text;
  }
  return plain_number(std::round(bytes)) + " B";
}

std::string plain_number(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.9f", value);
  std::string number = text;
  number.erase(number.find_last_not_of('0') + 1);
  if (number.ends_with('.')) number.pop_back();
  return number;
}

}  // namespace omv::rig
