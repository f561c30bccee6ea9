// SPDX-License-Identifier: LGPL-2.1-or-later
// omvpngenc: pixels through pngdec, settings, and what becomes of formats that PNG does not have.
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "encoder_harness.h"
#include "omv/formats/png.h"
#include "pipeline.h"

namespace omv::test {
namespace {

Bytes pixels_through(const std::string& format, const std::string& middle) {
  const std::string caps = "video/x-raw,format=" + format;
  const auto outcome = run("videotestsrc num-buffers=1 pattern=gradient ! " + caps + ",width=60,height=47" + middle +
                           " ! videoconvert ! " + caps + kAppSink);
  EXPECT_EQ(outcome.error, "") << format;
  return outcome.frames.empty() ? Bytes() : outcome.frames.front().bytes;
}

class PngEncFormats : public testing::TestWithParam<const char*> {};

// pngdec and GStreamer's converter, which turns the decoder's order of bytes into the one that went in.
TEST_P(PngEncFormats, ComeBackAsTheyWere) {
  EXPECT_EQ(pixels_through(GetParam(), " ! omvpngenc ! pngdec"), pixels_through(GetParam(), ""));
}

INSTANTIATE_TEST_SUITE_P(All, PngEncFormats,
                         testing::Values("GRAY8", "GRAY16_LE", "RGB", "BGR", "RGBA", "BGRA", "ARGB", "ABGR"),
                         [](const auto& row) { return std::string(row.param); });

std::size_t size_with(const char* property, gint value) {
  EncoderHarness encoder("omvpngenc", 1);
  encoder.set(property, value);
  encoder.caps("video/x-raw,format=GRAY8,width=256,height=64,framerate=25/1");
  Bytes ramp(256 * 64);
  for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<std::uint8_t>(i % 256 + i / 256 * 3);
  encoder.push(ramp, 0);
  const auto out = encoder.finish();
  EXPECT_EQ(out.size(), 1U);
  EXPECT_EQ(formats::decode_png(out.at(0).bytes)->data, ramp);
  return out.at(0).bytes.size();
}

TEST(PngEnc, WhatIsSetReachesTheCodec) {
  EXPECT_GT(size_with("compression-level", 0), size_with("compression-level", 9));
  EXPECT_GT(size_with("filter", 0), size_with("filter", 1));
}

TEST(PngEnc, OneBitPicturesStaySo) {
  EncoderHarness encoder("omvpngenc", 1);
  encoder.caps("video/x-openmv-binary,width=33,height=2,framerate=25/1");
  const Bytes rows = {1, 2, 3, 4, 1, 0, 0, 0, 5, 6, 7, 8, 0, 0, 0, 0};
  encoder.push(rows, 0);
  const auto back = formats::decode_png(encoder.finish().at(0).bytes);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->info, (FrameInfo{PixelFormat::binary, 33, 2}));
  EXPECT_EQ(back->data, rows);
}

TEST(PngEnc, LimitedRangeComesOutWithItsColours) {
  EncoderHarness encoder("omvpngenc", 1);
  encoder.caps("video/x-raw,format=Y444,width=16,height=16,framerate=25/1,colorimetry=bt601");
  Bytes white(768, 128);
  std::fill_n(white.begin(), 256, std::uint8_t{235});
  encoder.push(white, 0);
  const auto back = formats::decode_png(encoder.finish().at(0).bytes);
  ASSERT_TRUE(back);
  EXPECT_GE(back->data[0], 254);
}

TEST(PngEnc, ValuesOutsideTheirRangeAreNotTaken) {
  GstElement* encoder = gst_element_factory_make("omvpngenc", nullptr);
  auto* spec = G_PARAM_SPEC_INT(g_object_class_find_property(G_OBJECT_GET_CLASS(encoder), "compression-level"));
  EXPECT_EQ(spec->minimum, 0);
  EXPECT_EQ(spec->maximum, 9);
  gst_object_unref(encoder);
}

}  // namespace
}  // namespace omv::test
