// SPDX-License-Identifier: LGPL-2.1-or-later
// Numbers and times as they are typed, and shares of a list.
#include "omv/convert/selection.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace omv::convert {

namespace {

constexpr std::uint32_t kMostShards = 100'000;
constexpr std::int64_t kMostSeconds = 366LL * 86400;
constexpr std::int64_t kBillion = 1'000'000'000;

// All of `text`, digits only.
std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [at, code] = std::from_chars(text.data(), end, value);
  if (code != std::errc() || at != end || text.empty()) return std::nullopt;
  return value;
}

// "12" or "12.345678901" in units of `unit` nanoseconds.
std::optional<Nanoseconds> amount(std::string_view text, std::int64_t unit) {
  const std::size_t point = text.find('.');
  const auto whole = number(text.substr(0, point));
  if (!whole || *whole > static_cast<std::uint64_t>(kMostSeconds * (kBillion / unit))) return std::nullopt;
  Nanoseconds value(static_cast<std::int64_t>(*whole) * unit);
  if (point == std::string_view::npos) return value;
  const std::string_view digits = text.substr(point + 1);
  if (!number(digits) || digits.size() > 9) return std::nullopt;
  std::int64_t scale = unit;
  for (const char digit : digits) {
    scale /= 10;
    value += Nanoseconds((digit - '0') * scale);
  }
  return value;
}

// "90.5", "1:30.5", "0:01:30.5": below the first, minutes and seconds are less than 60.
std::optional<Nanoseconds> clock_time(std::string_view text) {
  std::int64_t minutes = 0;
  int fields = 0;
  for (std::size_t colon; (colon = text.find(':')) != std::string_view::npos; text.remove_prefix(colon + 1)) {
    const auto field = number(text.substr(0, colon));
    if (!field || *field > kMostSeconds || ++fields > 2 || (fields > 1 && *field >= 60)) return std::nullopt;
    minutes = minutes * 60 + static_cast<std::int64_t>(*field);
  }
  const auto seconds = amount(text, kBillion);
  if (!seconds || (fields > 0 && *seconds >= std::chrono::seconds(60)) || minutes > kMostSeconds / 60)
    return std::nullopt;
  return *seconds + std::chrono::minutes(minutes);
}

std::optional<Nanoseconds> time_of(std::string_view text) {
  if (text.ends_with("ms")) return amount(text.substr(0, text.size() - 2), 1'000'000);
  if (text.ends_with("s")) return amount(text.substr(0, text.size() - 1), kBillion);
  return clock_time(text);
}

Error wrong(std::string_view text, const char* what) {
  return {Errc::invalid, "'" + std::string(text) + "' is no " + what};
}

}  // namespace

Result<void> parse_frames(std::string_view text, Selection& into) {
  constexpr const char* kWhat = "range of frames like 0..100, 50.. or ..50";
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return wrong(text, kWhat);
  const std::string_view first = text.substr(0, dots);
  const std::string_view end = text.substr(dots + 2);
  const auto first_number = first.empty() ? std::optional<std::uint64_t>(0) : number(first);
  const auto end_number = number(end);
  if (!first_number || (!end.empty() && !end_number)) return wrong(text, kWhat);
  if (end_number && *end_number <= *first_number) return wrong(text, "range of frames: it ends before it begins");
  into.first = static_cast<std::size_t>(*first_number);
  if (end_number) into.end = static_cast<std::size_t>(*end_number);
  return {};
}

Result<Shard> parse_shard(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto index = number(text.substr(0, slash));
  const auto count = slash == std::string_view::npos ? std::nullopt : number(text.substr(slash + 1));
  if (!index || !count || *index < 1 || *index > *count || *count > kMostShards)
    return wrong(text, "shard like 1/4, from 1/1 to 100000/100000");
  return Shard{static_cast<std::uint32_t>(*index), static_cast<std::uint32_t>(*count)};
}

Result<Nanoseconds> parse_time(std::string_view text) {
  if (const auto time = time_of(text)) return *time;
  return wrong(text, "time like 90, 12.5, 1500ms, 1:30 or 0:01:30.5");
}

Selection shard_of(const Timeline& timeline, const Selection& selection, const Shard& shard) {
  const std::size_t frames = timeline.times.size();
  std::size_t first = 0;
  while (first < frames && selection.is_before(first, timeline.times[first])) ++first;
  std::size_t end = first;
  while (end < frames && !selection.is_behind(end, timeline.times[end])) ++end;
  const std::uint64_t selected = end - first;
  Selection part;
  part.first = first + static_cast<std::size_t>(selected * (shard.index - 1) / shard.count);
  part.end = first + static_cast<std::size_t>(selected * shard.index / shard.count);
  return part;
}

}  // namespace omv::convert
