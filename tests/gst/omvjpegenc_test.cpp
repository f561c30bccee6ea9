// SPDX-License-Identifier: LGPL-2.1-or-later
// omvjpegenc: colours of every format and colorimetry through jpegdec, settings while it plays, limits of properties.
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "encoder_harness.h"
#include "omv/formats/jpeg.h"
#include "omv/image/coded_header.h"
#include "pipeline.h"

namespace omv::test {
namespace {

constexpr const char* kBars = "smpte75";
constexpr const char* kOneColour = "solid-color foreground-color=0xff3070c0";

// One frame as RGB, through what lies in between.
Bytes rgb_through(const std::string& middle, const std::string& pattern = kBars) {
  const auto outcome = run("videotestsrc num-buffers=1 pattern=" + pattern + " ! " + middle +
                           " ! videoconvert ! video/x-raw,format=RGBA" + kAppSink);
  EXPECT_EQ(outcome.error, "") << middle;
  EXPECT_EQ(outcome.frames.size(), 1U) << middle;
  return outcome.frames.empty() ? Bytes() : outcome.frames.front().bytes;
}

double mean_difference(const Bytes& a, const Bytes& b) {
  EXPECT_EQ(a.size(), b.size());
  double sum = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) sum += std::abs(a[i] - b[i]);
  return sum / static_cast<double>(std::max<std::size_t>(a.size(), 1));
}

std::string caps_of(const std::string& format, const std::string& size) {
  return "video/x-raw,format=" + format + "," + size;
}

class JpegEncFormats : public testing::TestWithParam<const char*> {};

// GStreamer's own decoder and converter see the picture that went in. Bars lose some of their edges.
TEST_P(JpegEncFormats, KeepTheirColours) {
  for (const auto& [size, pattern] : {std::pair{"width=320,height=240", kBars},
                                      {"width=161,height=61", kOneColour},
                                      {"width=33,height=17", kOneColour},
                                      {"width=2,height=1", kOneColour}}) {
    const std::string caps = caps_of(GetParam(), size);
    const std::string coded = caps + " ! omvjpegenc quality=95 ! jpegdec";
    EXPECT_LT(mean_difference(rgb_through(caps, pattern), rgb_through(coded, pattern)), 4) << size;
  }
}

INSTANTIATE_TEST_SUITE_P(All, JpegEncFormats,
                         testing::Values("I420", "YV12", "NV12", "NV21", "YUY2", "YVYU", "UYVY", "Y42B", "Y444",
                                         "RGB16", "RGB", "BGR", "RGBx", "BGRx", "xRGB", "xBGR", "GRAY8"),
                         [](const auto& row) { return std::string(row.param); });

class JpegEncColorimetry : public testing::TestWithParam<const char*> {};

TEST_P(JpegEncColorimetry, IsTurnedIntoWhatJpegMeans) {
  for (const std::string format : {"I420", "NV12", "YUY2", "Y444"}) {
    const std::string caps = caps_of(format, "width=320,height=240,colorimetry=" + std::string(GetParam()));
    for (const std::string subsampling : {"auto", "420"}) {
      const std::string encoder = " ! omvjpegenc quality=95 subsampling=" + subsampling + " ! jpegdec";
      EXPECT_LT(mean_difference(rgb_through(caps), rgb_through(caps + encoder)), 4) << format << " " << subsampling;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, JpegEncColorimetry, testing::Values("bt601", "1:4:0:0", "bt709", "bt2020", "smpte240m"));

TEST(JpegEnc, LimitedRangeGreyIsStretched) {
  EncoderHarness encoder("omvjpegenc", 1);
  encoder.caps("video/x-raw,format=GRAY8,width=16,height=16,framerate=25/1,colorimetry=2:4:0:0");
  encoder.push(Bytes(256, 235), 0);
  const auto out = encoder.finish();
  ASSERT_EQ(out.size(), 1U);
  const auto back = formats::decode_jpeg(out[0].bytes, PixelFormat::grayscale);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->data[0], 255);
}

TEST(JpegEnc, FullRangeGoesInAsItIs) {
  EncoderHarness encoder("omvjpegenc", 1);
  encoder.set("quality", 100);
  encoder.caps("video/x-raw,format=Y444,width=16,height=16,framerate=25/1,colorimetry=1:4:0:0");
  Bytes frame(768, 128);
  std::fill_n(frame.begin(), 256, std::uint8_t{201});
  encoder.push(frame, 0);
  const auto out = encoder.finish();
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(formats::decode_jpeg(out[0].bytes, PixelFormat::grayscale)->data[0], 201);
}

TEST(JpegEnc, OneBitPicturesBecomeGrey) {
  EncoderHarness encoder("omvjpegenc", 2);
  encoder.caps("video/x-openmv-binary,width=32,height=8,framerate=25/1");
  Bytes halves;
  for (int y = 0; y < 8; ++y) halves.insert(halves.end(), {0, 0, 0xFF, 0xFF});
  encoder.push(halves, 0);
  const auto out = encoder.finish();
  ASSERT_EQ(out.size(), 1U);
  const auto back = formats::decode_jpeg(out[0].bytes, PixelFormat::grayscale);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->data[0], 0);
  EXPECT_EQ(back->data[31], 255);
}

class JpegEncBayer : public testing::TestWithParam<const char*> {};

TEST_P(JpegEncBayer, IsInterpolated) {
  EncoderHarness encoder("omvjpegenc", 2);
  encoder.caps("video/x-bayer,format=" + std::string(GetParam()) + ",width=18,height=10,framerate=25/1");
  Bytes mosaic(20 * 10, 0);  // rows are padded to 4 bytes; only red sensels see light
  for (std::size_t y = 0; y < 10; ++y)
    for (std::size_t x = 0; x < 18; ++x) {
      const char sensel = GetParam()[2 * (y % 2) + x % 2];
      mosaic[20 * y + x] = sensel == 'r' ? 200 : 0;
    }
  encoder.push(mosaic, 0);
  const auto out = encoder.finish();
  ASSERT_EQ(out.size(), 1U);
  const auto back = formats::decode_jpeg(out[0].bytes, PixelFormat::rgb888);
  ASSERT_TRUE(back);
  const std::size_t middle = (5 * 18 + 9) * 3;
  EXPECT_NEAR(back->data[middle], 200, 12);
  EXPECT_NEAR(back->data[middle + 1], 0, 12);
}

INSTANTIATE_TEST_SUITE_P(All, JpegEncBayer, testing::Values("bggr", "gbrg", "grbg", "rggb"));

TEST(JpegEnc, ABayerPatternMayChangeInMidstream) {
  EncoderHarness encoder("omvjpegenc", 2);
  const Bytes mosaic = [] {
    Bytes bytes(16 * 16, 0);
    for (std::size_t y = 0; y < 16; y += 2)
      for (std::size_t x = 0; x < 16; x += 2) bytes[16 * y + x] = 200;
    return bytes;
  }();
  for (const char* format : {"rggb", "bggr"}) {
    encoder.caps("video/x-bayer,format=" + std::string(format) + ",width=16,height=16,framerate=25/1");
    encoder.push(mosaic, 0);
  }
  const auto out = encoder.finish();
  ASSERT_EQ(out.size(), 2U);
  const auto red = formats::decode_jpeg(out[0].bytes, PixelFormat::rgb888);
  const auto blue = formats::decode_jpeg(out[1].bytes, PixelFormat::rgb888);
  ASSERT_TRUE(red && blue);
  EXPECT_GT(red->data[3 * 100], red->data[3 * 100 + 2]);
  EXPECT_GT(blue->data[3 * 100 + 2], blue->data[3 * 100]);
}

TEST(JpegEnc, GreyIsOneComponent) {
  EncoderHarness encoder("omvjpegenc", 1);
  encoder.caps("video/x-raw,format=GRAY8,width=16,height=16,framerate=25/1");
  encoder.push(Bytes(256, 9), 0);
  EXPECT_EQ(read_jpeg_size(encoder.finish().at(0).bytes)->components, 1);
}

Bytes noise() {
  Bytes pixels(64 * 64 * 3);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * i * 31 >> 5);
  return pixels;
}

