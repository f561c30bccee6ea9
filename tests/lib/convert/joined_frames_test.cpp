// SPDX-License-Identifier: LGPL-2.1-or-later
// Recordings behind each other: numbers and times go on.
#include "omv/convert/joined_frames.h"

#include <gtest/gtest.h>

#include "timed_frames.h"

namespace omv::convert {
namespace {

using namespace std::chrono_literals;
using test::ms;
using test::NumberedFrames;

std::unique_ptr<FrameReader> join_two(Nanoseconds first_interval_of_second) {
  std::vector<std::unique_ptr<FrameReader>> parts;
  parts.push_back(std::make_unique<NumberedFrames>(ms({0, 40}), 100ms));
  parts.push_back(std::make_unique<NumberedFrames>(ms({0, 30, 60}), 90ms, first_interval_of_second));
  return join(std::move(parts));
}

std::vector<Nanoseconds> times_of(const std::vector<TimedFrame>& frames) {
  std::vector<Nanoseconds> times;
  for (const TimedFrame& frame : frames) times.push_back(frame.time);
  return times;
}

TEST(JoinedFrames, GoOnWhereTheLastFrameEnds) {
  const auto joined = join_two(0ms);
  EXPECT_EQ(joined->count(), 5U);
  const auto frames = test::read_all(*joined);
  EXPECT_EQ(times_of(frames), ms({0, 40, 100, 130, 160}));
  EXPECT_EQ(frames[2].interval, Nanoseconds(60ms));
  for (std::size_t n = 0; n < frames.size(); ++n) EXPECT_EQ(frames[n].index, n);
}

TEST(JoinedFrames, GoOnAtTheIntervalThatAPartBeginsWith) {
  EXPECT_EQ(times_of(test::read_all(*join_two(25ms))), ms({0, 40, 65, 95, 125}));
}

TEST(JoinedFrames, SkipAcrossParts) {
  const auto joined = join_two(0ms);
  EXPECT_TRUE(joined->skip(3));
  const auto frames = test::read_all(*joined);
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].index, 3U);
  EXPECT_EQ(frames[0].time, Nanoseconds(130ms));
  EXPECT_TRUE(joined->skip(100));
}

TEST(JoinedFrames, TellTheTimesOfAll) {
  const auto timeline = join_two(0ms)->timeline();
  ASSERT_TRUE(timeline);
  EXPECT_EQ(timeline->times, ms({0, 40, 100, 130, 160}));
  EXPECT_EQ(timeline->end, Nanoseconds(190ms));
}

TEST(JoinedFrames, TellTheTimesThatTheyHave) {
  const auto timeline = join_two(25ms)->timeline();
  ASSERT_TRUE(timeline);
  EXPECT_EQ(timeline->times, times_of(test::read_all(*join_two(25ms))));
  EXPECT_EQ(timeline->end, Nanoseconds(155ms));
}

TEST(JoinedFrames, LeaveRoomForWhatIsDamagedAtTheEdges) {
  auto first = std::make_unique<NumberedFrames>(ms({0, 40}), 100ms);
  auto second = std::make_unique<NumberedFrames>(ms({0, 30, 60}), 90ms, 25ms);
  first->broken = {1};
  second->broken = {0};
  std::vector<std::unique_ptr<FrameReader>> parts;
  parts.push_back(std::move(first));
  parts.push_back(std::move(second));
  EXPECT_EQ(times_of(test::read_all(*join(std::move(parts)))), ms({0, 95, 125}));
}

TEST(JoinedFrames, HaveNoWayBack) { EXPECT_EQ(join_two(0ms)->go_to(std::size_t{0}).error().code, Errc::unsupported); }

}  // namespace
}  // namespace omv::convert
