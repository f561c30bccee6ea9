// SPDX-License-Identifier: LGPL-2.1-or-later
// omvtransform against GStreamer's own elements, where both mean the same, and all raw formats there are.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "raw_frames.h"

namespace omv::test {
namespace {

constexpr const char* kPlain[] = {"GRAY8", "RGB16", "RGB", "BGRx", "ARGB", "GRAY16_LE", "Y444"};

// Whatever whole bytes are: no chroma that pixels share.
void expect_same(const std::string& ours, const std::string& theirs, int width, int height, const char* wanted = "") {
  for (const char* format : kPlain) {
    const RawFrame frame = noise(format, width, height);
    EXPECT_EQ(through(ours, frame, wanted), through(theirs, frame, wanted)) << ours << " " << format;
  }
}

TEST(OmvTransformReference, CropsLikeVideocrop) {
  expect_same("omvtransform roi=<3,5,17,9>", "videocrop left=3 top=5 right=13 bottom=3", 33, 17);
}

TEST(OmvTransformReference, TurnsLikeVideoflip) {
  const std::pair<const char*, const char*> ways[] = {{"hmirror", "horiz"},
                                                      {"vflip", "vert"},
                                                      {"transpose", "ul-lr"},
                                                      {"rotate-90", "90r"},
                                                      {"rotate-180", "180"},
                                                      {"rotate-270", "90l"},
                                                      {"hmirror+vflip+transpose", "ur-ll"}};
  for (const auto& [hint, direction] : ways)
    for (const char* format : {"GRAY8", "RGB", "BGRx", "ARGB", "GRAY16_LE", "Y444", "I420", "NV12"}) {
      const bool turns_chroma = std::string(format) != "I420" && std::string(format) != "NV12";
      for (const auto& [width, height] : {std::pair{64, 48}, {turns_chroma ? 33 : 34, turns_chroma ? 17 : 18}}) {
        const RawFrame frame = noise(format, width, height);
        EXPECT_EQ(through(std::string("omvtransform hint=") + hint, frame),
                  through(std::string("videoflip video-direction=") + direction, frame))
            << hint << " " << format;
      }
    }
}

TEST(OmvTransformReference, ScalesLikeVideoscale) {
  const std::pair<const char*, const char*> methods[] = {
      {"0", "nearest-neighbour"}, {"bilinear", "bilinear"}, {"bicubic", "catrom"}};
  for (const auto& [hint, method] : methods)
    for (const char* size : {"width=66,height=34", "width=16,height=8", "width=40,height=40"})
      for (const char* format : {"GRAY8", "RGB", "BGRx", "I420", "YUY2"}) {
        // A pair of YUY2 beyond an odd width has a pixel without meaning, which GStreamer's scaler looks at.
        const RawFrame frame = noise(format, std::string(format) == "YUY2" ? 34 : 33, 17);
        const std::string wanted = std::string(size) + ",pixel-aspect-ratio=1/1";
        EXPECT_EQ(through(std::string("omvtransform hint=") + hint, frame, wanted),
                  through(std::string("videoscale add-borders=false method=") + method, frame, wanted))
            << hint << " " << size << " " << format;
      }
}

TEST(OmvTransformReference, ConvertsLikeVideoconvert) {
  for (const char* from : {"GRAY8", "RGB16", "RGB", "BGRx", "I420", "YUY2", "NV12", "GRAY16_LE"})
    for (const char* to : {"GRAY8", "RGB16", "RGB", "xBGR", "I420", "UYVY", "Y444", "AYUV64"}) {
      const RawFrame frame = noise(from, 34, 18);
      const std::string wanted = std::string("format=") + to;
      EXPECT_EQ(through("omvtransform", frame, wanted), through("videoconvert dither=none", frame, wanted))
          << from << " " << to;
    }
}

TEST(OmvTransformReference, LetterboxesLikeVideoscale) {
  for (const char* format : {"GRAY8", "RGB", "I420"}) {
    const RawFrame frame = noise(format, 40, 20);
    const std::string wanted = "width=64,height=48,pixel-aspect-ratio=1/1";
    EXPECT_EQ(through("omvtransform hint=scale-aspect-keep", frame, wanted),
              through("videoscale method=nearest-neighbour add-borders=true", frame, wanted))
        << format;
  }
}

TEST(OmvTransformReference, AreaIsTheMeanForFactors4And8And16) {
  for (const int factor : {4, 8, 16})
    for (const char* format : {"GRAY8", "RGBx"}) {
      const int step = std::string(format) == "GRAY8" ? 1 : 4;
      const RawFrame frame = noise(format, 6 * factor, 4 * factor);
      const RawFrame out = through("omvtransform hint=area", frame, "width=6,height=4");
      for (int i = 0; i < 24; ++i) {
        int sum = 0;
        for (int y = 0; y < factor; ++y)
          for (int x = 0; x < factor; ++x)
            sum += frame.pixels[static_cast<std::size_t>((i / 6 * factor + y) * 6 * factor + i % 6 * factor + x) *
                                static_cast<std::size_t>(step)];
        EXPECT_NEAR(out.pixels[static_cast<std::size_t>(i * step)], sum / (factor * factor), 1.5) << format << factor;
      }
    }
}

// GStreamer 1.22's converter leaves its buffers here, videoconvert's too.
TEST(OmvTransformReference, OddRowsOfUyvyReachAyuv) {
  const RawFrame frame = noise("UYVY", 33, 17);
  EXPECT_EQ(through("omvtransform", frame, "format=AYUV"),
            through("omvtransform", through("omvtransform", frame, "format=Y444"), "format=AYUV"));
}

// ---- every format --------------------------------------------------------------------------------------------------

std::vector<std::string> all_formats() {
  std::vector<std::string> names;
  guint count = 0;
  const GstVideoFormat* formats = gst_video_formats_raw(&count);
  for (guint i = 0; i < count; ++i) names.emplace_back(gst_video_format_to_string(formats[i]));
  return names;
}

bool is_yuv(const std::string& format) {
  return (gst_video_format_get_info(gst_video_format_from_string(format.c_str()))->flags & GST_VIDEO_FORMAT_FLAG_YUV) !=
         0;
}

// A ramp in two directions, so that a shift of one pixel shows and shared chroma hardly does.
RawFrame ramp(int width, int height) {
  RawFrame frame = {"RGBx", width, height, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (const int value : {60 + 3 * x, 60 + 3 * x + 2 * y, 60 + 5 * y, 255})
        frame.pixels.push_back(static_cast<std::uint8_t>(value));
  return frame;
}

int largest_difference(const RawFrame& a, const RawFrame& b) {
  EXPECT_EQ(a.width, b.width);
  EXPECT_EQ(a.height, b.height);
  EXPECT_EQ(a.pixels.size(), b.pixels.size());
  int largest = 0;
  for (std::size_t i = 0; i < std::min(a.pixels.size(), b.pixels.size()); ++i)
    if (i % 4 != 3) largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
  return largest;
}

// GStreamer 1.22 writes odd widths of these with bytes that it never set, or beyond the end.
bool is_good_at_odd_widths(const std::string& format) {
  return format != "UYVP" && format != "NV61" && format != "VYUY" && format != "NV12_10LE32" && format != "NV16_10LE32";
}

// The same once in the format alone and once in RGB, seen in RGB.
void expect_like_in_rgb(const std::string& settings, const std::string& format, int tolerance) {
  const std::string there = "videoconvert dither=none ! video/x-raw,format=" + format + " ! ";
  const std::string back = " ! video/x-raw,format=" + format + " ! videoconvert dither=none";
  const RawFrame frame = is_good_at_odd_widths(format) ? ramp(33, 17) : ramp(36, 18);
  const RawFrame inside = through(there + "omvtransform " + settings + back, frame, "format=RGBx");
  const RawFrame outside = through(
      there + "videoconvert dither=none ! video/x-raw,format=RGBx ! omvtransform " + settings, frame, "format=RGBx");
  EXPECT_LE(largest_difference(inside, outside), tolerance) << settings << " " << format;
}

class OmvTransformFormat : public testing::TestWithParam<std::string> {};

TEST_P(OmvTransformFormat, CropsAndTurnsAsInRgb) {
  const std::string& format = GetParam();
  const int tolerance = is_yuv(format) ? 24 : format == "RGB8P" ? 60 : 1;
  const std::string odd = is_good_at_odd_widths(format) ? "roi=<3,5,17,9>" : "roi=<3,5,18,12>";
  for (const std::string& settings : {odd, std::string("roi=<4,4,20,8> hint=rotate-270"), std::string("hint=hmirror")})
    expect_like_in_rgb(settings, format, tolerance);
}

std::string name_of(const testing::TestParamInfo<std::string>& info) { return info.param; }

INSTANTIATE_TEST_SUITE_P(All, OmvTransformFormat, testing::ValuesIn(all_formats()), name_of);

}  // namespace
}  // namespace omv::test
