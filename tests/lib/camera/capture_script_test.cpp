// SPDX-License-Identifier: LGPL-2.1-or-later
// The built-in script says what it was asked for, to cameras and to the emulator.
#include "omv/camera/capture_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "omv/camera/frame_sizes.h"
#include "omv/emulator/capture_hints.h"

namespace omv::camera {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string script(const CaptureSettings& settings) {
  const auto text = make_capture_script(settings);
  EXPECT_TRUE(text) << text.error().message;
  return text ? *text : "";
}

std::string why_not(const CaptureSettings& settings) {
  const auto text = make_capture_script(settings);
  EXPECT_FALSE(text);
  if (text) return "";
  EXPECT_EQ(text.error().code, Errc::invalid);
  return text.error().message;
}

TEST(CaptureScript, TakesSnapshotsForEver) {
  const std::string text = script({});
  EXPECT_THAT(text, HasSubstr("import csi\n"));
  EXPECT_THAT(text, HasSubstr("while True:\n    camera.snapshot()\n"));
  EXPECT_EQ(text.find('\r'), std::string::npos);
  EXPECT_EQ(text.find('\t'), std::string::npos);
  EXPECT_TRUE(text.ends_with('\n'));
}

TEST(CaptureScript, HasDefaultsThatTheEmulatorIsFreeToIgnore) {
  const std::string text = script({});
  EXPECT_THAT(text, StartsWith("# omv-capture:\n"));
  EXPECT_THAT(text, HasSubstr("pixformat(csi.RGB565)"));
  EXPECT_THAT(text, HasSubstr("framesize(csi.QVGA)"));
}

TEST(CaptureScript, SetsFormatAndSizeInAnyCase) {
  const std::string text = script({"grayscale", "vga"});
  EXPECT_THAT(text, StartsWith("# omv-capture: pixformat=GRAYSCALE framesize=VGA\n"));
  EXPECT_THAT(text, HasSubstr("pixformat(csi.GRAYSCALE)"));
  EXPECT_THAT(text, HasSubstr("framesize(csi.VGA)"));
}

TEST(CaptureScript, TurnsDimensionsIntoNames) {
  EXPECT_THAT(script({.framesize = "640x480"}), HasSubstr("framesize(csi.VGA)"));
}

TEST(CaptureScript, KnowsEveryFormatAndEverySize) {
  for (const char* format : {"BINARY", "GRAYSCALE", "RGB565", "BAYER", "YUV422", "JPEG"})
    EXPECT_THAT(script({.pixformat = format}), HasSubstr(std::string("csi.") + format + ")"));
  for (const NamedFrameSize& size : frame_sizes()) {
    const auto hints = emulator::parse_capture_hints(script({.framesize = std::string(size.name)}));
    EXPECT_EQ(hints.size, size.size) << size.name;
  }
}

TEST(CaptureScript, TheEmulatorUnderstandsIt) {
  const auto hints = emulator::parse_capture_hints(script({"binary", "QQVGA"}));
  EXPECT_EQ(hints.format, PixelFormat::binary);
  EXPECT_EQ(hints.size, (FrameSize{160, 120}));
  EXPECT_EQ(hints.complaints, "");
}

TEST(CaptureScript, SaysWhatItDoesNotKnow) {
  EXPECT_THAT(why_not({.pixformat = "RGBA"}), HasSubstr("pixformat 'RGBA': a camera knows BINARY, GRAYSCALE, RGB565"));
  EXPECT_THAT(why_not({.framesize = "huge"}), HasSubstr("framesize 'huge' is not a frame size"));
  EXPECT_THAT(why_not({.framesize = "33x17"}), HasSubstr("framesize '33x17'"));
  EXPECT_THAT(why_not({.framesize = ""}), HasSubstr("framesize ''"));
}

// Settings become program text, so nothing but known names may get in.
TEST(CaptureScript, LetsNothingElseIn) {
  why_not({.pixformat = "RGB565)\nimport os"});
  why_not({.framesize = "VGA)\nimport os"});
}

}  // namespace
}  // namespace omv::camera
