// SPDX-License-Identifier: LGPL-2.1-or-later
// Nothing moves: because nothing comes, or because nobody takes it.
#include "runner/pipelines/stall_watch.h"

#include <gtest/gtest.h>

namespace omv::runner {
namespace {

using namespace std::chrono_literals;

TEST(StallWatch, FramesThatLeaveAreProgress) {
  StallWatch watch(1s);
  EXPECT_EQ(watch.look(2s, 10, 5), Time(0));
  EXPECT_EQ(watch.look(3s, 20, 6), Time(0));
}

TEST(StallWatch, FramesThatStayAreNone) {
  StallWatch watch(1s);
  EXPECT_EQ(watch.look(2s, 10, 5), Time(0));
  EXPECT_EQ(watch.look(5s, 11, 5), Time(3s));
  EXPECT_EQ(watch.look(6s, 11, 5), Time(4s));
  EXPECT_EQ(watch.look(7s, 11, 6), Time(0));
}

TEST(StallWatch, NothingIsExpectedOfACameraThatIsSilent) {
  StallWatch watch(1s);
  EXPECT_EQ(watch.look(2s, 10, 5), Time(0));
  EXPECT_EQ(watch.look(20s, 10, 5), Time(0));
  EXPECT_EQ(watch.look(21s, 11, 5), Time(1s));
}

TEST(StallWatch, ANewConnectionHasItsTime) {
  StallWatch watch(1s);
  EXPECT_EQ(watch.look(2s, 3, 0), Time(1s));
  EXPECT_EQ(watch.look(12s, 90, 0), Time(11s));
}

}  // namespace
}  // namespace omv::runner