constexpr const char* kRgb64 = "video/x-raw,format=RGB,width=64,height=64,framerate=25/1";

Bytes encoded_at(int quality) {
  EncoderHarness encoder("omvjpegenc", 1);
  encoder.set("quality", quality);
  encoder.caps(kRgb64);
  encoder.push(noise(), 0);
  return encoder.finish().at(0).bytes;
}

TEST(JpegEnc, AFrameIsEncodedWithTheQualityOfTheMomentItCame) {
  EncoderHarness encoder("omvjpegenc", 4);
  encoder.caps(kRgb64);
  for (int i = 0; i < 40; ++i) {
    encoder.set("quality", i % 2 == 0 ? 20 : 80);
    ASSERT_EQ(encoder.push(noise(), static_cast<GstClockTime>(i)), GST_FLOW_OK);
  }
  const auto out = encoder.finish();
  ASSERT_EQ(out.size(), 40U);
  const Bytes even = encoded_at(20);
  const Bytes odd = encoded_at(80);
  EXPECT_LT(even.size(), odd.size());
  for (std::size_t i = 0; i < 40; ++i) ASSERT_EQ(out[i].bytes, i % 2 == 0 ? even : odd) << i;
}

TEST(JpegEnc, WhatIsSetReachesTheCodec) {
  const auto with = [](const char* property, auto value) {
    EncoderHarness encoder("omvjpegenc", 1);
    encoder.set(property, value);
    encoder.caps(kRgb64);
    encoder.push(noise(), 0);
    return encoder.finish().at(0).bytes;
  };
  const Bytes plain = encoded_at(90);
  EXPECT_LT(with("optimize", TRUE).size(), plain.size());
  EXPECT_LT(with("subsampling", 3).size(), plain.size());
  EXPECT_GT(with("restart-rows", 1).size(), plain.size());
  EXPECT_NE(with("progressive", TRUE), plain);
}

