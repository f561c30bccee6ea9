// SPDX-License-Identifier: LGPL-2.1-or-later
// Words of a schedule, and the next moment by walking through days.
#include "rig/schedule.h"

#include <algorithm>
#include <array>

#include "rig/suggest.h"
#include "rig/units.h"

namespace omv::rig {

namespace {

using std::chrono::seconds;

constexpr seconds kDay{86400};
constexpr std::size_t kMaxTimes = 100;
constexpr std::array<std::string_view, 7> kDays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

Error wrong(std::string why) { return {Errc::invalid, std::move(why)}; }

// Words; a comma is one too, and so is '-' between days.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \t,-"), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    if (end < text.size() && (text[end] == ',' || text[end] == '-')) words.push_back(text.substr(end, 1));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : words_(words_of(text)) {}

  Result<ScheduleRule> parse() {
    if (take("every")) {
      OMV_CHECK(parse_every());
    } else if (take("at")) {
      OMV_CHECK(parse_times());
    } else {
      return wrong("a schedule begins with 'every' or 'at'");
    }
    if (take("on")) {
      OMV_CHECK(parse_days());
    }
    if (!words_.empty() && at_ < words_.size()) return wrong("'" + shown() + "' is not understood");
    return rule_;
  }

 private:
  std::string_view word() const { return at_ < words_.size() ? words_[at_] : std::string_view(); }
  std::string shown() const { return std::string(word().substr(0, 24)); }

  bool take(std::string_view expected) {
    if (word() != expected) return false;
    ++at_;
    return true;
  }

  Result<seconds> time() {
    if (word().empty()) return wrong("a time of day is missing, as in 06:30");
    OMV_TRY(const seconds value, parse_time_of_day(word()));
    ++at_;
    return value;
  }

  Result<void> parse_every() {
    const auto every = parse_duration(word());
    if (!every) return wrong("'" + shown() + "' behind 'every' is no duration, as in 10min");
    rule_.every = std::chrono::duration_cast<seconds>(*every);
    if (rule_.every != *every || rule_.every < seconds(1) || rule_.every > kDay)
      return wrong("'every' takes whole seconds from 1s to 24h");
    ++at_;
    if (!take("from")) return {};
    OMV_TRY(rule_.from, time());
    if (!take("to")) return wrong("behind 'from TIME' there is no 'to TIME'");
    OMV_TRY(rule_.to, time());
    if (rule_.from >= kDay) return wrong("'from' is before 24:00");
    if (rule_.to <= rule_.from) rule_.to += kDay;
    return {};
  }

  Result<void> parse_times() {
    do {
      if (rule_.times.size() == kMaxTimes) return wrong("more than 100 times; use 'every'");
      OMV_TRY(const seconds value, time());
      if (value >= kDay) return wrong("a day ends before 24:00; write 00:00");
      rule_.times.push_back(value);
    } while (take(","));
    std::sort(rule_.times.begin(), rule_.times.end());
    rule_.times.erase(std::unique(rule_.times.begin(), rule_.times.end()), rule_.times.end());
    return {};
  }

  Result<std::size_t> day() {
    const auto* found = std::find(kDays.begin(), kDays.end(), word());
    if (found == kDays.end()) return wrong("'" + shown() + "' is no day (" + list_text(kDays) + ")");
    ++at_;
    return static_cast<std::size_t>(found - kDays.begin());
  }

  Result<void> parse_days() {
    rule_.days.reset();
    do {
      OMV_TRY(std::size_t first, day());
      rule_.days.set(first);
      if (!take("-")) continue;
      OMV_TRY(const std::size_t last, day());
      while (first != last) rule_.days.set(first = (first + 1) % 7);
    } while (take(","));
    return {};
  }

