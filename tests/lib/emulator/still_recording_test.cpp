// SPDX-License-Identifier: LGPL-2.1-or-later
// Stills as what a camera sees.
#include "omv/emulator/still_recording.h"

#include <gtest/gtest.h>

#include "omv/emulator/recording_provider.h"
#include "omv/image/convert.h"
#include "still_pictures.h"
#include "temp_dir.h"

namespace omv::emulator {
namespace {

using namespace std::chrono_literals;
using test::encoded;
using test::noise_picture;

constexpr camera::StreamRequest kRaw = {true, 4096, 4096};
constexpr Time kStart = 1000s;

// What a host gets of a file, raw.
Frame captured(const Bytes& file) {
  const test::TempDir dir;
  test::write_file(dir / "still", file);
  auto provider = RecordingProvider::open(dir / "still", {});
  EXPECT_TRUE(provider) << provider.error().message;
  if (!provider) return {};
  provider->start(kStart, "");
  const auto frame = provider->capture(kRaw, kStart);
  EXPECT_TRUE(frame) << frame.error().message;
  return {frame->info, Bytes(frame->data.begin(), frame->data.end())};
}

TEST(StillRecording, PicturesOfACameraStayAsTheyAre) {
  for (const auto& [extension, pixels] : {std::pair{"bmp", PixelFormat::rgb565},
                                          {"pgm", PixelFormat::grayscale},
                                          {"png", PixelFormat::grayscale},
                                          {"png", PixelFormat::binary}}) {
    const Frame still = noise_picture(pixels, 33, 17);
    const Frame seen = captured(encoded(*formats::format_by_extension(extension), still));
    EXPECT_EQ(seen.info, still.info);
    EXPECT_EQ(seen.data, still.data);
  }
}

TEST(StillRecording, ColoursBecomeRgb565) {
  const Frame still = {{PixelFormat::rgba8888, 2, 1}, {255, 128, 7, 0, 8, 4, 255, 255}};
  const Frame seen = captured(encoded(*formats::format_by_extension("png"), still));
  ASSERT_EQ(seen.info, (FrameInfo{PixelFormat::rgb565, 2, 1}));
  EXPECT_EQ(load_le<std::uint16_t>(seen.data.data()), reduce_to_565({255, 128, 7}));
  EXPECT_EQ(load_le<std::uint16_t>(seen.data.data() + 2), reduce_to_565({8, 4, 255}));
}

TEST(StillRecording, DeepGreysBecomeGrayscale) {
  const Frame seen =
      captured(encoded(*formats::format_by_extension("pgm"), Frame{{PixelFormat::gray16, 1, 1}, {1, 200}}));
  EXPECT_EQ(seen.info.format, PixelFormat::grayscale);
  EXPECT_EQ(seen.data, Bytes{200});
}

TEST(StillRecording, IsSeenAgainAndAgain) {
  const test::TempDir dir;
  test::write_file(dir / "a",
                   encoded(*formats::format_by_extension("pgm"), noise_picture(PixelFormat::grayscale, 4, 4)));
  auto provider = RecordingProvider::open(dir / "a", {});
  ASSERT_TRUE(provider);
  provider->start(kStart, "");
  for (int n = 0; n < 5; ++n) {
    const Time due = *provider->due(kStart);
    EXPECT_EQ(due, kStart + n * 33ms);
    ASSERT_TRUE(provider->capture(kRaw, due));
  }
}

TEST(StillRecording, DamagedStillsAreRefusedByName) {
  const test::TempDir dir;
  Bytes file = encoded(*formats::format_by_extension("png"), noise_picture(PixelFormat::grayscale, 4, 4));
  file.pop_back();
  test::write_file(dir / "cut.png", file);
  const auto provider = RecordingProvider::open(dir / "cut.png", {});
  ASSERT_FALSE(provider);
  EXPECT_EQ(provider.error().code, Errc::truncated);
  EXPECT_NE(provider.error().message.find("cut.png"), std::string::npos);
}

}  // namespace
}  // namespace omv::emulator
