// SPDX-License-Identifier: LGPL-2.1-or-later
// Durations, sizes, rates and times of day: there and back, and what is refused.
#include "rig/units.h"

#include <gtest/gtest.h>

#include <string>

#include "rig/suggest.h"

namespace omv::rig {
namespace {

using namespace std::chrono_literals;

TEST(Duration, IsReadWithItsUnit) {
  const std::pair<const char*, Duration> cases[] = {
      {"10s", 10s}, {"500ms", 500ms},     {"5min", 5min},  {"1.5h", 90min}, {"24h", 24h},
      {"7d", 168h}, {"2w", 336h},         {"0s", 0s},      {" 3 us ", 3us}, {"1h30min", 90min},
      {"7ns", 7ns}, {"1d 2h 3s", 93603s}, {"0.1s", 100ms},
  };
  for (const auto& [text, value] : cases) {
    const auto parsed = parse_duration(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().message;
    EXPECT_EQ(*parsed, value) << text;
  }
}

TEST(Duration, IsRefusedWithoutSense) {
  for (const char* text : {"", "s", "5", "-5s", "+5s", "1e3s", "infs", "nans", "5x", "5 5s", "1..5s", "5s,", ".s",
                           "99999999999999999999s", "4000d", "5S"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Duration, IsWrittenShort) {
  for (const char* text : {"0s", "10s", "90s", "1500ms", "1h30min", "1h", "36h", "1d", "1w", "3us", "7ns", "1d30min"}) {
    const auto parsed = parse_duration(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parse_duration(duration_text(*parsed)).value_or(Duration(-1)), *parsed) << text;
  }
  EXPECT_EQ(duration_text(90s), "90s");
  EXPECT_EQ(duration_text(90min), "1h30min");
  EXPECT_EQ(duration_text(24h), "1d");
  EXPECT_EQ(duration_text(1500ms), "1500ms");
}

TEST(Size, KnowsBothKindsOfUnits) {
  EXPECT_EQ(parse_size("64MiB").value_or(0), 64U << 20);
  EXPECT_EQ(parse_size("2GB").value_or(0), 2000000000U);
  EXPECT_EQ(parse_size("1.5 kB").value_or(0), 1500U);
  EXPECT_EQ(parse_size("0B").value_or(1), 0U);
  for (const char* text : {"", "64", "64mib", "1GB 5MB", "9999PiB", "-1B"}) EXPECT_FALSE(parse_size(text)) << text;
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1234567}, std::uint64_t{64} << 20,
                                   std::uint64_t{2000000000}, std::uint64_t{1} << 50})
    EXPECT_EQ(parse_size(size_text(size)).value_or(99), size) << size_text(size);
  EXPECT_EQ(size_text(std::uint64_t{64} << 20), "64MiB");
}

TEST(Rate, IsOfSeconds) {
  EXPECT_DOUBLE_EQ(parse_rate("5/s").value_or(0), 5);
  EXPECT_DOUBLE_EQ(parse_rate("12.5 /s").value_or(0), 12.5);
  EXPECT_DOUBLE_EQ(parse_rate("6/min").value_or(0), 0.1);
  EXPECT_EQ(rate_text(0.1), "6/min");
  EXPECT_EQ(rate_text(12.5), "12.5/s");
  EXPECT_EQ(rate_text(1.0 / 86400), "1/d");
  EXPECT_EQ(rate_text(0), "0/s");
  for (const char* text : {"", "5", "5/", "/s", "5 per s"}) EXPECT_FALSE(parse_rate(text)) << text;
}

TEST(TimeOfDay, HasTwoDigitsEach) {
  EXPECT_EQ(parse_time_of_day("06:30").value_or(0s), 6h + 30min);
  EXPECT_EQ(parse_time_of_day("23:59:59").value_or(0s), 86399s);
  EXPECT_EQ(parse_time_of_day("24:00").value_or(0s), 24h);
  EXPECT_EQ(time_of_day_text(6h + 30min), "06:30");
  EXPECT_EQ(time_of_day_text(86399s), "23:59:59");
  for (const char* text : {"", "6:30", "06:60", "25:00", "24:01", "06-30", "06:30:", "06:30:60", "ab:cd"})
    EXPECT_FALSE(parse_time_of_day(text)) << text;
}

TEST(RoundedSize, HasThreeDigits) {
  EXPECT_EQ(rounded_size(0), "0 B");
  EXPECT_EQ(rounded_size(999), "999 B");
  EXPECT_EQ(rounded_size(1250e6), "1.25 GB");
  EXPECT_EQ(rounded_size(64e6), "64.0 MB");
  EXPECT_EQ(rounded_size(640e9), "640 GB");
}

TEST(Nearest, ForgivesSlips) {
  constexpr std::string_view kNames[] = {"line", "edge", "pre_frames", "quality"};
  EXPECT_EQ(nearest("lien", kNames), "line");
  EXPECT_EQ(nearest("LINE", kNames), "line");
  EXPECT_EQ(nearest("pre-frames", kNames), "pre_frames");
  EXPECT_EQ(nearest("qualty", kNames), "quality");
  EXPECT_EQ(nearest("zebra", kNames), std::nullopt);
  EXPECT_EQ(nearest("", kNames), std::nullopt);
  EXPECT_EQ(nearest(std::string(1000, 'l'), kNames), std::nullopt);
}

}  // namespace
}  // namespace omv::rig
