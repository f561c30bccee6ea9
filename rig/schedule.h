// SPDX-License-Identifier: LGPL-2.1-or-later
// When something happens by the clock on the wall: "every 10min from 06:00 to 20:00 on mon-fri", "at 07:30, 12:00".
#pragma once

#include <bitset>
#include <chrono>
#include <ctime>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "omv/base/result.h"

namespace omv::rig {

/// Times of one kind, on some days of the week.
///   every DURATION [from TIME to TIME] [on DAYS]    counted from `from`, else from midnight; 1s to 24h; `to` excluded,
///                                                   and on the next day when it is not later than `from`
///   at TIME[, TIME...] [on DAYS]
/// TIME is HH:MM or HH:MM:SS, DAYS like "mon-fri, sun". Local time: an hour that a change of the clock leaves out comes
/// an hour later, one that comes twice counts once.
struct ScheduleRule {
  std::chrono::seconds every{0};  ///< 0: at `times`
  std::chrono::seconds from{0};
  std::chrono::seconds to{86400};
  std::vector<std::chrono::seconds> times;  ///< since midnight, sorted
  std::bitset<7> days{0x7F};                ///< 0: Sunday, as in struct tm; the day on which `from` is
};

/// A union of rules; empty: never.
struct Schedule {
  std::vector<ScheduleRule> rules;

  bool empty() const { return rules.empty(); }
};

/// Errc::invalid tells in half a sentence what is wrong.
Result<ScheduleRule> parse_schedule_rule(std::string_view text);

/// As parse_schedule_rule() reads it.
std::string schedule_rule_text(const ScheduleRule& rule);

/// The first moment behind `now`, in the process's time zone; nullopt for an empty schedule.
std::optional<std::time_t> next_after(const Schedule& schedule, std::time_t now);

/// How often it happens on an average day.
double times_a_day(const Schedule& schedule);

}  // namespace omv::rig
