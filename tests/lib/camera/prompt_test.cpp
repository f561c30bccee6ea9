// SPDX-License-Identifier: LGPL-2.1-or-later
// Telling a text console from other things that are no camera.
#include "omv/camera/prompt.h"

#include <gtest/gtest.h>

namespace omv::camera {
namespace {

TEST(Prompt, IsToldFromGarbage) {
  EXPECT_TRUE(looks_like_prompt(as_bytes(">>> ")));
  EXPECT_TRUE(looks_like_prompt(as_bytes("\x80MPY: soft reboot\r\n")));
  EXPECT_TRUE(looks_like_prompt(as_bytes("frame 12\r\nframe 13\r\n")));
  EXPECT_FALSE(looks_like_prompt({}));
  EXPECT_FALSE(looks_like_prompt(as_bytes("abc"))) << "that little may be anything";
  EXPECT_FALSE(looks_like_prompt(Bytes(100, 0xA5)));
}

TEST(Prompt, IsExplainedToTheUser) {
  EXPECT_NE(explain_babble(as_bytes(">>> ")).message.find("921600"), std::string::npos);
  EXPECT_EQ(explain_babble(as_bytes(">>> ")).code, Errc::unsupported);
  EXPECT_EQ(explain_babble(Bytes(100, 0xA5)).message.find("MicroPython"), std::string::npos);
}

}  // namespace
}  // namespace omv::camera
