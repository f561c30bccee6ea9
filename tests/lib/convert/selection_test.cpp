// SPDX-License-Identifier: LGPL-2.1-or-later
// Times, ranges and shards as they are typed, and what they choose.
#include "omv/convert/selection.h"

#include <gtest/gtest.h>

#include "timed_frames.h"

namespace omv::convert {
namespace {

using namespace std::chrono_literals;
using test::ms;

TEST(ParseTime, TakesSecondsMillisecondsAndClockTimes) {
  const std::vector<std::pair<const char*, Nanoseconds>> rows = {
      {"0", 0ms},         {"90", 90s},          {"90.5", 90500ms},
      {"90s", 90s},       {"0.000000001", 1ns}, {"1500ms", 1500ms},
      {"1.5ms", 1500us},  {"1:30", 90s},        {"0:01:30.5", 90500ms},
      {"100:00", 100min}, {"366:00:00", 366h},  {"8784:00:00", 366h * 24},
  };
  for (const auto& [text, time] : rows) {
    const auto parsed = parse_time(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().message;
    EXPECT_EQ(*parsed, time) << text;
  }
}

TEST(ParseTime, RefusesEverythingElse) {
  for (const char* text : {"",
                           " ",
                           "-1",
                           "+1",
                           "1.",
                           ".5",
                           "1e3",
                           "1:75",
                           "1:2:3:4",
                           "1::2",
                           ":30",
                           "1:30:",
                           "1 s",
                           "ms",
                           "s",
                           "1h",
                           "0x10",
                           "1.0000000001",
                           "99999999999999999999",
                           "31622401",
                           "9999999999:00"})
    EXPECT_EQ(parse_time(text).error().code, Errc::invalid) << text;
}

TEST(ParseFrames, TakesOpenRanges) {
  Selection both, from, to;
  EXPECT_TRUE(parse_frames("3..5", both));
  EXPECT_EQ(both.first, 3U);
  EXPECT_EQ(both.end, 5U);
  EXPECT_TRUE(parse_frames("3..", from));
  EXPECT_EQ(from.end, std::nullopt);
  EXPECT_TRUE(parse_frames("..5", to));
  EXPECT_EQ(to.first, 0U);
}

TEST(ParseFrames, RefusesEverythingElse) {
  for (const char* text :
       {"", "5", "5..5", "5..4", "..0", "a..b", "-1..2", "1...2", "1..2..3", "1..18446744073709551616"}) {
    Selection selection;
    EXPECT_FALSE(parse_frames(text, selection)) << text;
  }
}

TEST(ParseShard, TakesWhatIsWithinItsCount) {
  EXPECT_EQ(parse_shard("1/1")->count, 1U);
  EXPECT_EQ(parse_shard("100000/100000")->index, 100000U);
  for (const char* text : {"", "1", "/", "0/1", "2/1", "1/0", "1/100001", "1/2/3", "a/b", "-1/2"})
    EXPECT_FALSE(parse_shard(text)) << text;
}

TEST(ShardOf, HasEachSelectedFrameInOneShard) {
  Timeline timeline;
  for (int n = 0; n < 101; ++n) timeline.times.push_back(n * 10ms);
  Selection selection;
  selection.first = 3;
  selection.stop = 900ms;
  for (const std::uint32_t count : {1U, 2U, 3U, 7U, 86U, 87U, 88U, 500U}) {
    std::size_t next = 3;
    std::size_t least = SIZE_MAX;
    std::size_t most = 0;
    for (std::uint32_t index = 1; index <= count; ++index) {
      const Selection part = shard_of(timeline, selection, {index, count});
      EXPECT_EQ(part.first, next);
      next = *part.end;
      least = std::min(least, next - part.first);
      most = std::max(most, next - part.first);
    }
    EXPECT_EQ(next, 90U);
    EXPECT_LE(most - least, 1U) << count;
  }
}

TEST(ShardOf, IsEmptyWithoutFrames) {
  const Selection part = shard_of({}, {}, {1, 2});
  EXPECT_EQ(part.first, part.end);
}

}  // namespace
}  // namespace omv::convert
