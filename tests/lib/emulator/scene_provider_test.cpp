// SPDX-License-Identifier: LGPL-2.1-or-later
// The scene as a sensor: numbers and times of its frames, skipped ones, what scripts wish and print.
#include "omv/emulator/scene_provider.h"

#include <gtest/gtest.h>

#include "omv/formats/jpeg.h"

namespace omv::emulator {
namespace {

using namespace std::chrono_literals;

constexpr camera::StreamRequest kRaw = {true, 4096, 4096};
constexpr Time kStart = 1000s;

SceneProvider make(const SceneOptions& options = {}) {
  auto provider = SceneProvider::create(options);
  EXPECT_TRUE(provider) << provider.error().message;
  return *std::move(provider);
}

SceneOptions unlimited() {
  SceneOptions options;
  options.rate = FrameRate();
  return options;
}

SceneCode code_of(const Result<camera::CapturedFrame>& frame) {
  if (!frame) return {};
  if (frame->info.format != PixelFormat::jpeg)
    return read_code(packed_view(frame->info, frame->data)).value_or(SceneCode{});
  const auto picture = formats::decode_jpeg(frame->data, PixelFormat::grayscale);
  return picture ? read_code(packed_view(picture->info, ConstByteSpan(picture->data))).value_or(SceneCode{})
                 : SceneCode{};
}

TEST(SceneProvider, FramesAreDueAtTheirRate) {
  SceneProvider provider = make();
  provider.start(kStart, "");
  EXPECT_EQ(provider.due(kStart), kStart);
  for (std::uint32_t n = 0; n < 31; ++n) {
    const Time due = *provider.due(kStart);
    EXPECT_EQ(due, kStart + Time(1s) * n / 30);
    const auto frame = provider.capture(kRaw, due);
    EXPECT_EQ(code_of(frame), (SceneCode{n, n * 1000 / 30}));
    EXPECT_NEAR(frame->fps, n == 0 ? 0 : 30, 0.01);
  }
}

TEST(SceneProvider, SkippedFramesHaveANumberToo) {
  SceneProvider provider = make();
  provider.start(kStart, "");
  provider.skip(kStart);
  provider.skip(kStart);
  EXPECT_EQ(code_of(provider.capture(kRaw, kStart)), (SceneCode{2, 66}));
}

TEST(SceneProvider, UnlimitedFramesWaitForTheHost) {
  SceneProvider provider = make(unlimited());
  provider.start(kStart, "");
  for (std::uint32_t n = 0; n < 3; ++n) {
    const Time now = kStart + 1s * n;
    EXPECT_EQ(provider.due(now), now);
    provider.skip(now);
    EXPECT_EQ(code_of(provider.capture(kRaw, now)).sequence, n);
  }
}

TEST(SceneProvider, EndsAfterTheFramesItHas) {
  SceneOptions options = unlimited();
  options.frames = 2;
  SceneProvider provider = make(options);
  for (int run = 0; run < 2; ++run) {
    provider.start(kStart, "");
    for (int n = 0; n < 2; ++n) {
      EXPECT_TRUE(provider.due(kStart));
      ASSERT_TRUE(provider.capture(kRaw, kStart));
    }
    EXPECT_EQ(provider.due(kStart), std::nullopt);
  }
}

TEST(SceneProvider, TheSameNumberIsTheSamePicture) {
  SceneProvider first = make();
  SceneProvider second = make();
  first.start(0s, "");
  second.start(kStart, "");
  first.skip(0s);
  ASSERT_TRUE(second.capture(kRaw, kStart));
  const auto one = first.capture(kRaw, 0s);
  const auto other = second.capture(kRaw, kStart);
  ASSERT_TRUE(one && other);
  EXPECT_TRUE(std::equal(one->data.begin(), one->data.end(), other->data.begin(), other->data.end()));
}

TEST(SceneProvider, AJpegSensorSendsJpegEvenWhenAskedForRaw) {
  SceneOptions options;
  options.format = PixelFormat::jpeg;
  SceneProvider provider = make(options);
  provider.start(kStart, "");
  const auto frame = provider.capture(kRaw, kStart);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->info, (FrameInfo{PixelFormat::jpeg, 320, 240}));
  EXPECT_EQ(code_of(provider.capture(kRaw, kStart)).sequence, 1u);
}

TEST(SceneProvider, ScriptsChangeWhatIsCapturedForTheirTime) {
  SceneProvider provider = make();
  provider.start(kStart, "# omv-capture: pixformat=BINARY framesize=161x121 framerate=10\nimport csi\n");
  const auto wished = provider.capture(kRaw, kStart);
  ASSERT_TRUE(wished);
  EXPECT_EQ(wished->info, (FrameInfo{PixelFormat::binary, 161, 121}));
  EXPECT_EQ(provider.due(kStart), kStart + 100ms);
  EXPECT_EQ(code_of(provider.capture(kRaw, kStart)), (SceneCode{1, 100}));
  provider.start(kStart, "import csi\n");
  EXPECT_EQ(provider.capture(kRaw, kStart)->info, (FrameInfo{PixelFormat::rgb565, 320, 240}));
}

TEST(SceneProvider, ImpossibleWishesArePrinted) {
  SceneProvider provider = make();
  provider.start(kStart, "# omv-capture: framesize=QQVGA mode=fast\n");
  EXPECT_EQ(provider.take_output(), "omv-capture: 'mode=fast' is not understood\n");
  EXPECT_EQ(provider.capture(kRaw, kStart)->info.width, 160u);
  provider.start(kStart, "# omv-capture: framesize=10x10\n");
  EXPECT_NE(provider.take_output().find("10x10"), std::string_view::npos);
  EXPECT_EQ(provider.take_output(), "");
}

TEST(SceneProvider, PrintsALinePerSecond) {
  SceneProvider provider = make();
  provider.start(kStart, "");
  std::string text;
  for (int n = 0; n < 65; ++n) {
    ASSERT_TRUE(provider.capture(kRaw, *provider.due(kStart)));
    text += provider.take_output();
  }
  EXPECT_EQ(text, "fps: 30.0 frame: 30\nfps: 30.0 frame: 60\n");
}

TEST(SceneProvider, RefusesWhatTheSceneRefuses) {
  SceneOptions options;
  options.width = 3;
  EXPECT_EQ(SceneProvider::create(options).error().code, Errc::invalid);
}

}  // namespace
}  // namespace omv::emulator
