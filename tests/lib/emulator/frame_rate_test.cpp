// SPDX-License-Identifier: LGPL-2.1-or-later
// Rates from text, times without drift, and the moving average.
#include "omv/emulator/frame_rate.h"

#include <gtest/gtest.h>

namespace omv::emulator {
namespace {

using namespace std::chrono_literals;

TEST(FrameRate, TimesDoNotDrift) {
  const FrameRate rate = *FrameRate::parse("29.97");
  EXPECT_EQ(rate.time_of(0), 0s);
  EXPECT_EQ(rate.time_of(2997), 100s);
  EXPECT_EQ(rate.time_of(2'997'000'000), 100'000'000s);
  EXPECT_EQ(FrameRate::per_second(30).time_of(1), Time(33'333'333));
}

TEST(FrameRate, ZeroIsUnlimited) {
  EXPECT_TRUE(FrameRate::parse("0")->is_unlimited());
  EXPECT_FALSE(FrameRate::parse("0.001")->is_unlimited());
  EXPECT_EQ(*FrameRate::parse("30"), FrameRate::per_second(30));
}

TEST(FrameRate, NonsenseIsAnError) {
  for (const char* text : {"", "-1", "fast", "30fps", "9001", "0.0001", "nan", "inf", "1e3", " 30"})
    EXPECT_EQ(FrameRate::parse(text).error().code, Errc::invalid) << text;
}

TEST(RateMeter, IsUnknownFirstAndThenAverages) {
  RateMeter meter;
  EXPECT_EQ(meter.add(5s), 0);
  EXPECT_FLOAT_EQ(meter.add(5s + 100ms), 10);
  EXPECT_FLOAT_EQ(meter.add(5s + 300ms), 1 / 0.11F);
}

}  // namespace
}  // namespace omv::emulator
