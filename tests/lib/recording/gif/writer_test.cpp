// SPDX-License-Identifier: LGPL-2.1-or-later
// GIFs as viewers show them: pixels, times, ends.
#include "omv/recording/gif/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "gif_pictures.h"

namespace omv::gif {
namespace {

using test::delays_of;
using test::GifFile;
using test::screen_of;
using test::show;
using test::ShownGif;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr FrameInfo kColor = {PixelFormat::rgb888, 8, 6};

Bytes flat(std::uint8_t r, std::uint8_t g, std::uint8_t b) {
  Bytes pixels;
  for (std::uint32_t i = 0; i < kColor.width * kColor.height; ++i) pixels.insert(pixels.end(), {r, g, b});
  return pixels;
}

const Bytes kRed = flat(255, 0, 0);
const Bytes kGreen = flat(0, 255, 0);
const Bytes kBlue = flat(0, 0, 255);

// Smooth, moving, noisy: the worst that a camera gives. `n` is the number of the picture.
Bytes busy_picture(const FrameInfo& info, unsigned n) {
  Bytes pixels(payload_bytes(info));
  std::uint32_t state = n + 1;
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    state = state * 1664525 + 1013904223;
    pixels[i] = static_cast<std::uint8_t>((i * 3 + n * 40) % 256 / 2 + (state >> 28));
  }
  return pixels;
}

double mean_square(const Bytes& a, const Bytes& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum / static_cast<double>(a.size());
}

TEST(GifWriter, FewColoursComeBackExactly) {
  GifFile file(kColor);
  Bytes mixed = kRed;
  mixed[3] = 12;
  ASSERT_TRUE(file.add(mixed, 0));
  ASSERT_TRUE(file.add(kRed, 100));
  const ShownGif gif = show(file.finish());
  ASSERT_EQ(gif.frames.size(), 2u);
  EXPECT_EQ(gif.end, Errc::end);
  EXPECT_EQ(gif.frames[0].screen, screen_of(kColor, mixed));
  EXPECT_EQ(gif.frames[1].screen, screen_of(kColor, kRed));
}

TEST(GifWriter, NoColourOfTheTableIsTradedForAShorterFile) {
  const FrameInfo info = {PixelFormat::grayscale, 64, 48};
  Bytes pixels(payload_bytes(info));
  std::uint32_t state = 1;
  for (std::uint8_t& pixel : pixels) {
    state = state * 1664525 + 1013904223;
    pixel = static_cast<std::uint8_t>((state >> 28) * 8);
  }
  GifFile file(info);
  ASSERT_TRUE(file.add(pixels, 0));
  const ShownGif gif = show(file.finish());
  ASSERT_EQ(gif.frames.size(), 1u);
  EXPECT_EQ(gif.frames[0].screen, screen_of(info, pixels));
}

TEST(GifWriter, ADelayBelongsToItsOwnFrame) {
  GifFile file(kColor);
  ASSERT_TRUE(file.add(kRed, 0));
  ASSERT_TRUE(file.add(kGreen, 100));
  ASSERT_TRUE(file.add(kBlue, 1100));
  EXPECT_THAT(delays_of(show(file.finish(70))), ElementsAre(10, 100, 7));
}

TEST(GifWriter, RoundingDoesNotAddUp) {
  GifFile file(kColor);
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(file.add(i % 2 == 0 ? kRed : kGreen, i * 1000 / 30));
  const std::vector<int> delays = delays_of(show(file.finish(33)));
  ASSERT_EQ(delays.size(), 300u);
  int sum = 0;
  for (std::size_t i = 0; i < delays.size(); ++i) {
    EXPECT_NEAR(sum, static_cast<double>(i) * 100 / 30, 0.61);
    sum += delays[i];
  }
  EXPECT_EQ(sum, 1000);
}

TEST(GifWriter, TheLastFrameWithoutDurationStaysAsLongAsTheOneBefore) {
  GifFile file(kColor);
  ASSERT_TRUE(file.add(kRed, 0));
  ASSERT_TRUE(file.add(kGreen, 250));
  EXPECT_THAT(delays_of(show(file.finish())), ElementsAre(25, 25));
}

TEST(GifWriter, ASinglePictureIsShownForATenthOfASecond) {
  GifFile file(kColor);
  ASSERT_TRUE(file.add(kRed, 12345));
  EXPECT_THAT(delays_of(show(file.finish())), ElementsAre(10));
}

TEST(GifWriter, WithoutAPictureThereIsNoFile) {
  GifFile file(kColor);
  EXPECT_TRUE(file.finish().empty());
}

TEST(GifWriter, NoDelayIsShorterThanTwoHundredths) {
  GifFile file(kColor);
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(file.add(i % 3 == 0 ? kRed : i % 3 == 1 ? kGreen : kBlue, i * 5));
  const std::vector<int> delays = delays_of(show(file.finish(5)));
  EXPECT_THAT(delays, testing::Each(testing::Ge(2)));
  EXPECT_EQ(file.counts().skipped + file.counts().written + file.counts().unchanged, 200u);
  EXPECT_GT(file.counts().skipped, 50u);
}

TEST(GifWriter, WhatDoesNotChangeIsShownLonger) {
  GifFile file(kColor);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(file.add(kRed, i * 100));
  ASSERT_TRUE(file.add(kGreen, 1000));
  EXPECT_THAT(delays_of(show(file.finish(100))), ElementsAre(100, 10));
  EXPECT_EQ(file.counts().unchanged, 9u);
}

TEST(GifWriter, APauseOfTwentyMinutesIsKept) {
  GifFile file(kColor);
  ASSERT_TRUE(file.add(kRed, 0));
  ASSERT_TRUE(file.add(kGreen, 1'200'000));
  const ShownGif gif = show(file.finish(100));
  EXPECT_THAT(delays_of(gif), ElementsAre(65535, 120000 - 65535, 10));
  EXPECT_EQ(gif.frames[1].screen, screen_of(kColor, kRed));
}

// The palette of a later picture has more bits than the file's own.
TEST(GifWriter, APauseBehindANewPaletteShowsNothingElse) {
  GifFile file(kColor);
  ASSERT_TRUE(file.add(kRed, 0));
  Bytes many(payload_bytes(kColor));
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<std::uint8_t>(i * 5);
  ASSERT_TRUE(file.add(many, 100));
  const ShownGif gif = show(file.finish(1'000'000));
  EXPECT_THAT(delays_of(gif), ElementsAre(10, 65535, 100'000 - 65535));
  EXPECT_EQ(gif.frames[2].screen, gif.frames[1].screen);
}

TEST(GifWriter, APauseOfPicturesWithHolesIsKept) {
  const FrameInfo info = {PixelFormat::rgba8888, 2, 1};
  GifFile file(info);
  ASSERT_TRUE(file.add({255, 0, 0, 0, 0, 255, 0, 255}, 0));
  const ShownGif gif = show(file.finish(1'500'000));
  EXPECT_THAT(delays_of(gif), ElementsAre(65535, 65535, 150'000 - 2 * 65535));
  EXPECT_EQ(gif.frames[2].screen, gif.frames[0].screen);
}

TEST(GifWriter, TimesThatJumpByMoreThanADayGoOn) {
  GifFile file(kColor);
  ASSERT_TRUE(file.add(kRed, 0));
  ASSERT_TRUE(file.add(kGreen, 1'795'253'400'000));
  ASSERT_TRUE(file.add(kBlue, 1'795'253'400'300));
  EXPECT_THAT(delays_of(show(file.finish(100))), ElementsAre(10, 30, 10));
}

TEST(GifWriter, TimesThatJumpBackGoOn) {
  GifFile file(kColor);
  ASSERT_TRUE(file.add(kRed, 5000));
  ASSERT_TRUE(file.add(kGreen, 5100));
  ASSERT_TRUE(file.add(kBlue, 0));
  ASSERT_TRUE(file.add(kRed, 100));
  EXPECT_THAT(delays_of(show(file.finish(100))), ElementsAre(10, 10, 10, 10));
}

TEST(GifWriter, AFixedDelayKnowsNoTimestamps) {
  Settings settings;
  settings.fixed_delay = 7;
  GifFile file(kColor, settings);
  for (const Bytes& picture : {kRed, kGreen, kGreen, kBlue}) ASSERT_TRUE(file.add(picture, 0));
  EXPECT_THAT(delays_of(show(file.finish())), ElementsAre(7, 14, 7));
}

TEST(GifWriter, PlaysAsOftenAsAsked) {
  for (const unsigned plays : {0U, 1U, 2U, 65536U}) {
    Settings settings;
    settings.plays = plays;
    GifFile file(kColor, settings);
    ASSERT_TRUE(file.add(kRed, 0));
    EXPECT_EQ(show(file.finish()).plays, plays);
  }
}

TEST(GifWriter, IsAFileAtEveryMoment) {
  const FrameInfo info = {PixelFormat::rgb888, 40, 30};
  GifFile file(info);
  for (unsigned n = 0; n < 20; ++n) {
    ASSERT_TRUE(file.add(busy_picture(info, n), n * 50));
    Bytes so_far = file.bytes();
    so_far.push_back(0x3B);
    const ShownGif gif = show(so_far);
    EXPECT_EQ(gif.end, Errc::end);
    EXPECT_EQ(gif.frames.size(), n);
  }
}

TEST(GifWriter, StoresOnlyWhatChanged) {
  const FrameInfo info = {PixelFormat::grayscale, 64, 64};
  GifFile file(info);
  Bytes pixels(64 * 64, 100);
  ASSERT_TRUE(file.add(pixels, 0));
  for (std::size_t y = 20; y < 23; ++y)
    for (std::size_t x = 30; x < 35; ++x) pixels[y * 64 + x] = 200;
  ASSERT_TRUE(file.add(pixels, 100));
  const ShownGif gif = show(file.finish());
  ASSERT_EQ(gif.frames.size(), 2u);
  EXPECT_EQ(gif.frames[1].facts.area, (Roi{30, 20, 5, 3}));
  EXPECT_TRUE(gif.frames[1].facts.has_own_table) << "200 was not in the first picture";
}

TEST(GifWriter, NoiseCostsAlmostNothing) {
  const FrameInfo info = {PixelFormat::grayscale, 160, 120};
  GifFile file(info);
  GifFile single(info);
  std::uint32_t state = 1;
  for (int n = 0; n < 20; ++n) {
    Bytes pixels(payload_bytes(info));
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      state = state * 1664525 + 1013904223;
      pixels[i] = static_cast<std::uint8_t>(i % 160 + (state >> 30));  // a ramp, trembling by 0 to 3
    }
    ASSERT_TRUE(file.add(pixels, n * 100));
    if (n == 0) {
      ASSERT_TRUE(single.add(pixels, 0));
    }
  }
  EXPECT_LT(file.finish().size(), single.finish().size() * 5 / 4);
}

TEST(GifWriter, ToleranceZeroKeepsEveryPixelOfFewColours) {
  Settings settings;
  settings.tolerance = 0;
  const FrameInfo info = {PixelFormat::grayscale, 31, 17};
  GifFile file(info, settings);
  std::vector<Bytes> pictures;
  for (unsigned n = 0; n < 10; ++n) {
    Bytes pixels(payload_bytes(info));
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>((i + n * (i % 3)) % 20 * 8);
    pictures.push_back(pixels);
    ASSERT_TRUE(file.add(pixels, n * 100));
  }
  const ShownGif gif = show(file.finish());
  ASSERT_EQ(gif.frames.size(), pictures.size());
  for (std::size_t n = 0; n < pictures.size(); ++n) EXPECT_EQ(gif.frames[n].screen, screen_of(info, pictures[n])) << n;
}

TEST(GifWriter, APaletteThatNoLongerServesIsReplaced) {
  const FrameInfo info = {PixelFormat::rgb888, 32, 32};
  GifFile file(info);
  const auto tinted = [&info](unsigned channel) {
    Bytes pixels(payload_bytes(info));
    for (std::size_t i = 0; i < pixels.size(); ++i)
      pixels[i] = i % 3 == channel ? static_cast<std::uint8_t>(i / 12) : 0;
    return pixels;
  };
  for (unsigned channel = 0; channel < 3; ++channel) ASSERT_TRUE(file.add(tinted(channel), channel * 100));
  const ShownGif gif = show(file.finish());
  ASSERT_EQ(gif.frames.size(), 3u);
  EXPECT_EQ(file.counts().palettes, 3u);
  for (unsigned channel = 0; channel < 3; ++channel)
    EXPECT_LT(mean_square(gif.frames[channel].screen, screen_of(info, tinted(channel))), 8);
}

TEST(GifWriter, AGlobalPaletteIsMadeOfTheFirstSecond) {
  Settings settings;
  settings.palette = PaletteMode::global;
  GifFile file(kColor, settings);
  ASSERT_TRUE(file.add(kRed, 0));
  ASSERT_TRUE(file.add(kGreen, 500));
  EXPECT_TRUE(file.bytes().empty()) << "the palette is not known yet";
  ASSERT_TRUE(file.add(kBlue, 1000));
  ASSERT_TRUE(file.add(flat(250, 5, 5), 2000));
  const ShownGif gif = show(file.finish());
  ASSERT_GE(gif.frames.size(), 3u);
  EXPECT_EQ(gif.frames[2].screen, screen_of(kColor, kBlue));
  for (const auto& frame : gif.frames) EXPECT_FALSE(frame.facts.has_own_table);
  EXPECT_EQ(file.counts().palettes, 1u);
}

TEST(GifWriter, HolesShowNothing) {
  const FrameInfo info = {PixelFormat::rgba8888, 2, 1};
  GifFile file(info);
  ASSERT_TRUE(file.add({255, 0, 0, 255, 0, 255, 0, 255}, 0));
  ASSERT_TRUE(file.add({255, 0, 0, 0, 0, 255, 0, 255}, 100));
  const ShownGif gif = show(file.finish());
  ASSERT_EQ(gif.frames.size(), 2u);
  EXPECT_THAT(gif.frames[0].screen, ElementsAre(255, 0, 0, 255, 0, 255, 0, 255));
  EXPECT_THAT(gif.frames[1].screen, ElementsAre(0, 0, 0, 0, 0, 255, 0, 255));
}

TEST(GifWriter, EveryDitherStaysNearThePicture) {
  const FrameInfo info = {PixelFormat::rgb888, 48, 32};
  Bytes ramp(payload_bytes(info));
  for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<std::uint8_t>(i / 18 + i % 3 * 40);
  for (const Dither dither : {Dither::none, Dither::ordered, Dither::diffusion}) {
    Settings settings;
    settings.dither = dither;
    settings.colors = 16;
    GifFile file(info, settings);
    ASSERT_TRUE(file.add(ramp, 0));
    ASSERT_TRUE(file.add(ramp, 100));
    const ShownGif gif = show(file.finish());
    ASSERT_EQ(gif.frames.size(), 1u) << "a picture that is still does not flicker";
    EXPECT_LT(mean_square(gif.frames[0].screen, screen_of(info, ramp)), 300);
  }
}

TEST(GifWriter, EndsBeforeItGrowsBeyondItsLimit) {
  const FrameInfo info = {PixelFormat::rgb888, 40, 30};
  Settings settings;
  settings.max_bytes = 6000;
  GifFile file(info, settings);
  Result<void> added;
  unsigned n = 0;
  for (; added && n < 100; ++n) added = file.add(busy_picture(info, n), n * 100);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Errc::end);
  EXPECT_THAT(added.error().message, HasSubstr("6000"));
  const Bytes& bytes = file.finish();
  EXPECT_LE(bytes.size(), 6000u);
  const ShownGif gif = show(bytes);
  EXPECT_EQ(gif.end, Errc::end);
  EXPECT_GE(gif.frames.size(), 2u);
}

TEST(GifWriter, ALimitWithoutRoomForTheFirstPictureIsAnError) {
  Settings settings;
  settings.max_bytes = 50;
  for (const unsigned pictures : {1U, 2U}) {
    auto writer = Writer::create(kColor, settings);
    Bytes bytes;
    Result<void> done = writer->add(packed_view(kColor, ConstByteSpan(kRed)), 0, bytes);
    if (pictures == 2) done = writer->add(packed_view(kColor, ConstByteSpan(kGreen)), test::kMillisecond * 100, bytes);
    if (pictures == 1) done = writer->finish(0, bytes);
    ASSERT_FALSE(done) << pictures;
    EXPECT_EQ(done.error().code, Errc::limit);
    EXPECT_THAT(done.error().message, HasSubstr("50"));
  }
}

Settings global_of_bytes(std::uint64_t max_bytes) {
  Settings settings;
  settings.palette = PaletteMode::global;
  settings.max_bytes = max_bytes;
  return settings;
}

TEST(GifWriter, AFileWhosePaletteIsLearnedAtItsEndEndsAtItsLimit) {
  const FrameInfo info = {PixelFormat::rgb888, 40, 30};
  GifFile file(info, global_of_bytes(3000));
  for (unsigned n = 0; n < 7; ++n) ASSERT_TRUE(file.add(busy_picture(info, n), n * 100));
  const Bytes& bytes = file.finish();
  EXPECT_LE(bytes.size(), 3000u);
  const ShownGif gif = show(bytes);
  EXPECT_EQ(gif.end, Errc::end);
  EXPECT_GE(gif.frames.size(), 1u);
  EXPECT_LT(gif.frames.size(), 6u);
}

// A large picture that does not fit is followed by small changes, which would.
TEST(GifWriter, NothingIsAddedBehindAPictureThatIsLeftOut) {
  const FrameInfo info = {PixelFormat::rgb888, 40, 30};
  GifFile file(info, global_of_bytes(1500));
  Bytes pixels(payload_bytes(info), 90);
  Result<void> added = file.add(pixels, 0);
  pixels = busy_picture(info, 1);
  for (unsigned n = 1; added && n < 8; ++n) {
    added = file.add(pixels, n * 100);
    std::fill_n(pixels.begin() + n * 12, 12, 255);
  }
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Errc::end);
  const ShownGif gif = show(file.finish());
  EXPECT_EQ(gif.end, Errc::end);
  EXPECT_EQ(gif.frames.size(), 1u);
}

TEST(GifWriter, ExtremeSizesWork) {
  for (const auto& [width, height] : {std::pair{1U, 1U}, {65535U, 1U}, {1U, 65535U}, {7U, 3U}}) {
    const FrameInfo info = {PixelFormat::grayscale, width, height};
    GifFile file(info);
    ASSERT_TRUE(file.add(Bytes(payload_bytes(info), 10), 0));
    ASSERT_TRUE(file.add(Bytes(payload_bytes(info), 200), 100));
    const ShownGif gif = show(file.finish());
    ASSERT_EQ(gif.frames.size(), 2u);
    EXPECT_EQ(gif.frames[1].screen, screen_of(info, Bytes(payload_bytes(info), 200)));
  }
}

TEST(GifWriter, RefusesWhatCantBe) {
  const auto message = [](const FrameInfo& info, const Settings& settings) {
    const auto writer = Writer::create(info, settings);
    return writer ? std::string() : writer.error().message;
  };
  EXPECT_THAT(message({PixelFormat::rgb888, 65536, 1}, {}), HasSubstr("65536x1"));
  EXPECT_THAT(message({PixelFormat::rgb888, 0, 1}, {}), HasSubstr("0x1"));
  EXPECT_THAT(message({PixelFormat::jpeg, 8, 8}, {}), HasSubstr("jpeg"));
  Settings one_color;
  one_color.colors = 1;
  EXPECT_THAT(message(kColor, one_color), HasSubstr("1 colours"));
}

}  // namespace
}  // namespace omv::gif
