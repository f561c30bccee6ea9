// SPDX-License-Identifier: LGPL-2.1-or-later
// Files that began a while ago.
#include "runner/pipelines/segment_fill.h"

#include <gtest/gtest.h>

namespace omv::runner {
namespace {

using namespace std::chrono_literals;

TEST(SegmentFill, WordOfACutThatComesLateForgetsNothing) {
  SegmentFill fill(1000);
  fill.add(1s, 600);
  fill.cut();
  fill.add(2s, 300);
  fill.add(3s, 300);
  fill.begin_at(2s);
  EXPECT_EQ(fill.bytes(), 600u);
}

TEST(SegmentFill, FramesOfTheFileBeforeDoNotCount) {
  SegmentFill fill(1000);
  for (int i = 0; i < 10; ++i) fill.add(std::chrono::seconds(i), 10);
  fill.begin_at(7s);
  EXPECT_EQ(fill.bytes(), 30u);
  fill.begin_at(5s);
  EXPECT_EQ(fill.bytes(), 30u);
}

TEST(SegmentFill, CountsRatherTooMuchThanTooLittle) {
  constexpr std::uint64_t kMost = 4096 * 100;
  SegmentFill fill(kMost);
  for (int i = 0; i < 1000; ++i) fill.add(std::chrono::milliseconds(i), 7);
  fill.begin_at(500ms);
  EXPECT_GE(fill.bytes(), 500u * 7);
  EXPECT_LE(fill.bytes(), 500u * 7 + kMost / 4096 + 7);
}

}  // namespace
}  // namespace omv::runner