  std::vector<std::string_view> words_;
  std::size_t at_ = 0;
  ScheduleRule rule_;
};

std::time_t at(const std::tm& midnight, int day, seconds since_midnight) {
  std::tm moment = midnight;
  const auto second = static_cast<int>(since_midnight.count());
  moment.tm_mday += day;
  moment.tm_hour = second / 3600;
  moment.tm_min = second / 60 % 60;
  moment.tm_sec = second % 60;
  moment.tm_isdst = -1;
  return std::mktime(&moment);
}

// Moments of the rule on the day of `midnight` + `day`, from the first that is behind `now`.
std::optional<std::time_t> next_on_day(const ScheduleRule& rule, const std::tm& midnight, int day, std::time_t now) {
  if (rule.every == seconds(0)) {
    for (const seconds time : rule.times)
      if (const std::time_t moment = at(midnight, day, time); moment > now) return moment;
    return std::nullopt;
  }
  // An hour of daylight saving moves a moment by less than this.
  const std::time_t sure = std::max<std::time_t>(now - at(midnight, day, rule.from) - 2 * 3600, 0);
  for (seconds time = rule.from + sure / rule.every.count() * rule.every; time < rule.to; time += rule.every)
    if (const std::time_t moment = at(midnight, day, time); moment > now) return moment;
  return std::nullopt;
}

std::optional<std::time_t> next_of_rule(const ScheduleRule& rule, const std::tm& midnight, int weekday,
                                        std::time_t now) {
  for (int day = -1; day <= 8; ++day) {
    if (!rule.days.test(static_cast<std::size_t>((weekday + day + 7) % 7))) continue;
    if (const auto moment = next_on_day(rule, midnight, day, now)) return moment;
  }
  return std::nullopt;
}

// "mon-fri, sun", beginning with Monday.
std::string days_text(const std::bitset<7>& days) {
  if (days.all()) return "";
  const auto is_on = [&](std::size_t day) { return days.test((day + 1) % 7); };
  std::string text;
  for (std::size_t day = 0; day < kDays.size(); ++day) {
    if (!is_on(day)) continue;
    const std::size_t first = day;
    while (day + 1 < kDays.size() && is_on(day + 1)) ++day;
    text += (text.empty() ? " on " : ", ") + std::string(kDays[(first + 1) % 7]);
    if (day > first) text += (day > first + 1 ? "-" : ", ") + std::string(kDays[(day + 1) % 7]);
  }
  return text;
}

}  // namespace

Result<ScheduleRule> parse_schedule_rule(std::string_view text) { return Parser(text).parse(); }

std::string schedule_rule_text(const ScheduleRule& rule) {
  std::string text = rule.every.count() > 0 ? "every " + duration_text(rule.every) : "at ";
  if (rule.every.count() > 0 && (rule.from.count() > 0 || rule.to != kDay))
    text +=
        " from " + time_of_day_text(rule.from) + " to " + time_of_day_text(rule.to > kDay ? rule.to - kDay : rule.to);
  for (std::size_t i = 0; i < rule.times.size(); ++i) text += (i > 0 ? ", " : "") + time_of_day_text(rule.times[i]);
  return text + days_text(rule.days);
}

std::optional<std::time_t> next_after(const Schedule& schedule, std::time_t now) {
  std::tm midnight{};
  if (localtime_r(&now, &midnight) == nullptr) return std::nullopt;
  const int weekday = midnight.tm_wday;
  midnight.tm_hour = midnight.tm_min = midnight.tm_sec = 0;
  std::optional<std::time_t> first;
  for (const ScheduleRule& rule : schedule.rules) {
    const auto moment = next_of_rule(rule, midnight, weekday, now);
    if (moment && (!first || *moment < *first)) first = moment;
  }
  return first;
}

double times_a_day(const Schedule& schedule) {
  double sum = 0;
  for (const ScheduleRule& rule : schedule.rules) {
    const auto count = rule.every.count() > 0 ? (rule.to - rule.from + rule.every - seconds(1)) / rule.every
                                              : static_cast<std::int64_t>(rule.times.size());
    sum += static_cast<double>(count) * static_cast<double>(rule.days.count()) / 7;
  }
  return sum;
}

}  // namespace omv::rig