TEST(JpegEnc, ValuesOutsideTheirRangeAreNotTaken) {
  GstElement* encoder = gst_element_factory_make("omvjpegenc", nullptr);
  const auto range = [&](const char* property) {
    auto* spec = G_PARAM_SPEC_INT(g_object_class_find_property(G_OBJECT_GET_CLASS(encoder), property));
    return std::pair(spec->minimum, spec->maximum);
  };
  EXPECT_EQ(range("quality"), std::pair(1, 100));
  EXPECT_EQ(range("restart-rows"), std::pair(0, 65535));
  for (const char* nick : {"auto", "444", "422", "420", "440", "411"}) {
    gst_util_set_object_arg(G_OBJECT(encoder), "subsampling", nick);
    GParamSpec* spec = g_object_class_find_property(G_OBJECT_GET_CLASS(encoder), "subsampling");
    gint now = -1;
    g_object_get(encoder, "subsampling", &now, nullptr);
    EXPECT_STREQ(g_enum_get_value(G_PARAM_SPEC_ENUM(spec)->enum_class, now)->value_nick, nick);
  }
  gst_object_unref(encoder);
}

TEST(JpegEnc, TakesNeitherAlphaNorSixteenBit) {
  GstElementFactory* factory = gst_element_factory_find("omvjpegenc");
  for (const char* format : {"RGBA", "ARGB", "GRAY16_LE", "I420_10LE"}) {
    GstCaps* caps = gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING, format, nullptr);
    EXPECT_FALSE(gst_element_factory_can_sink_any_caps(factory, caps)) << format;
    gst_caps_unref(caps);
  }
  gst_object_unref(factory);
}

}  // namespace
}  // namespace omv::test
