// SPDX-License-Identifier: LGPL-2.1-or-later
// Real time on a grid: rates that are exact, jitter, pauses, and timestamps that make no sense.
#include "omv/recording/avi/frame_grid.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

namespace omv::avi {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Rate kFilm{30000, 1001};
constexpr Rate kHundredth{100, 1};

TEST(AviRate, IsExactForDays) {
  // 30000 slots take 1001 seconds, 30 million a thousand times that.
  EXPECT_EQ(nearest_slot(kFilm, seconds(1001)), 30000u);
  EXPECT_EQ(nearest_slot(kFilm, seconds(1'001'000)), 30'000'000u);
  EXPECT_EQ(slot_time(kFilm, 30'000'000), Nanoseconds(seconds(1'001'000)));
  EXPECT_EQ(slot_time(kFilm, 1), Nanoseconds(33'366'667));
}

TEST(AviRate, RoundsHalvesUpAndTheFloorDown) {
  EXPECT_EQ(nearest_slot(kHundredth, milliseconds(14)), 1u);
  EXPECT_EQ(nearest_slot(kHundredth, milliseconds(15)), 2u);
  EXPECT_EQ(slot_before(kHundredth, milliseconds(19)), 1u);
  EXPECT_EQ(slot_before(kHundredth, milliseconds(20)), 2u);
}

TEST(AviRate, GoesBackAndForthWithTheLargestParts) {
  const Rate odd{kMostRate, kMostRate - 1};
  for (const std::uint64_t slot : {0ull, 1ull, 999'999'999ull, 8'000'000'000ull})
    EXPECT_EQ(nearest_slot(odd, slot_time(odd, slot)), slot);
}

TEST(FrameGrid, StartsWithTheFirstFrame) {
  FrameGrid grid(kHundredth);
  EXPECT_EQ(grid.place(hours(5), std::nullopt).empty, 0u);
  EXPECT_EQ(grid.place(hours(5) + milliseconds(40), std::nullopt).empty, 3u);
  EXPECT_EQ(grid.slots(), 5u);
}

TEST(FrameGrid, LeavesHalfAnHourOfJitterAndPausesWhereItWas) {
  FrameGrid grid(kHundredth);
  std::mt19937 random(4);
  const Nanoseconds half_step = milliseconds(5);
  Nanoseconds time(0);
  std::uint64_t frames = 0;
  while (time < minutes(30)) {
    const auto place = grid.place(time, milliseconds(33));
    ASSERT_TRUE(place.stored);
    const Nanoseconds off = slot_time(kHundredth, grid.slots() - 1) - time;
    ASSERT_LE(std::abs(off.count()), half_step.count()) << "frame " << frames;
    ++frames;
    time += Nanoseconds(25'000'000 + random() % 16'000'000);
    if (random() % 2000 == 0) time += seconds(20 + random() % 60);
  }
  const Nanoseconds end = time;
  grid.pass(end);
  grid.finish();
  EXPECT_LE(std::abs((grid.length() - end).count()), half_step.count());
  EXPECT_EQ(grid.counts().moved + grid.counts().dropped + grid.counts().back + grid.counts().jumps, 0u);
  EXPECT_GT(frames, 30'000u);
}

TEST(FrameGrid, MovesTheSecondFrameOfASlotAndDropsTheSixth) {
  FrameGrid grid(kHundredth);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(grid.place(milliseconds(0), std::nullopt).stored);
  EXPECT_EQ(grid.counts().moved, 4u);
  EXPECT_FALSE(grid.place(milliseconds(0), std::nullopt).stored);
  EXPECT_EQ(grid.counts().dropped, 1u);
  EXPECT_EQ(grid.slots(), 5u);
}

TEST(FrameGrid, FramesWithoutTimeFollowByTheirDuration) {
  FrameGrid grid(kHundredth);
  grid.place(std::nullopt, milliseconds(50));
  EXPECT_EQ(grid.place(std::nullopt, milliseconds(50)).empty, 4u);
  EXPECT_EQ(grid.place(std::nullopt, std::nullopt).empty, 4u);
  EXPECT_EQ(grid.place(std::nullopt, std::nullopt).empty, 0u);
  EXPECT_EQ(grid.counts().untimed, 4u);
}

TEST(FrameGrid, ATimestampThatGoesBackTakesTheNextSlotAndTimeGoesOn) {
  FrameGrid grid(kHundredth);
  grid.place(seconds(100), std::nullopt);
  EXPECT_EQ(grid.place(seconds(40), std::nullopt).empty, 0u);
  EXPECT_EQ(grid.place(seconds(41), std::nullopt).empty, 99u);
  EXPECT_EQ(grid.counts().back, 1u);
}

TEST(FrameGrid, ASmallStepBackDoesNotMoveTheClock) {
  FrameGrid grid(kHundredth);
  grid.place(seconds(1), std::nullopt);
  grid.place(seconds(2), std::nullopt);
  EXPECT_EQ(grid.place(seconds(2) - milliseconds(20), std::nullopt).empty, 0u);
  EXPECT_EQ(grid.place(seconds(3), std::nullopt).empty, 98u);
}

TEST(FrameGrid, AnAbsurdLeapIsOneSlot) {
  FrameGrid grid(kHundredth);
  grid.place(seconds(1), std::nullopt);
  EXPECT_EQ(grid.place(Nanoseconds::max(), std::nullopt).empty, 0u);
  EXPECT_EQ(grid.place(Nanoseconds::min(), std::nullopt).empty, 0u);
  EXPECT_EQ(grid.counts().jumps, 1u);
  EXPECT_EQ(grid.counts().back, 1u);
  EXPECT_EQ(grid.pass(Nanoseconds::max()), 0u);
}

TEST(FrameGrid, TimeThatPassesIsLeftEmptyButNotTheNextFramesSlot) {
  FrameGrid grid(kHundredth);
  grid.place(seconds(0), milliseconds(10));
  EXPECT_EQ(grid.pass(milliseconds(105)), 9u);
  EXPECT_EQ(grid.place(milliseconds(104), std::nullopt).empty, 0u);
  EXPECT_EQ(grid.counts().moved, 0u);
}

TEST(FrameGrid, TheLastFrameLastsAsLongAsItSays) {
  FrameGrid grid(kHundredth);
  grid.place(seconds(0), milliseconds(250));
  EXPECT_EQ(grid.finish(), 24u);
  EXPECT_EQ(grid.length(), Nanoseconds(milliseconds(250)));
}

}  // namespace
}  // namespace omv::avi
