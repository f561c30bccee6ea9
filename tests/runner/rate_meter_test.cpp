// SPDX-License-Identifier: LGPL-2.1-or-later
// Rates over the last seconds.
#include "runner/rate_meter.h"

#include <gtest/gtest.h>

namespace omv::runner {
namespace {

using namespace std::chrono_literals;

TEST(RateMeter, BeginsWithTheFirstFrame) {
  RateMeter meter;
  EXPECT_EQ(meter.frame_rate(), 0);
  for (int second = 0; second <= 20; ++second) meter.add(second * 1s, 0, 0);
  meter.add(21s, 30, 3000);
  meter.add(22s, 60, 6000);
  EXPECT_DOUBLE_EQ(meter.frame_rate(), 30);
  EXPECT_DOUBLE_EQ(meter.byte_rate(), 3000);
}

TEST(RateMeter, ForgetsWhatIsLongAgo) {
  RateMeter meter;
  for (int second = 0; second <= 10; ++second) meter.add(second * 1s, static_cast<std::uint64_t>(second) * 100 + 1, 0);
  for (int second = 11; second <= 14; ++second) meter.add(second * 1s, 1001, 0);
  EXPECT_DOUBLE_EQ(meter.frame_rate(), 0);
}

}  // namespace
}  // namespace omv::runner
