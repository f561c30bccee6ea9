// SPDX-License-Identifier: LGPL-2.1-or-later
// Which frames become stills: counts, intervals, bursts and requests.
#include "common/still_schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace omv::gst {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

StillSchedule started(const ScheduleSettings& settings) {
  StillSchedule schedule;
  schedule.start(settings);
  return schedule;
}

// Numbers of the frames that are taken, of `count` at a distance of 100 ms.
std::vector<int> taken(StillSchedule& schedule, int count) {
  std::vector<int> numbers;
  for (int i = 0; i < count; ++i)
    if (schedule.next_frame(milliseconds(100 * i))) numbers.push_back(i);
  return numbers;
}

TEST(StillSchedule, TakesEveryFrameOrEveryNth) {
  auto every = started({});
  EXPECT_EQ(taken(every, 10).size(), 10u);
  auto third = started({.every_nth = 3});
  EXPECT_THAT(taken(third, 10), ElementsAre(0, 3, 6, 9));
}

TEST(StillSchedule, KeepsAnIntervalWithoutDrift) {
  auto schedule = started({.interval = milliseconds(250)});
  EXPECT_THAT(taken(schedule, 13), ElementsAre(0, 3, 5, 8, 10));
}

TEST(StillSchedule, BeginsTheIntervalAnewAfterAGapAndAJumpBack) {
  auto schedule = started({.interval = milliseconds(250)});
  EXPECT_TRUE(schedule.next_frame(milliseconds(0)));
  EXPECT_TRUE(schedule.next_frame(milliseconds(10'000)));
  EXPECT_FALSE(schedule.next_frame(milliseconds(10'200)));
  EXPECT_TRUE(schedule.next_frame(milliseconds(10'250)));
  EXPECT_TRUE(schedule.next_frame(milliseconds(0)));
  EXPECT_FALSE(schedule.next_frame(milliseconds(100)));
  EXPECT_TRUE(schedule.next_frame(std::nullopt)) << "a frame without time is never too early";
}

TEST(StillSchedule, TakesABurstAndAnotherOneOnRequest) {
  auto schedule = started({.mode = StillMode::burst, .burst = 3});
  EXPECT_THAT(taken(schedule, 10), ElementsAre(0, 1, 2));
  EXPECT_TRUE(schedule.request(nullptr));
  EXPECT_TRUE(schedule.request(nullptr));
  EXPECT_THAT(taken(schedule, 10), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(StillSchedule, TakesNothingUntilItIsAsked) {
  auto schedule = started({.mode = StillMode::snapshot});
  EXPECT_THAT(taken(schedule, 10), IsEmpty());
  StructurePtr structure(gst_structure_new("why", "x", G_TYPE_INT, 7, nullptr));
  EXPECT_TRUE(schedule.request(std::move(structure)));
  const auto occasion = schedule.next_frame(std::nullopt);
  ASSERT_TRUE(occasion && occasion->request);
  EXPECT_TRUE(gst_structure_has_name(occasion->request.get(), "why"));
  EXPECT_THAT(taken(schedule, 10), IsEmpty());
}

TEST(StillSchedule, TakesARequestBetweenTheFramesOfAnInterval) {
  auto schedule = started({.every_nth = 5});
  EXPECT_TRUE(schedule.next_frame(std::nullopt));
  EXPECT_TRUE(schedule.request(nullptr));
  EXPECT_TRUE(schedule.next_frame(std::nullopt));
  EXPECT_FALSE(schedule.next_frame(std::nullopt));
}

TEST(StillSchedule, RefusesMoreRequestsThanAnybodyMeans) {
  auto schedule = started({.mode = StillMode::snapshot});
  int accepted = 0;
  while (accepted < 100'000 && schedule.request(nullptr)) ++accepted;
  EXPECT_EQ(accepted, 1024);
  EXPECT_EQ(taken(schedule, 2000).size(), 1024u);
}

}  // namespace
}  // namespace omv::gst
