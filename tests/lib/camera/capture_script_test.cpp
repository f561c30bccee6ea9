// SPDX-License-Identifier: LGPL-2.1-or-later
// The built-in script says what it was asked for, to cameras and to the emulator.
#include "omv/camera/capture_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "omv/camera/frame_sizes.h"
#include "omv/emulator/capture_hints.h"
#include "omv/emulator/frame_rate.h"

namespace omv::camera {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string text_of(const Result<std::string>& script) {
  EXPECT_TRUE(script) << script.error().message;
  return script ? *script : "";
}

std::string script(const CaptureSettings& settings) { return text_of(make_capture_script(settings)); }
std::string legacy_script(const CaptureSettings& settings) { return text_of(make_legacy_capture_script(settings)); }

std::string message_of(const Result<std::string>& text) {
  EXPECT_FALSE(text);
  if (text) return "";
  EXPECT_EQ(text.error().code, Errc::invalid);
  return text.error().message;
}

std::string why_not(const CaptureSettings& settings) { return message_of(make_capture_script(settings)); }

// The lines of a script, but for comments behind them.
std::string without_comments(std::string text) {
  for (std::size_t at = 0; (at = text.find("  # ", at)) != std::string::npos;) text.erase(at, text.find('\n', at) - at);
  return text;
}

TEST(CaptureScript, IsPlainText) {
  for (const std::string& text : {script({}), legacy_script({})}) {
    EXPECT_THAT(text, HasSubstr("snapshot()\n"));
    EXPECT_EQ(text.find_first_of("\r\t"), std::string::npos);
    EXPECT_TRUE(text.ends_with('\n'));
  }
}

TEST(CaptureScript, HasDefaultsThatTheEmulatorIsFreeToIgnore) {
  for (const auto& [text, module] : {std::pair(script({}), "csi"), std::pair(legacy_script({}), "sensor")}) {
    EXPECT_THAT(text, StartsWith("# omv-capture:\n"));
    EXPECT_THAT(text, HasSubstr("\nPIXFORMAT = " + std::string(module) + ".RGB565 "));
    EXPECT_THAT(text, HasSubstr("\nFRAMESIZE = " + std::string(module) + ".QVGA\n"));
  }
}

TEST(CaptureScript, FillsInWhatIsGivenAndNothingElse) {
  const CaptureSettings settings = {"grayscale", "vga", 80, 15};
  const std::string text = script(settings);
  EXPECT_THAT(text, StartsWith("# omv-capture: pixformat=GRAYSCALE framesize=VGA quality=80 framerate=15\n"));
  EXPECT_THAT(text, HasSubstr("\nPIXFORMAT = csi.GRAYSCALE\nFRAMESIZE = csi.VGA\nWINDOW = None"));
  EXPECT_THAT(text, HasSubstr("\nQUALITY = 80\nFRAMERATE = 15\n"));
  EXPECT_THAT(legacy_script(settings), HasSubstr("\nPIXFORMAT = sensor.GRAYSCALE\nFRAMESIZE = sensor.VGA\n"));

  std::string undone = text;
  for (const auto& [from, to] : {std::pair("GRAYSCALE\n", "RGB565\n"),
                                 {".VGA\n", ".QVGA\n"},
                                 {" = 80\n", " = None\n"},
                                 {" = 15\n", " = None\n"},
                                 {" pixformat=GRAYSCALE framesize=VGA quality=80 framerate=15\n", "\n"}})
    undone.replace(undone.find(from), std::string(from).size(), to);
  EXPECT_EQ(without_comments(undone), without_comments(script({})));
}

TEST(CaptureScript, KnowsEveryFormat) {
  for (const char* format : {"BINARY", "GRAYSCALE", "RGB565", "BAYER", "YUV422", "JPEG"}) {
    EXPECT_THAT(script({.pixformat = format}), HasSubstr(std::string("PIXFORMAT = csi.") + format + "\n"));
    EXPECT_THAT(legacy_script({.pixformat = format}), HasSubstr(std::string("PIXFORMAT = sensor.") + format + "\n"));
  }
}

TEST(CaptureScript, KnowsEverySize) {
  for (const NamedFrameSize& size : frame_sizes()) {
    const CaptureSettings settings = {.framesize = std::string(size.name)};
    for (const std::string& text : {script(settings), legacy_script(settings)})
      EXPECT_EQ(emulator::parse_capture_hints(text).size, size.size) << size.name;
    EXPECT_THAT(legacy_script(settings), HasSubstr("\nWINDOW = None")) << size.name;
  }
}

TEST(CaptureScript, TurnsDimensionsIntoNames) {
  EXPECT_THAT(script({.framesize = "640x480"}), HasSubstr("FRAMESIZE = csi.VGA\nWINDOW = None"));
}

TEST(CaptureScript, CutsSizesWithoutANameOutOfTheNextOne) {
  EXPECT_THAT(script({.framesize = "321x241"}), HasSubstr("FRAMESIZE = csi.CIF\nWINDOW = (321, 241)\n"));
  EXPECT_THAT(script({.framesize = "33x17"}), StartsWith("# omv-capture: framesize=33x17\n"));
  EXPECT_THAT(script({.framesize = "2592x1"}), HasSubstr("FRAMESIZE = csi.WQXGA2\nWINDOW = (2592, 1)\n"));
  EXPECT_THAT(legacy_script({.framesize = "33x17"}), HasSubstr("FRAMESIZE = sensor.QQQQVGA\nWINDOW = (33, 17)\n"));
}

// Which the older module has: spec cameras, section 4.
TEST(CaptureScript, DoesNotUseNamesThatTheModuleCsiLacks) {
  EXPECT_THAT(script({.framesize = "LCD"}), HasSubstr("FRAMESIZE = csi.HQVGA\nWINDOW = (128, 160)\n"));
  EXPECT_THAT(legacy_script({.framesize = "LCD"}), HasSubstr("FRAMESIZE = sensor.LCD\n"));
}

TEST(CaptureScript, TheEmulatorUnderstandsIt) {
  const auto hints = emulator::parse_capture_hints(script({"binary", "QQVGA", 100, 1000}));
  EXPECT_EQ(hints.format, PixelFormat::binary);
  EXPECT_EQ(hints.size, (FrameSize{160, 120}));
  EXPECT_EQ(hints.quality, 100);
  EXPECT_EQ(hints.rate, emulator::FrameRate::per_second(1000));
  EXPECT_EQ(hints.complaints, "");
}

TEST(CaptureScript, SaysWhatItDoesNotKnow) {
  EXPECT_THAT(why_not({.pixformat = "RGBA"}), HasSubstr("pixformat 'RGBA': a camera knows BINARY, GRAYSCALE, RGB565"));
  EXPECT_THAT(why_not({.framesize = "huge"}), HasSubstr("framesize 'huge' is not a frame size"));
  EXPECT_THAT(why_not({.framesize = ""}), HasSubstr("framesize ''"));
}

TEST(CaptureScript, SaysWhichSizesAreOutOfReach) {
  EXPECT_THAT(why_not({.framesize = "2593x1944"}), HasSubstr("framesize '2593x1944' is larger"));
  EXPECT_THAT(why_not({.pixformat = "jpeg", .framesize = "321x241"}), HasSubstr("which pixformat JPEG does not allow"));
  EXPECT_THAT(message_of(make_legacy_capture_script({.framesize = "7x100"})),
              HasSubstr("framesize '7x100' is smaller"));
}

TEST(CaptureScript, NamesTheRangeOfNumbers) {
  for (const int quality : {0, 101, -5})
    EXPECT_EQ(why_not({.quality = quality}), "quality " + std::to_string(quality) + " is not within 1 to 100");
  for (const int rate : {0, 1001})
    EXPECT_EQ(why_not({.framerate = rate}), "framerate " + std::to_string(rate) + " is not within 1 to 1000");
}

// Settings become program text, so nothing but known names may get in.
TEST(CaptureScript, LetsNothingElseIn) {
  why_not({.pixformat = "RGB565)\nimport os"});
  why_not({.framesize = "VGA)\nimport os"});
}

}  // namespace
}  // namespace omv::camera
