// SPDX-License-Identifier: LGPL-2.1-or-later
// Schedules: their words, and the next moment, over nights, weeks and changes of the clock.
#include "rig/schedule.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <string>

namespace omv::rig {
namespace {

class ScheduleTest : public testing::Test {
 protected:
  ScheduleTest() {
    ::setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    ::tzset();
  }

  static Schedule schedule(const char* text) {
    auto rule = parse_schedule_rule(text);
    if (!rule) ADD_FAILURE() << text << ": " << rule.error().message;
    return rule ? Schedule{{*rule}} : Schedule{};
  }

  static std::time_t local(const char* text) {
    std::tm moment{};
    ::strptime(text, "%Y-%m-%d %H:%M:%S", &moment);
    moment.tm_isdst = -1;
    return std::mktime(&moment);
  }

  static std::string shown(std::time_t moment) {
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", std::localtime(&moment));
    return text;
  }

  static std::string next(const char* rule, const char* now) {
    const auto moment = next_after(schedule(rule), local(now));
    return moment ? shown(*moment) : "never";
  }
};

// 2024-05-01 is a Wednesday.
TEST_F(ScheduleTest, EveryCountsFromMidnightOrItsStart) {
  EXPECT_EQ(next("every 10min", "2024-05-01 12:03:00"), "2024-05-01 12:10:00");
  EXPECT_EQ(next("every 10min", "2024-05-01 12:10:00"), "2024-05-01 12:20:00");
  EXPECT_EQ(next("every 7h", "2024-05-01 22:00:00"), "2024-05-02 00:00:00");
  EXPECT_EQ(next("every 1h from 06:15 to 20:00", "2024-05-01 08:00:00"), "2024-05-01 08:15:00");
  EXPECT_EQ(next("every 1h from 06:15 to 20:00", "2024-05-01 19:15:00"), "2024-05-02 06:15:00");
  EXPECT_EQ(next("every 1s", "2024-05-01 23:59:59"), "2024-05-02 00:00:00");
}

TEST_F(ScheduleTest, ANightBelongsToTheDayItBeginsOn) {
  EXPECT_EQ(next("every 1h from 22:00 to 04:00 on fri", "2024-05-03 23:30:00"), "2024-05-04 00:00:00");
  EXPECT_EQ(next("every 1h from 22:00 to 04:00 on fri", "2024-05-04 03:00:00"), "2024-05-10 22:00:00");
}

TEST_F(ScheduleTest, AtKnowsDays) {
  EXPECT_EQ(next("at 07:30, 12:00", "2024-05-01 08:00:00"), "2024-05-01 12:00:00");
  EXPECT_EQ(next("at 12:00, 07:30", "2024-05-01 12:00:00"), "2024-05-02 07:30:00");
  EXPECT_EQ(next("at 07:30 on sat, sun", "2024-05-01 08:00:00"), "2024-05-04 07:30:00");
  EXPECT_EQ(next("at 07:30 on wed", "2024-05-01 07:30:00"), "2024-05-08 07:30:00");
  EXPECT_EQ(next("at 07:30 on fri-mon", "2024-05-01 07:30:00"), "2024-05-03 07:30:00");
}

TEST_F(ScheduleTest, ClocksThatAreChangedMissNothingAndRepeatNothing) {
  EXPECT_EQ(next("at 02:30", "2024-03-31 01:00:00"), "2024-03-31 03:30:00");
  EXPECT_EQ(next("at 02:30", "2024-03-31 04:00:00"), "2024-04-01 02:30:00");
  const Schedule once = schedule("at 02:30");
  const auto first = next_after(once, local("2024-10-27 00:00:00"));
  ASSERT_TRUE(first);
  EXPECT_EQ(shown(*first), "2024-10-27 02:30:00");
  const auto second = next_after(once, *first);
  ASSERT_TRUE(second);
  EXPECT_EQ(shown(*second), "2024-10-28 02:30:00");
}

TEST_F(ScheduleTest, GoesOnForEver) {
  const Schedule hourly = schedule("every 1h from 06:00 to 09:00 on mon-fri");
  std::time_t now = local("2024-05-01 00:00:00");
  for (int i = 0; i < 500; ++i) {
    const auto moment = next_after(hourly, now);
    ASSERT_TRUE(moment);
    ASSERT_GT(*moment, now);
    now = *moment;
  }
  EXPECT_EQ(next_after(Schedule{}, now), std::nullopt);
}

TEST_F(ScheduleTest, IsWrittenAsItIsRead) {
  for (const char* text : {"every 10min", "every 1h from 06:00 to 20:00 on mon-fri", "at 07:30, 12:00:30 on sat, sun",
                           "every 30s from 22:00 to 04:00", "at 00:00 on mon, wed-fri, sun", "every 1d"})
    EXPECT_EQ(schedule_rule_text(schedule(text).rules.at(0)), text);
}

TEST_F(ScheduleTest, RefusesWhatItDoesNotUnderstand) {
  for (const char* text : {"", "hourly", "every", "every 0s", "every 25h", "every 1.5s", "at", "at 24:00", "at 07:30,",
                           "every 1h from 06:00", "every 1h to 06:00", "at 07:30 on", "at 07:30 on mon-", "at 07:30 x",
                           "every 1h on mon from 06:00 to 07:00", "at 07:30 on mon fri"})
    EXPECT_FALSE(parse_schedule_rule(text)) << text;
}

TEST_F(ScheduleTest, CountsItsDays) {
  EXPECT_DOUBLE_EQ(times_a_day(schedule("every 10min")), 144);
  EXPECT_DOUBLE_EQ(times_a_day(schedule("every 1h from 06:00 to 20:00")), 14);
  EXPECT_DOUBLE_EQ(times_a_day(schedule("at 06:00, 18:00 on sat")), 2.0 / 7);
}

}  // namespace
}  // namespace omv::rig
