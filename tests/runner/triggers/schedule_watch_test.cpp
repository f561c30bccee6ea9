// SPDX-License-Identifier: LGPL-2.1-or-later
// Schedules by clocks that run, are set, and change for the summer.
#include "runner/triggers/schedule_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "time_zone.h"

namespace omv::runner {
namespace {

using namespace std::chrono_literals;
using omv::test::Zone;
using testing::ElementsAre;

rig::Schedule schedule(const std::string& text) { return {{*rig::parse_schedule_rule(text)}}; }

Time at(std::time_t moment) { return std::chrono::seconds(moment); }

// Moments that are due while a clock runs from `begin` to `end`, a second at a time.
std::vector<std::time_t> run(ScheduleWatch& watch, std::time_t begin, std::time_t end) {
  std::vector<std::time_t> moments;
  for (std::time_t now = begin; now < end; ++now)
    if (const auto due = watch.due(at(now))) moments.push_back(*due);
  return moments;
}

constexpr std::time_t kNoon = 1'800'014'400;  // 2027-01-15 12:00 UTC

TEST(ScheduleWatch, IsDueAtEachMoment) {
  const Zone utc("UTC");
  ScheduleWatch watch(schedule("every 10min"), at(kNoon + 1));
  EXPECT_EQ(watch.delay(at(kNoon + 1)), Time(599s));
  EXPECT_THAT(run(watch, kNoon + 1, kNoon + 1500), ElementsAre(kNoon + 600, kNoon + 1200));
}

TEST(ScheduleWatch, IsLateOnceWhenTheClockIsPutForward) {
  const Zone utc("UTC");
  ScheduleWatch watch(schedule("every 10min"), at(kNoon + 1));
  EXPECT_EQ(watch.due(at(kNoon + 3700)), kNoon + 600);
  EXPECT_THAT(run(watch, kNoon + 3700, kNoon + 4300), ElementsAre(kNoon + 4200));
}

TEST(ScheduleWatch, RepeatsNothingWhenTheClockIsPutBackAnHour) {
  const Zone utc("UTC");
  ScheduleWatch watch(schedule("every 10min"), at(kNoon + 1));
  EXPECT_THAT(run(watch, kNoon + 1, kNoon + 1300), ElementsAre(kNoon + 600, kNoon + 1200));
  EXPECT_THAT(run(watch, kNoon - 2300, kNoon + 1900), ElementsAre(kNoon + 1800));
}

TEST(ScheduleWatch, BeginsAnewWhenItWasAnotherClock) {
  const Zone utc("UTC");
  ScheduleWatch watch(schedule("every 10min"), at(kNoon + 1));
  EXPECT_EQ(watch.due(at(kNoon + 86400 * 3650)), kNoon + 600) << "somebody has mistyped the year";
  EXPECT_THAT(run(watch, kNoon + 1, kNoon + 700), ElementsAre(kNoon + 600));
}

TEST(ScheduleWatch, CountsTheHourOnceThatComesTwice) {
  const Zone berlin("CET-1CEST,M3.5.0,M10.5.0/3");
  constexpr std::time_t kChange = 1'824'944'400;  // 2027-10-31 03:00 CEST = 02:00 CET
  ScheduleWatch watch(schedule("at 02:30"), at(kChange - 3600 - 10));
  EXPECT_EQ(run(watch, kChange - 3600 - 10, kChange + 7200).size(), 1u);
}

TEST(ScheduleWatch, KeepsTheHourThatIsLeftOut) {
  const Zone berlin("CET-1CEST,M3.5.0,M10.5.0/3");
  constexpr std::time_t kChange = 1'806'195'600;  // 2027-03-28 02:00 CET = 03:00 CEST
  ScheduleWatch watch(schedule("at 02:30"), at(kChange - 3600));
  EXPECT_THAT(run(watch, kChange - 3600, kChange + 7200), ElementsAre(kChange + 1800));
}

TEST(ScheduleWatch, OfNothingIsNeverDue) {
  ScheduleWatch watch({}, at(kNoon));
  EXPECT_FALSE(watch.delay(at(kNoon)));
  EXPECT_FALSE(watch.due(at(kNoon + 1)));
}

}  // namespace
}  // namespace omv::runner
