// SPDX-License-Identifier: LGPL-2.1-or-later
// Names of frame sizes, both ways.
#include "omv/camera/frame_sizes.h"

#include <gtest/gtest.h>

namespace omv::camera {
namespace {

TEST(FrameSizes, EveryNameIsFoundInAnyCase) {
  EXPECT_EQ(frame_sizes().size(), 38u);
  for (const NamedFrameSize& row : frame_sizes()) {
    EXPECT_EQ(*parse_frame_size(row.name), row.size);
    const auto back = parse_frame_size(frame_size_name(row.size));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, row.size);
  }
  EXPECT_EQ(*parse_frame_size("qVgA"), (FrameSize{320, 240}));
  EXPECT_EQ(*parse_frame_size("WQXGA2"), (FrameSize{2592, 1944}));
}

TEST(FrameSizes, NumbersAreSizesToo) {
  EXPECT_EQ(*parse_frame_size("321x7"), (FrameSize{321, 7}));
  EXPECT_EQ(*parse_frame_size("1X32767"), (FrameSize{1, 32767}));
  EXPECT_EQ(frame_size_name({321, 7}), "321x7");
  EXPECT_EQ(frame_size_name({640, 480}), "VGA");
}

TEST(FrameSizes, NonsenseIsNamedInTheError) {
  for (const char* text : {"", "x", "320", "320x", "x240", "0x240", "320x-1", "320x240x1", "32768x1", "HUGE",
                           "320 x 240", "99999999999x1"}) {
    const auto size = parse_frame_size(text);
    ASSERT_FALSE(size) << text;
    EXPECT_EQ(size.error().code, Errc::invalid);
    EXPECT_NE(size.error().message.find("'" + std::string(text) + "'"), std::string::npos) << size.error().message;
  }
}

}  // namespace
}  // namespace omv::camera
