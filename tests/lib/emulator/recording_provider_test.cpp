// SPDX-License-Identifier: LGPL-2.1-or-later
// A recording as a sensor: payloads untouched, its own pace or another, rounds of a loop, odd recordings.
#include "omv/emulator/recording_provider.h"

#include <gtest/gtest.h>

#include "omv/image/coded_header.h"
#include "recording_bytes.h"
#include "temp_dir.h"

namespace omv::emulator {
namespace {

using namespace std::chrono_literals;
using test::counted_bytes;
using test::recording;
using test::v1_chunk;
using test::v2_chunk;

constexpr camera::StreamRequest kRaw = {true, 4096, 4096};
constexpr Time kStart = 1000s;

class RecordingProviderTest : public testing::Test {
 protected:
  Result<RecordingProvider> open(ConstByteSpan bytes, const RecordingOptions& options = {}) {
    test::write_file(dir_ / "a.bin", bytes);
    return RecordingProvider::open(dir_ / "a.bin", options);
  }

  RecordingProvider start(ConstByteSpan bytes, const RecordingOptions& options = {}, const char* script = "") {
    auto provider = open(bytes, options);
    EXPECT_TRUE(provider) << provider.error().message;
    provider->start(kStart, script);
    return *std::move(provider);
  }

  test::TempDir dir_;
};

Bytes three_grey_frames() {
  return recording("V2.0", {v2_chunk(20, 3, 2, PixelFormat::grayscale, counted_bytes(6, 1)),
                            v2_chunk(30, 3, 2, PixelFormat::grayscale, counted_bytes(6, 11)),
                            v2_chunk(50, 3, 2, PixelFormat::grayscale, counted_bytes(6, 21))});
}

void expect_frame(const Result<camera::CapturedFrame>& frame, const FrameInfo& info, const Bytes& payload) {
  ASSERT_TRUE(frame) << frame.error().message;
  EXPECT_EQ(frame->info, info);
  EXPECT_EQ(Bytes(frame->data.begin(), frame->data.end()), payload);
}

TEST_F(RecordingProviderTest, GoesAtItsRecordedPaceRoundByRound) {
  RecordingProvider provider = start(three_grey_frames());
  for (const Time round : {0ms, 100ms, 200ms})
    for (const Time time : {0ms, 30ms, 80ms}) {
      const Time due = *provider.due(kStart);
      EXPECT_EQ(due, kStart + round + time);
      ASSERT_TRUE(provider.capture(kRaw, due));
    }
}

TEST_F(RecordingProviderTest, GoesAtAGivenRate) {
  RecordingOptions options;
  options.rate = FrameRate::per_second(100);
  RecordingProvider provider = start(three_grey_frames(), options);
  for (int n = 0; n < 10; ++n) {
    EXPECT_EQ(provider.due(kStart), kStart + n * 10ms);
    provider.skip(kStart);
  }
}

TEST_F(RecordingProviderTest, WaitsForTheHostWhenUnlimited) {
  RecordingOptions options;
  options.rate = FrameRate();
  RecordingProvider provider = start(three_grey_frames(), options);
  for (std::uint8_t n = 0; n < 3; ++n) {
    EXPECT_EQ(provider.due(kStart + 5s), kStart + 5s);
    provider.skip(kStart);
    expect_frame(provider.capture(kRaw, kStart), {PixelFormat::grayscale, 3, 2},
                 counted_bytes(6, static_cast<std::uint8_t>(1 + 10 * n)));
  }
}

TEST_F(RecordingProviderTest, WithoutLoopTheScriptEnds) {
  RecordingOptions options;
  options.loop = false;
  RecordingProvider provider = start(three_grey_frames(), options);
  for (int n = 0; n < 3; ++n) ASSERT_TRUE(provider.capture(kRaw, *provider.due(kStart)));
  EXPECT_EQ(provider.due(kStart), std::nullopt);
  EXPECT_EQ(provider.capture(kRaw, kStart).error().code, Errc::end);
  provider.start(kStart, "");
  EXPECT_EQ(provider.due(kStart), kStart);
}

TEST_F(RecordingProviderTest, EndsAfterTheFramesAskedFor) {
  RecordingOptions options;
  options.frames = 4;
  RecordingProvider provider = start(three_grey_frames(), options);
  for (int n = 0; n < 4; ++n) ASSERT_TRUE(provider.capture(kRaw, *provider.due(kStart)));
  EXPECT_EQ(provider.due(kStart), std::nullopt);
}

TEST_F(RecordingProviderTest, MixedFramesKeepTheirFormatsOrBecomeJpeg) {
  RecordingProvider provider = start(test::mixed_recording("V2.0"));
  const PixelFormat expected[] = {PixelFormat::grayscale, PixelFormat::binary,    PixelFormat::rgb565,
                                  PixelFormat::jpeg,      PixelFormat::jpeg,      PixelFormat::jpeg,
                                  PixelFormat::png,       PixelFormat::grayscale, PixelFormat::grayscale};
  for (const PixelFormat format : expected) {
    const auto frame = provider.capture(kRaw, kStart);
    ASSERT_TRUE(frame) << frame.error().message;
    EXPECT_EQ(frame->info.format, format);
  }
}

TEST_F(RecordingProviderTest, PayloadsAreThoseOfTheFile) {
  RecordingProvider provider = start(recording("V2.0", {v2_chunk(20, 33, 2, PixelFormat::binary, counted_bytes(16)),
                                                        v2_chunk(20, 3, 1, PixelFormat::rgb565, counted_bytes(6)),
                                                        v2_chunk(20, 8, 8, PixelFormat::jpeg, test::jpeg_like(11))}));
  expect_frame(provider.capture(kRaw, kStart), {PixelFormat::binary, 33, 2}, counted_bytes(16));
  expect_frame(provider.capture(kRaw, kStart), {PixelFormat::rgb565, 3, 1}, counted_bytes(6));
  expect_frame(provider.capture({}, kStart), {PixelFormat::jpeg, 8, 8}, test::jpeg_like(11));
}

TEST_F(RecordingProviderTest, OldRgb565IsBroughtIntoByteOrder) {
  RecordingProvider provider = start(recording("V1.0", {v1_chunk(20, 2, 1, 2, Bytes{1, 2, 3, 4})}));
  expect_frame(provider.capture(kRaw, kStart), {PixelFormat::rgb565, 2, 1}, {2, 1, 4, 3});
}

TEST_F(RecordingProviderTest, ARecordingWithoutTimesWaitsForTheHost) {
  const Bytes frame = v2_chunk(0, 3, 2, PixelFormat::grayscale, counted_bytes(6));
  RecordingProvider provider = start(recording("V2.0", {frame, frame}));
  for (int n = 0; n < 5; ++n) {
    EXPECT_EQ(provider.due(kStart + n * 1s), kStart + n * 1s);
    ASSERT_TRUE(provider.capture(kRaw, kStart + n * 1s));
  }
}

TEST_F(RecordingProviderTest, FramesWithoutPixelsAreNoFrames) {
  const Bytes nothing = v2_chunk(5, 3, 2, PixelFormat::argb8, {});
  RecordingProvider provider = start(recording("V2.0", {nothing, nothing}));
  EXPECT_EQ(provider.due(kStart), std::nullopt);
}

TEST_F(RecordingProviderTest, ADamagedTailEndsTheRound) {
  Bytes bytes = three_grey_frames();
  bytes.resize(bytes.size() - 20);
  RecordingProvider provider = start(bytes);
  for (const std::uint8_t first : {1, 11, 1, 11})
    expect_frame(provider.capture(kRaw, kStart), {PixelFormat::grayscale, 3, 2}, counted_bytes(6, first));
}

TEST_F(RecordingProviderTest, ScriptsMaySetTheRate) {
  RecordingProvider provider = start(three_grey_frames(), {}, "# omv-capture: framerate=4 framesize=QVGA\n");
  provider.skip(kStart);
  EXPECT_EQ(provider.due(kStart), kStart + 250ms);
}

TEST_F(RecordingProviderTest, PrintsALinePerSecond) {
  RecordingOptions options;
  options.rate = FrameRate::per_second(10);
  RecordingProvider provider = start(three_grey_frames(), options);
  for (int n = 0; n < 15; ++n) ASSERT_TRUE(provider.capture(kRaw, *provider.due(kStart)));
  EXPECT_EQ(provider.take_output(), "fps: 10.0 frame: 10\n");
}

TEST_F(RecordingProviderTest, ErrorsNameThePath) {
  const auto expect_error = [](const Result<RecordingProvider>& provider, Errc code) {
    ASSERT_FALSE(provider);
    EXPECT_EQ(provider.error().code, code) << provider.error().message;
    EXPECT_NE(provider.error().message.find("a.bin"), std::string::npos) << provider.error().message;
  };
  expect_error(open(as_bytes("this is no recording at all")), Errc::invalid);
  expect_error(open(recording("V2.0", {})), Errc::invalid);
  expect_error(open(recording("V3.0", {})), Errc::unsupported);
  expect_error(RecordingProvider::open(dir_ / "missing/a.bin", {}), Errc::io);
}

}  // namespace
}  // namespace omv::emulator
