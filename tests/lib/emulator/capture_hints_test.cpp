// SPDX-License-Identifier: LGPL-2.1-or-later
// The comment by which a script tells the emulator what it would capture.
#include "omv/emulator/capture_hints.h"

#include <gtest/gtest.h>

namespace omv::emulator {
namespace {

TEST(CaptureHints, AreTakenFromTheFirstLine) {
  const CaptureHints hints =
      parse_capture_hints("# omv-capture: pixformat=GRAYSCALE  framesize=VGA quality=50 framerate=15\r\nimport csi\n");
  EXPECT_EQ(hints.format, PixelFormat::grayscale);
  EXPECT_EQ(hints.size, (camera::FrameSize{640, 480}));
  EXPECT_EQ(hints.quality, 50);
  EXPECT_EQ(hints.rate, FrameRate::per_second(15));
  EXPECT_EQ(hints.complaints, "");
}

TEST(CaptureHints, AnySubsetWillDo) {
  const CaptureHints hints = parse_capture_hints("# omv-capture: framesize=33x17");
  EXPECT_EQ(hints.size, (camera::FrameSize{33, 17}));
  EXPECT_FALSE(hints.format || hints.quality || hints.rate);
}

TEST(CaptureHints, OrdinaryScriptsHaveNone) {
  for (const char* script :
       {"", "import csi\n# omv-capture: quality=1\n", "#omv-capture: quality=1", "# omv-capture"}) {
    const CaptureHints hints = parse_capture_hints(script);
    EXPECT_FALSE(hints.format || hints.size || hints.quality || hints.rate) << script;
    EXPECT_EQ(hints.complaints, "") << script;
  }
}

TEST(CaptureHints, WhatIsNotUnderstoodIsNamed) {
  for (const char* word : {"pixformat=PNG", "pixformat=", "framesize=BIG", "quality=0", "quality=101", "quality=x",
                           "framerate=-1", "colour=red", "quality"}) {
    const CaptureHints hints = parse_capture_hints("# omv-capture: " + std::string(word) + " framerate=7");
    EXPECT_EQ(hints.rate, FrameRate::per_second(7)) << word;
    EXPECT_EQ(hints.complaints, "omv-capture: '" + std::string(word) + "' is not understood\n");
  }
}

}  // namespace
}  // namespace omv::emulator
