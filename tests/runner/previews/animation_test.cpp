// SPDX-License-Identifier: LGPL-2.1-or-later
// Small animations of recordings.
#include "runner/previews/animation.h"

#include <gtest/gtest.h>

#include "omv/convert/kind.h"
#include "omv/emulator/scene.h"
#include "omv/formats/jpeg.h"
#include "runner/previews/clip_animator.h"
#include "temp_dir.h"

namespace omv::runner {
namespace {

using namespace std::chrono_literals;
using convert::Nanoseconds;

// Frames of the synthetic scene, one every `interval`.
void record(const std::string& path, PixelFormat format, std::uint32_t frames, Nanoseconds interval) {
  const FrameInfo info = {format, 96, 64};
  auto scene = emulator::Scene::create(info, 5).value();
  const auto writer = convert::create_recording(path, {}).value();
  for (std::uint32_t i = 0; i < frames; ++i) {
    const auto bytes = scene.render({i, i * 100});
    convert::TimedFrame frame{{info, Bytes(bytes.begin(), bytes.end())}, i, i * interval, interval, interval};
    ASSERT_TRUE(writer->add(frame));
  }
  ASSERT_TRUE(writer->finish());
}

struct Shown {
  std::size_t frames = 0;
  Nanoseconds length{0};
  FrameInfo info;
};

Shown shown_in(const std::string& path) {
  const auto reader = convert::open_recording(path, convert::kind_of_file(path).value(), {}).value();
  Shown shown;
  convert::TimedFrame frame;
  while (reader->next(frame).value()) {
    ++shown.frames;
    shown.length = frame.time + frame.duration;
    shown.info = frame.frame.info;
  }
  return shown;
}

bool yes() { return true; }

class Animation : public testing::Test {
 protected:
  test::TempDir directory_;
  const std::string clip_ = directory_ / "clip.bin";
  const std::string gif_ = directory_ / "clip.bin.gif";
};

TEST_F(Animation, KeepsRateWidthAndAspect) {
  record(clip_, PixelFormat::rgb565, 60, 33ms);
  AnimationOptions options;
  options.width = 48;
  options.rate = 10;
  ASSERT_TRUE(write_animation({clip_}, gif_, options, yes));
  const Shown shown = shown_in(gif_);
  EXPECT_EQ(shown.frames, 20U);
  EXPECT_EQ(shown.info.width, 48U);
  EXPECT_EQ(shown.info.height, 32U);
  EXPECT_NEAR(std::chrono::duration<double>(shown.length).count(), 1.98, 0.03);
}

TEST_F(Animation, LeavesSmallPicturesAndSlowRatesAlone) {
  record(clip_, PixelFormat::grayscale, 4, 500ms);
  ASSERT_TRUE(write_animation({clip_}, gif_, {}, yes));
  const Shown shown = shown_in(gif_);
  EXPECT_EQ(shown.frames, 4U);
  EXPECT_EQ(shown.info.width, 96U);
}

TEST_F(Animation, IsATimeLapseOfALongRecording) {
  record(clip_, PixelFormat::grayscale, 60, 1min);
  AnimationOptions options;
  options.rate = 2;
  ASSERT_TRUE(write_animation({clip_}, gif_, options, yes));
  const Shown shown = shown_in(gif_);
  EXPECT_LE(shown.frames, 31U);
  EXPECT_GE(shown.frames, 25U);
  EXPECT_NEAR(std::chrono::duration<double>(shown.length).count(), 15, 0.6);
}

TEST_F(Animation, ShowsDirectoriesOfStills) {
  const std::string stills = directory_ / "clip";
  std::filesystem::create_directory(stills);
  record(stills + "/%{index:03d}.jpg", PixelFormat::rgb565, 5, 200ms);
  ASSERT_TRUE(write_animation({stills, 5, 1s}, gif_, {}, yes));
  EXPECT_EQ(shown_in(gif_).frames, 5U);
}

TEST_F(Animation, LeavesNothingHalf) {
  record(clip_, PixelFormat::grayscale, 10, 100ms);
  const auto ended = write_animation({clip_}, gif_, {}, [] { return false; });
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, Errc::cancelled);
  EXPECT_FALSE(write_animation({directory_ / "none.bin"}, gif_, {}, yes));
  EXPECT_FALSE(std::filesystem::exists(gif_));
}

TEST_F(Animation, OfWhatTheFileSystemRefusesIsAnError) {
  EXPECT_FALSE(write_animation({directory_ / std::string(5000, 'x')}, gif_, {}, yes)) << "and no exception";
}

TEST_F(Animation, OfADeletedClipIsDeleted) {
  record(clip_, PixelFormat::grayscale, 2, 100ms);
  rig::Record wants;
  wants.preview = rig::Preview::gif;
  wants.gif_framerate = 10;
  wants.gif_colors = 16;
  const std::string other = directory_ / "other.bin";
  std::filesystem::copy(clip_, other);
  test::write_file(directory_ / "gone.bin.gif", {});
  Log log;
  ClipAnimator animator(log);
  animator.add(wants, {directory_ / "gone.bin"});
  animator.add(wants, {clip_});
  wants.preview = rig::Preview::none;
  animator.add(wants, {other});
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (animator.made() < 1 && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(5ms);
  EXPECT_TRUE(std::filesystem::exists(preview_path_of(clip_)));
  EXPECT_FALSE(std::filesystem::exists(directory_ / "gone.bin.gif"));
  EXPECT_FALSE(std::filesystem::exists(preview_path_of(other)));
}

}  // namespace
}  // namespace omv::runner
