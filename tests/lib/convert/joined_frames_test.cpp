// SPDX-License-Identifier: LGPL-2.1-or-later
// Recordings behind each other: numbers and times go on.
#include "omv/convert/joined_frames.h"

#include <gtest/gtest.h>

#include "omv/convert/avi_frames.h"
#include "omv/convert/avi_writer.h"
#include "omv/convert/convert.h"
#include "temp_dir.h"
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

// Frames that are nowhere near the slots of the grid, in parts whose last frame ends between two of them.
TEST(JoinedFrames, OfAviPartsHaveTheTimesOfTheWhole) {
  std::vector<Nanoseconds> times;
  for (int n = 0; n < 23; ++n) times.emplace_back(n * 33'366'667LL);
  const auto whole = [&] { return NumberedFrames(times, times.back() + Nanoseconds(33'366'667)); };
  const test::TempDir dir;
  std::vector<std::unique_ptr<FrameReader>> parts;
  for (std::uint32_t n = 1; n <= 3; ++n) {
    NumberedFrames frames = whole();
    const std::string path = dir / (std::to_string(n) + ".avi");
    auto writer = create_avi(path, {.grid = {100, 1}});
    ASSERT_TRUE(writer);
    const Selection part = shard_of(*frames.timeline(), {}, {n, 3});
    ASSERT_TRUE(convert(frames, **writer, part, [](const Progress&) { return true; }));
    auto reader = open_avi(path);
    ASSERT_TRUE(reader);
    parts.push_back(*std::move(reader));
  }
  const auto joined = join(std::move(parts));
  const auto timeline = joined->timeline();
  EXPECT_EQ(timeline->times, times);
  EXPECT_EQ(timeline->end, *whole().length());
  EXPECT_EQ(times_of(test::read_all(*joined)), times);
}

TEST(JoinedFrames, HaveNoWayBack) { EXPECT_EQ(join_two(0ms)->go_to(std::size_t{0}).error().code, Errc::unsupported); }

}  // namespace
}  // namespace omv::convert
