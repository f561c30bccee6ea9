// SPDX-License-Identifier: LGPL-2.1-or-later
// What a camera makes of a picture before it sends it.
#include "omv/emulator/preview.h"

#include <gtest/gtest.h>

#include "omv/camera/frame_provider.h"
#include "omv/emulator/scene.h"
#include "omv/image/coded_header.h"

namespace omv::emulator {
namespace {

constexpr camera::StreamRequest kJpeg = {};
constexpr camera::StreamRequest kRaw = {true, 4096, 4096};

Frame picture(PixelFormat format, std::uint32_t width = 160, std::uint32_t height = 120) {
  auto scene = Scene::create({format, width, height}, 1);
  const ConstByteSpan pixels = scene->render({77, 2567});
  return {scene->info(), Bytes(pixels.begin(), pixels.end())};
}

TEST(Preview, SendsMutableFormatsAsTheyAreWhenAskedForRaw) {
  Preview preview({});
  for (const PixelFormat format : {PixelFormat::binary, PixelFormat::grayscale, PixelFormat::rgb565}) {
    const Frame frame = picture(format);
    const auto sent = preview.make(frame.info, frame.data, kRaw);
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->info, frame.info);
    EXPECT_EQ(sent->data.data(), frame.data.data()) << "not to be copied";
    EXPECT_EQ(sent->data.size(), frame.data.size());
  }
}

TEST(Preview, SendsEverythingElseAsJpeg) {
  Preview preview({});
  const camera::StreamRequest no_width = {true, 0, 480};
  for (const PixelFormatInfo& format : pixel_formats()) {
    if (payload_bytes(format.format, 160, 120) == 0) continue;
    const Frame frame = picture(format.format);
    for (const auto& request : {kJpeg, no_width, kRaw}) {
      const bool is_raw = request.max_width != 0 && (static_cast<std::uint32_t>(format.format) >> 27 & 1) != 0;
      const auto sent = preview.make(frame.info, frame.data, request);
      ASSERT_TRUE(sent) << format.name;
      EXPECT_EQ(sent->info.format, is_raw ? format.format : PixelFormat::jpeg) << format.name;
      EXPECT_EQ(read_jpeg_size(sent->data).has_value(), !is_raw) << format.name;
    }
  }
}

TEST(Preview, ScalesRawFramesDownToTheLimits) {
  Preview preview({});
  for (const PixelFormat format : {PixelFormat::binary, PixelFormat::grayscale, PixelFormat::rgb565}) {
    const Frame frame = picture(format, 640, 480);
    const auto sent = preview.make(frame.info, frame.data, {true, 500, 240});
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->info, (FrameInfo{format, 320, 240}));
    const auto code = read_code_made_for(640, 480, packed_view(sent->info, sent->data));
    ASSERT_TRUE(code) << code.error().message;
    EXPECT_EQ(code->sequence, 77u);
  }
}

TEST(Preview, ShowsNothingWhereAScaledSideIsZero) {
  Preview preview({});
  const Frame frame = {{PixelFormat::grayscale, 10, 400}, Bytes(4000)};
  const auto sent = preview.make(frame.info, frame.data, {true, 100, 20});
  ASSERT_TRUE(sent);
  EXPECT_TRUE(sent->data.empty());
}

TEST(Preview, CompressedPicturesPassVerbatim) {
  Preview preview({});
  const Bytes png = {0x89, 'P', 'N', 'G'};
  for (const auto& request : {kJpeg, kRaw}) {
    const auto sent = preview.make({PixelFormat::png, 8, 8}, png, request);
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->data.data(), png.data());
    EXPECT_EQ(sent->info.format, PixelFormat::png);
  }
}

TEST(Preview, RawFramesThatDoNotFitBecomeJpeg) {
  const Frame frame = picture(PixelFormat::rgb565);
  PreviewOptions options;
  options.stream_buffer = frame.data.size() + 32;
  EXPECT_EQ(Preview(options).make(frame.info, frame.data, kRaw)->info.format, PixelFormat::rgb565);
  options.stream_buffer -= 1;
  EXPECT_EQ(Preview(options).make(frame.info, frame.data, kRaw)->info.format, PixelFormat::jpeg);
}

TEST(Preview, QualityRisesFromTheMiddleToItsCeiling) {
  PreviewOptions options;
  options.rule = {50, 54, 10'000};
  Preview preview(options);
  const Frame small = picture(PixelFormat::grayscale, 80, 60);
  const Frame big = picture(PixelFormat::grayscale, 160, 120);
  EXPECT_EQ(preview.quality(), 52);
  for (const int quality : {53, 54, 54}) {
    ASSERT_TRUE(preview.make(small.info, small.data, kJpeg));
    EXPECT_EQ(preview.quality(), quality);
  }
  ASSERT_TRUE(preview.make(big.info, big.data, kJpeg));
  EXPECT_EQ(preview.quality(), 50);
}

TEST(Preview, OverflowHalvesTheQualityAndHoldsIt) {
  PreviewOptions options;
  options.stream_buffer = 2500;
  Preview preview(options);
  const Frame frame = picture(PixelFormat::rgb565, 120, 90);
  const auto first = preview.make(frame.info, frame.data, kJpeg);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->data.empty());
  const int halved = preview.quality();
  EXPECT_EQ(halved, 71 / 2);
  for (int i = 0; i < 60; ++i) {
    ASSERT_FALSE(preview.make(frame.info, frame.data, kJpeg)->data.empty());
    ASSERT_EQ(preview.quality(), halved);
  }
  ASSERT_TRUE(preview.make(frame.info, frame.data, kJpeg));
  EXPECT_EQ(preview.quality(), halved + 1);
}

TEST(Preview, FixedQualityIsKept) {
  PreviewOptions options;
  options.quality = 20;
  Preview preview(options);
  const Frame frame = picture(PixelFormat::rgb565);
  const std::size_t small = preview.make(frame.info, frame.data, kJpeg)->data.size();
  EXPECT_EQ(preview.make(frame.info, frame.data, kJpeg)->data.size(), small);
  preview.restart(90);
  EXPECT_GT(preview.make(frame.info, frame.data, kJpeg)->data.size(), 2 * small);
}

TEST(Preview, RefusesAPictureOfTheWrongSize) {
  Preview preview({});
  const Bytes pixels(159 * 120);
  EXPECT_EQ(preview.make({PixelFormat::grayscale, 160, 120}, pixels, kRaw).error().code, Errc::invalid);
}

}  // namespace
}  // namespace omv::emulator
