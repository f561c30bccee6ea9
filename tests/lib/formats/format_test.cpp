// SPDX-License-Identifier: LGPL-2.1-or-later
// The registry: finding a format, and what every format promises, one after the other.
#include "omv/formats/format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "still_pictures.h"

namespace omv::formats {
namespace {

using test::colours_of;
using test::decode_error;
using test::encoded;
using test::noise_picture;
using test::raw_pixel_formats;
using test::smooth_picture;
using testing::HasSubstr;

TEST(Formats, AreFoundByExtensionInAnyCase) {
  for (const Format* format : formats())
    for (const std::string_view extension : format->extensions) EXPECT_EQ(format_by_extension(extension), format);
  EXPECT_EQ(format_by_extension("JpEg")->name, "JPEG");
  EXPECT_EQ(format_by_extension("jp"), nullptr);
  EXPECT_EQ(format_by_extension("jpegs"), nullptr);
  EXPECT_EQ(format_by_extension(""), nullptr);
}

TEST(Formats, HaveExtensionsThatNoOtherHas) {
  std::vector<std::string_view> all;
  for (const Format* format : formats()) all.insert(all.end(), format->extensions.begin(), format->extensions.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
}

TEST(Formats, AreFoundByTheLastPartOfAPath) {
  EXPECT_EQ((*format_for_path("/a.d/b/img.001.BMP"))->name, "BMP");
  EXPECT_EQ((*format_for_path("x.jpg"))->name, "JPEG");
}

TEST(Formats, ListTheKnownExtensionsForAnyOther) {
  for (const char* path : {"", "a", "dir.bmp/file", ".bmp", "a.", "a.gif", "a.bmp/"}) {
    const auto format = format_for_path(path);
    ASSERT_FALSE(format) << path;
    EXPECT_EQ(format.error().code, Errc::invalid);
    EXPECT_THAT(format.error().message, HasSubstr(path));
    EXPECT_THAT(format.error().message, HasSubstr(known_extensions()));
  }
  EXPECT_THAT(known_extensions(), HasSubstr(".bmp .pgm .ppm .jpg .jpeg"));
}

TEST(Formats, AreFoundByTheirOwnFilesOnly) {
  for (const Format* format : formats()) {
    if (format->sniff == nullptr) continue;
    for (const PixelFormat pixels : raw_pixel_formats()) {
      if (!format->holds(pixels)) continue;
      EXPECT_EQ(format_by_content(encoded(*format, noise_picture(pixels, 5, 3))), format);
    }
  }
  EXPECT_EQ(format_by_content({}), nullptr);
  EXPECT_EQ(format_by_content(Bytes{'B'}), nullptr);
  EXPECT_EQ(format_by_content(Bytes(64)), nullptr);
}

TEST(Formats, WithSnifferComeFirst) {
  const auto all = formats();
  EXPECT_TRUE(std::is_partitioned(all.begin(), all.end(), [](const Format* f) { return f->sniff != nullptr; }));
}

struct Case {
  const Format* format;
  PixelFormat pixels;
};

std::vector<Case> cases(bool held) {
  std::vector<Case> all;
  for (const Format* format : formats())
    for (const PixelFormat pixels : raw_pixel_formats())
      if (format->holds(pixels) == held) all.push_back({format, pixels});
  return all;
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
  return std::string(info.param.format->extensions.front()) + "_" + std::string(to_string(info.param.pixels));
}

class RoundTrip : public testing::TestWithParam<Case> {};

// Exact colours, but for JPEG, which is compared where it is nearly exact: on a smooth picture.
void expect_same(const Frame& frame, const Frame& back, bool lossy) {
  const Bytes was = colours_of(frame);
  const Bytes is = colours_of(back);
  ASSERT_EQ(was.size(), is.size());
  for (std::size_t i = 0; i < was.size(); ++i) ASSERT_NEAR(was[i], is[i], lossy ? 24 : 0) << "at byte " << i;
}

TEST_P(RoundTrip, KeepsThePicture) {
  const auto& [format, pixels] = GetParam();
  const bool lossy = format->coded == PixelFormat::jpeg;
  for (const auto& [width, height] : {std::pair{1U, 1U}, {2U, 1U}, {1U, 9U}, {33U, 17U}, {64U, 48U}}) {
    SCOPED_TRACE(testing::Message() << width << "x" << height);
    if (lossy && width * height < 500) continue;
    const Frame frame = lossy ? smooth_picture(pixels, width, height) : noise_picture(pixels, width, height);
    EncodeOptions options;
    options.jpeg = {.quality = 98, .subsampling = Subsampling::s444};
    const auto back = format->decode(encoded(*format, frame, options), {.geometry = frame.info});
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->info.width, width);
    EXPECT_EQ(back->info.height, height);
    EXPECT_EQ(back->data.size(), payload_bytes(back->info));
    if (!lossy && is_bayer(pixels) && !is_bayer(back->info.format)) continue;  // interpolated, then compared with raw
    expect_same(frame, *back, lossy);
  }
}

TEST_P(RoundTrip, HonoursTheStride) {
  const auto& [format, pixels] = GetParam();
  const Frame whole = noise_picture(pixels, 48, 20);
  const ImageView part = cropped(test::view_of(whole), {16, 4, 17, 9});
  const auto is = format->decode(encoded(*format, part), {.geometry = part.info});
  ASSERT_TRUE(is) << is.error().message;
  EXPECT_EQ(is->info.width, 17U);
  if (format->coded == PixelFormat::jpeg || is_bayer(pixels)) return;
  EXPECT_EQ(colours_of(*is), colours_of(part));
}

TEST_P(RoundTrip, NeverGivesHalfAPicture) {
  const auto& [format, pixels] = GetParam();
  const Frame frame = noise_picture(pixels, 9, 5);
  const Bytes file = encoded(*format, frame);
  const auto whole = format->decode(file, {.geometry = frame.info});
  ASSERT_TRUE(whole);
  for (std::size_t length = 0; length < file.size(); ++length) {
    const auto part = format->decode(ConstByteSpan(file).first(length), {.geometry = frame.info});
    if (!part) {
      EXPECT_EQ(part.error().code, Errc::truncated) << length << ": " << part.error().message;
      continue;
    }
    EXPECT_GT(length, file.size() - 16);  // what is behind the pixels may be missing
    EXPECT_EQ(part->data, whole->data) << length;
  }
}

TEST_P(RoundTrip, RefusesSizesOutsideTheLimits) {
  const auto& [format, pixels] = GetParam();
  const Frame frame = noise_picture(pixels, 9, 5);
  const Bytes file = encoded(*format, frame);
  EXPECT_EQ(decode_error(*format, file, {.max_pixels = 44, .geometry = frame.info}), Errc::limit);
  EXPECT_EQ(decode_error(*format, file, {.max_pixels = 45, .geometry = frame.info}), Errc::end);
  for (const auto& [width, height] : {std::pair{0U, 5U}, {9U, 0U}, {kMaxDimension + 1, 5U}, {9U, kMaxDimension + 1}}) {
    ImageView wrong = test::view_of(frame);
    wrong.info.width = width;
    wrong.info.height = height;
    Bytes into = {1};
    const auto done = format->encode(wrong, {}, into);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::invalid) << done.error().message;
    EXPECT_TRUE(into.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(All, RoundTrip, testing::ValuesIn(cases(true)), name_of);

bool held_by_any(PixelFormat pixels) {
  const auto all = formats();
  return std::any_of(all.begin(), all.end(), [pixels](const Format* format) { return format->holds(pixels); });
}

class Refusal : public testing::TestWithParam<Case> {};

TEST_P(Refusal, SaysWhatToDo) {
  const auto& [format, pixels] = GetParam();
  Bytes into = {1};
  const auto done = format->encode(test::view_of(noise_picture(pixels, 4, 4)), {}, into);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::unsupported);
  EXPECT_THAT(done.error().message, HasSubstr(std::string(format->name)));
  EXPECT_THAT(done.error().message, HasSubstr(std::string(to_string(pixels))));
  EXPECT_EQ(done.error().message.find("save them as .") != std::string::npos, held_by_any(pixels));
  EXPECT_TRUE(into.empty());
}

INSTANTIATE_TEST_SUITE_P(All, Refusal, testing::ValuesIn(cases(false)), name_of);

TEST(Refusals, NameTheConversionThatLosesLeast) {
  const auto message = [](const char* extension, PixelFormat pixels) {
    Bytes into;
    return format_by_extension(extension)->encode(test::view_of(noise_picture(pixels, 4, 4)), {}, into).error().message;
  };
  EXPECT_THAT(message("pgm", PixelFormat::rgb565), HasSubstr("convert them to grayscale"));
  EXPECT_THAT(message("pgm", PixelFormat::rgb565), HasSubstr(".ppm"));
  EXPECT_THAT(message("jpg", PixelFormat::rgba8888), HasSubstr("convert them to rgb888"));
  EXPECT_THAT(message("bmp", PixelFormat::gray16), HasSubstr("convert them to grayscale"));
  EXPECT_THAT(message("bmp", PixelFormat::gray16), HasSubstr(".pgm"));
  EXPECT_THAT(message("yuv", PixelFormat::rgb888), HasSubstr("convert them to yuv420"));
  EXPECT_THAT(message("ppm", PixelFormat::grayscale), HasSubstr("convert them to rgb888"));
}

TEST(Refusals, CodedPicturesHaveToBeDecoded) {
  for (const Format* format : formats()) {
    Bytes into;
    const auto done = format->encode({{PixelFormat::jpeg, 4, 4}, nullptr, 0}, {}, into);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::unsupported);
    EXPECT_THAT(done.error().message, HasSubstr("decode them"));
  }
}

TEST(Headerless, NeedsItsGeometry) {
  for (const Format* format : formats()) {
    if (format->sniff != nullptr) continue;
    const auto frame = format->decode(Bytes(768), {});
    ASSERT_FALSE(frame);
    EXPECT_EQ(frame.error().code, Errc::invalid);
    EXPECT_THAT(frame.error().message, HasSubstr("width and height must be given"));
  }
}

}  // namespace
}  // namespace omv::formats
