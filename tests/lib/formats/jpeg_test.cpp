// SPDX-License-Identifier: LGPL-2.1-or-later
// JPEG round trips of every raw format, subsampling, ways of coding, and hostile streams.
#include "omv/formats/jpeg.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "omv/image/coded_header.h"
#include "omv/image/convert.h"

namespace omv::formats {
namespace {

// A diagonal gradient, coloured where the format has colours.
Frame gradient(PixelFormat format, std::uint32_t width, std::uint32_t height) {
  Frame frame = {{format, width, height}, {}};
  frame.data.resize(payload_bytes(frame.info));
  const auto view = packed_view(frame.info, ByteSpan(frame.data));
  for (std::uint32_t y = 0; y < height; ++y)
    for (std::uint32_t x = 0; x < width; ++x) {
      const auto value = static_cast<std::uint8_t>((x + y) * 255 / (width + height));
      std::uint8_t* row = view.row(y);
      if (format == PixelFormat::rgb565)
        store_le<std::uint16_t>(row + 2 * x, reduce_to_565({value, static_cast<std::uint8_t>(255 - value), 128}));
      else if (is_packed_422(format))
        row[2 * x] = value, row[2 * x + 1] = static_cast<std::uint8_t>(x % 2 == 0 ? 90 : 170);
      else if (format == PixelFormat::binary)
        row[x / 8] = static_cast<std::uint8_t>(row[x / 8] | (value > 127 ? 1u << x % 8 : 0u));
      else
        row[x] = value;
    }
  return frame;
}

Bytes encoded(const Frame& frame, int quality, Subsampling subsampling = Subsampling::automatic) {
  JpegEncoder encoder;
  Bytes out;
  const auto done = encoder.encode(packed_view(frame.info, ConstByteSpan(frame.data)), {quality, subsampling}, out);
  EXPECT_TRUE(done) << done.error().message;
  return out;
}

// Sampling factors byte of the first component of a baseline stream.
int luma_sampling(const Bytes& jpeg) {
  for (std::size_t i = 0; i + 11 < jpeg.size(); ++i)
    if (jpeg[i] == 0xFF && jpeg[i + 1] == 0xC0) return jpeg[i + 11];
  return -1;
}

class JpegFormats : public testing::TestWithParam<PixelFormat> {};

TEST_P(JpegFormats, AreEncodedAtAnySize) {
  for (const auto& [width, height] : {std::pair{1u, 1u}, {2u, 1u}, {1u, 9u}, {33u, 17u}, {64u, 48u}}) {
    const Bytes jpeg = encoded(gradient(GetParam(), width, height), 75);
    const auto size = read_jpeg_size(jpeg);
    ASSERT_TRUE(size);
    EXPECT_EQ(size->width, width);
    EXPECT_EQ(size->height, height);
    const bool grey = GetParam() == PixelFormat::grayscale || GetParam() == PixelFormat::binary;
    EXPECT_EQ(size->components, grey ? 1 : 3);
    EXPECT_TRUE(decode_jpeg(jpeg, PixelFormat::rgb888));
  }
}

INSTANTIATE_TEST_SUITE_P(All, JpegFormats,
                         testing::Values(PixelFormat::binary, PixelFormat::grayscale, PixelFormat::rgb565,
                                         PixelFormat::bayer_bggr, PixelFormat::bayer_rggb, PixelFormat::yuv422,
                                         PixelFormat::yvu422));

TEST(Jpeg, GrayscaleComesBackNearlyAsItWas) {
  const Frame frame = gradient(PixelFormat::grayscale, 61, 47);
  const auto back = decode_jpeg(encoded(frame, 95), PixelFormat::grayscale);
  ASSERT_TRUE(back);
  ASSERT_EQ(back->info, frame.info);
  for (std::size_t i = 0; i < frame.data.size(); ++i) ASSERT_NEAR(back->data[i], frame.data[i], 4) << i;
}

TEST(Jpeg, Rgb565ComesBackNearlyAsItWas) {
  const Frame frame = gradient(PixelFormat::rgb565, 61, 47);
  const auto back = decode_jpeg(encoded(frame, 95), PixelFormat::rgb565);
  ASSERT_TRUE(back);
  ASSERT_EQ(back->info, frame.info);
  for (std::size_t i = 0; i < frame.data.size(); i += 2) {
    const Rgb888 was = expand_565(load_le<std::uint16_t>(frame.data.data() + i));
    const Rgb888 is = expand_565(load_le<std::uint16_t>(back->data.data() + i));
    ASSERT_LE(std::abs(was.r - is.r), 17) << i;
    ASSERT_LE(std::abs(was.g - is.g), 17) << i;
    ASSERT_LE(std::abs(was.b - is.b), 17) << i;
  }
}

TEST(Jpeg, PackedChromaIsReadInItsOrder) {
  Frame blue = {{PixelFormat::yvu422, 16, 16}, {}};
  for (int i = 0; i < 128; ++i) append(blue.data, Bytes{29, 255, 29, 107});  // Y Cb Y Cr
  Frame red = blue;
  red.info.format = PixelFormat::yuv422;  // the same bytes as Y Cr Y Cb
  const auto blue_back = decode_jpeg(encoded(blue, 95), PixelFormat::rgb888);
  const auto red_back = decode_jpeg(encoded(red, 95), PixelFormat::rgb888);
  ASSERT_TRUE(blue_back && red_back);
  EXPECT_GT(blue_back->data[2], 240);
  EXPECT_LT(blue_back->data[0], 20);
  EXPECT_GT(red_back->data[0], 180);
  EXPECT_LT(red_back->data[2], 20);
}

TEST(Jpeg, StrideIsHonoured) {
  const Frame frame = gradient(PixelFormat::grayscale, 33, 17);
  Bytes padded(36 * 17, 0xEE);
  copy_rows(packed_view(frame.info, ConstByteSpan(frame.data)), {frame.info, padded.data(), 36});
  JpegEncoder encoder;
  Bytes out;
  ASSERT_TRUE(encoder.encode({frame.info, padded.data(), 36}, {}, out));
  EXPECT_EQ(out, encoded(frame, 90));
}

TEST(Jpeg, SubsamplingFollowsQuality) {
  const Frame frame = gradient(PixelFormat::rgb565, 32, 32);
  EXPECT_EQ(luma_sampling(encoded(frame, 35)), 0x22);
  EXPECT_EQ(luma_sampling(encoded(frame, 36)), 0x21);
  EXPECT_EQ(luma_sampling(encoded(frame, 59)), 0x21);
  EXPECT_EQ(luma_sampling(encoded(frame, 60)), 0x11);
  EXPECT_EQ(luma_sampling(encoded(frame, 90, Subsampling::s420)), 0x22);
  EXPECT_EQ(luma_sampling(encoded(frame, 10, Subsampling::s444)), 0x11);
}

// A picture of one colour, in a format that has chroma samples.
Frame flat(PixelFormat format, std::uint32_t width, std::uint32_t height, std::uint8_t y, std::uint8_t cb,
           std::uint8_t cr) {
  Frame frame = {{format, width, height}, {}};
  frame.data.assign(payload_bytes(frame.info), y);
  const auto view = packed_view(frame.info, ConstByteSpan(frame.data));
  if (const ChromaLayout* layout = chroma_layout(format)) {
    const auto fill = [&](const ChromaPlane& plane, std::uint8_t value) {
      for (std::uint32_t row = 0; row < chroma_height(*layout, height); ++row)
        for (std::uint32_t x = 0; x < chroma_width(*layout, width); ++x)
          frame.data[static_cast<std::size_t>(plane.row(row) + x * layout->step - frame.data.data())] = value;
    };
    fill(view.cb, cb);
    fill(view.cr, cr);
    return frame;
  }
  const bool chroma_first = format == PixelFormat::uyvy;
  for (std::size_t i = chroma_first ? 0 : 1; i < frame.data.size(); i += 2)
    frame.data[i] = (i / 2 % width % 2 == 0) == (format != PixelFormat::yuv422) ? cb : cr;
  return frame;
}

class JpegChroma : public testing::TestWithParam<PixelFormat> {};

TEST_P(JpegChroma, IsTheSameColourWithEverySubsamplingAndSize) {
  for (const auto subsampling : {Subsampling::automatic, Subsampling::s444, Subsampling::s422, Subsampling::s420,
                                 Subsampling::s440, Subsampling::s411})
    for (const auto& [width, height] : {std::pair{2u, 1u}, {3u, 3u}, {16u, 16u}, {33u, 17u}, {100u, 50u}}) {
      const auto back =
          decode_jpeg(encoded(flat(GetParam(), width, height, 76, 85, 255), 95, subsampling), PixelFormat::rgb888);
      ASSERT_TRUE(back);
      for (std::size_t i = 0; i < back->data.size(); i += 3) {  // red, in full range BT.601
        ASSERT_NEAR(back->data[i], 254, 3) << width << "x" << height << " at " << i;
        ASSERT_NEAR(back->data[i + 1], 0, 3);
        ASSERT_NEAR(back->data[i + 2], 0, 3);
      }
    }
}

TEST_P(JpegChroma, LimitedRangeIsStretchedOnEveryWayIn) {
  for (const auto subsampling : {Subsampling::automatic, Subsampling::s444, Subsampling::s420, Subsampling::s422}) {
    const Frame frame = flat(GetParam(), 40, 24, 81, 90, 240);  // red, in limited range
    JpegSettings settings = {.quality = 95, .subsampling = subsampling};
    settings.limited_range = true;
    JpegEncoder encoder;
    Bytes jpeg;
    ASSERT_TRUE(encoder.encode(packed_view(frame.info, ConstByteSpan(frame.data)), settings, jpeg));
    const auto back = decode_jpeg(jpeg, PixelFormat::rgb888);
    ASSERT_TRUE(back);
    EXPECT_NEAR(back->data[0], 254, 3);
    EXPECT_NEAR(back->data[1], 0, 3);
    EXPECT_NEAR(back->data[2], 0, 3);
  }
}

TEST_P(JpegChroma, AutomaticIsNeverFinerThanTheSource) {
  const Frame frame = flat(GetParam(), 32, 32, 100, 110, 120);
  const ChromaLayout* layout = chroma_layout(GetParam());
  const bool shares_rows = layout != nullptr && layout->shift_y == 1;
  const bool shares_columns = layout == nullptr || layout->shift_x == 1;
  EXPECT_EQ(luma_sampling(encoded(frame, 95)), shares_rows ? 0x22 : shares_columns ? 0x21 : 0x11);
  EXPECT_EQ(luma_sampling(encoded(frame, 50)), shares_rows ? 0x22 : 0x21);
  EXPECT_EQ(luma_sampling(encoded(frame, 20)), 0x22);
}

INSTANTIATE_TEST_SUITE_P(All, JpegChroma,
                         testing::Values(PixelFormat::yuv422, PixelFormat::yvu422, PixelFormat::uyvy,
                                         PixelFormat::yuv420, PixelFormat::yuv422p, PixelFormat::yuv444p,
                                         PixelFormat::nv12));

TEST(Jpeg, SamplesOfPlanesGoInAsTheyAre) {
  Frame frame = {{PixelFormat::yuv420, 33, 19}, {}};
  frame.data.resize(payload_bytes(frame.info));
  for (std::size_t i = 0; i < frame.data.size(); ++i) frame.data[i] = static_cast<std::uint8_t>(100 + i % 33 + i / 70);
  Frame luma = {{PixelFormat::grayscale, 33, 19}, Bytes(frame.data.begin(), frame.data.begin() + 33 * 19)};
  const auto of_colour = decode_jpeg(encoded(frame, 100), PixelFormat::grayscale);
  const auto of_grey = decode_jpeg(encoded(luma, 100), PixelFormat::grayscale);
  ASSERT_TRUE(of_colour && of_grey);
  EXPECT_EQ(of_colour->data, of_grey->data);
}

class JpegRgb : public testing::TestWithParam<PixelFormat> {};

TEST_P(JpegRgb, IsReadInItsOrder) {
  const RgbLayout& layout = *rgb_layout(GetParam());
  Frame frame = {{GetParam(), 19, 5}, {}};
  frame.data.resize(payload_bytes(frame.info), 77);
  for (std::size_t i = 0; i < frame.data.size(); i += layout.step) {
    frame.data[i + layout.r] = 200;
    frame.data[i + layout.g] = 100;
    frame.data[i + layout.b] = 30;
  }
  const auto back = decode_jpeg(encoded(frame, 95), PixelFormat::rgb888);
  ASSERT_TRUE(back);
  EXPECT_NEAR(back->data[0], 200, 3);
  EXPECT_NEAR(back->data[1], 100, 3);
  EXPECT_NEAR(back->data[2], 30, 3);
}

INSTANTIATE_TEST_SUITE_P(All, JpegRgb,
                         testing::Values(PixelFormat::rgb888, PixelFormat::bgr888, PixelFormat::rgbx8888,
                                         PixelFormat::bgrx8888, PixelFormat::xrgb8888, PixelFormat::xbgr8888));

Bytes encoded_with(const Frame& frame, const JpegSettings& settings) {
  JpegEncoder encoder;
  Bytes out;
  const auto done = encoder.encode(packed_view(frame.info, ConstByteSpan(frame.data)), settings, out);
  EXPECT_TRUE(done) << done.error().message;
  return out;
}

bool has_marker(const Bytes& jpeg, std::uint8_t marker) {
  const Bytes wanted = {0xFF, marker};
  return std::search(jpeg.begin(), jpeg.end(), wanted.begin(), wanted.end()) != jpeg.end();
}

TEST(Jpeg, WaysOfCodingGiveTheSamePixels) {
  const Frame frame = gradient(PixelFormat::rgb565, 64, 48);
  const Bytes plain = encoded_with(frame, {});
  const Bytes optimized = encoded_with(frame, {.optimize = true});
  const Bytes progressive = encoded_with(frame, {.progressive = true});
  const Bytes restarted = encoded_with(frame, {.restart_rows = 1});
  EXPECT_LT(optimized.size(), plain.size());
  EXPECT_TRUE(has_marker(plain, 0xC0) && has_marker(progressive, 0xC2));
  EXPECT_TRUE(has_marker(restarted, 0xDD) && has_marker(restarted, 0xD0) && !has_marker(plain, 0xDD));
  const auto pixels = decode_jpeg(plain, PixelFormat::rgb888);
  for (const Bytes& other : {optimized, progressive, restarted})
    EXPECT_EQ(decode_jpeg(other, PixelFormat::rgb888)->data, pixels->data);
}

TEST(Jpeg, EncoderIsReusedAcrossFormatsSizesAndErrors) {
  JpegEncoder encoder;
  Bytes out;
  const Frame colour = gradient(PixelFormat::rgb565, 64, 48);
  const Frame grey = gradient(PixelFormat::grayscale, 33, 17);
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(encoder.encode(packed_view(colour.info, ConstByteSpan(colour.data)), {50}, out));
    EXPECT_EQ(out, encoded(colour, 50));
    EXPECT_FALSE(encoder.encode({{PixelFormat::jpeg, 4, 4}, nullptr, 0}, {}, out));
    EXPECT_TRUE(out.empty());
    ASSERT_TRUE(encoder.encode(packed_view(grey.info, ConstByteSpan(grey.data)), {80}, out));
    EXPECT_EQ(out, encoded(grey, 80));
  }
}

TEST(Jpeg, RefusesWhatItCannotEncode) {
  const Frame frame = gradient(PixelFormat::grayscale, 8, 8);
  JpegEncoder encoder;
  Bytes out;
  const auto view = packed_view(frame.info, ConstByteSpan(frame.data));
  EXPECT_EQ(encoder.encode(view, {0}, out).error().code, Errc::invalid);
  EXPECT_EQ(encoder.encode(view, {101}, out).error().code, Errc::invalid);
  EXPECT_EQ(encoder.encode({{PixelFormat::grayscale, 0, 8}, view.data, 0}, {}, out).error().code, Errc::invalid);
  EXPECT_EQ(encoder.encode({{PixelFormat::argb8, 8, 8}, view.data, 8}, {}, out).error().code, Errc::unsupported);
  EXPECT_EQ(encoder.encode(view, {.restart_rows = -1}, out).error().code, Errc::invalid);
  EXPECT_EQ(encoder.encode(view, {.restart_rows = 65536}, out).error().code, Errc::invalid);
  for (const auto format : {PixelFormat::rgba8888, PixelFormat::argb8888, PixelFormat::gray16})
    EXPECT_EQ(encoder.encode({{format, 2, 2}, view.data, 8}, {}, out).error().code, Errc::unsupported);
}

TEST(Jpeg, TruncationAtEveryLengthIsAnError) {
  const Bytes jpeg = encoded(gradient(PixelFormat::rgb565, 33, 17), 50);
  for (std::size_t size = 0; size + 1 < jpeg.size(); ++size) {
    const auto result = decode_jpeg(ConstByteSpan(jpeg).first(size), PixelFormat::rgb565);
    ASSERT_FALSE(result) << size;
    ASSERT_FALSE(result.error().message.empty());
  }
  EXPECT_EQ(decode_jpeg(ConstByteSpan(jpeg).first(jpeg.size() / 2), PixelFormat::rgb565).error().code, Errc::truncated);
}

TEST(Jpeg, BytesBehindTheEndDoNotMatter) {
  Bytes jpeg = encoded(gradient(PixelFormat::grayscale, 33, 17), 50);
  jpeg.insert(jpeg.end(), 100, 0xFF);
  EXPECT_TRUE(decode_jpeg(jpeg, PixelFormat::grayscale));
}

TEST(Jpeg, ClaimedSizeIsCheckedBeforeAllocation) {
  Bytes jpeg = encoded(gradient(PixelFormat::grayscale, 8, 8), 50);
  for (std::size_t i = 0; i + 9 < jpeg.size(); ++i)
    if (jpeg[i] == 0xFF && jpeg[i + 1] == 0xC0) std::fill_n(jpeg.begin() + static_cast<std::ptrdiff_t>(i) + 5, 4, 0xF0);
  EXPECT_EQ(decode_jpeg(jpeg, PixelFormat::grayscale).error().code, Errc::limit);
}

TEST(Jpeg, DecodesOnlyToTheFormatsItSays) {
  const Bytes jpeg = encoded(gradient(PixelFormat::grayscale, 8, 8), 50);
  EXPECT_EQ(decode_jpeg(jpeg, PixelFormat::yuv422).error().code, Errc::unsupported);
  EXPECT_EQ(decode_jpeg(as_bytes("not a JPEG"), PixelFormat::grayscale).error().code, Errc::invalid);
}

}  // namespace
}  // namespace omv::formats
