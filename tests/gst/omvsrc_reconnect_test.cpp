// SPDX-License-Identifier: LGPL-2.1-or-later
// Cameras that come back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "camera_pipeline.h"
#include "camera_wire.h"
#include "odd_cameras.h"
#include "replug_camera.h"

namespace omv::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kQuickly = " reconnect-delay=1 reconnect-delay-max=20 overflow=block stream=raw";

guint64 stat(Pipeline& pipeline, const char* name) {
  GstStructure* stats = nullptr;
  g_object_get(pipeline.child("src"), "stats", &stats, nullptr);
  guint64 value = 0;
  EXPECT_TRUE(gst_structure_get_uint64(stats, name, &value)) << name;
  gst_structure_free(stats);
  return value;
}

std::size_t entries(const char* folder) {
  const std::filesystem::directory_iterator all(folder);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

TEST(OmvsrcReconnect, GoesOnWhenTheCameraIsBack) {
  ReplugCamera camera(kFast + "&size=64x48&format=grayscale");
  Pipeline pipeline(capture(camera.address(), kQuickly));
  pipeline.set_state(GST_STATE_PLAYING);
  std::vector<Received> frames = pull(pipeline, 5);
  camera.unplug(2);
  // What had been captured before comes first.
  for (int after = 0; after < 5;) {
    const auto next = pull(pipeline, 1);
    ASSERT_EQ(next.size(), 1u);
    if (after > 0 || next[0].discont) ++after;
    frames.push_back(next[0]);
  }

  EXPECT_EQ(field(wait_for_structure(pipeline, "omv-camera"), "state"), "found");
  EXPECT_EQ(field(wait_for_structure(pipeline, "omv-camera"), "state"), "lost");
  EXPECT_EQ(field(wait_for_structure(pipeline, "omv-camera"), "state"), "found");
  EXPECT_EQ(stat(pipeline, "reconnects"), 1u);
  std::size_t disconts = 0;
  for (std::size_t i = 1; i < frames.size(); ++i) {
    EXPECT_GE(frames[i].pts, frames[i - 1].pts);
    EXPECT_EQ(frames[i].offset, i);
    EXPECT_GE(sequence_of(frames[i]), 0) << "every frame is whole";
    disconts += frames[i].discont ? 1 : 0;
  }
  EXPECT_EQ(disconts, 1u);
}

TEST(OmvsrcReconnect, LeavesNothingBehind) {
  ReplugCamera camera(kFast + "&size=64x48&format=grayscale");
  Pipeline pipeline(capture(camera.address(), kQuickly));
  pipeline.set_state(GST_STATE_PLAYING);
  ASSERT_EQ(pull(pipeline, 3).size(), 3u);
  const std::size_t descriptors = entries("/proc/self/fd");
  const std::size_t threads = entries("/proc/self/task");
  GstClockTime last = 0;
  for (guint64 round = 1; round <= 20; ++round) {
    camera.unplug();
    while (stat(pipeline, "reconnects") < round) {
      ASSERT_EQ(pull(pipeline, 1).size(), 1u) << round;
    }
    const auto frames = pull(pipeline, 2);
    ASSERT_EQ(frames.size(), 2u) << round;
    EXPECT_GE(frames[0].pts, last);
    last = frames[1].pts;
  }
  EXPECT_EQ(entries("/proc/self/task"), threads);
  EXPECT_LE(entries("/proc/self/fd"), descriptors);
}

TEST(OmvsrcReconnect, StopsAtOnceWhileLookingForTheCamera) {
  auto camera = std::make_unique<ReplugCamera>(kFast);
  Pipeline pipeline(capture(camera->address(), "reconnect-delay=60000 reconnect-delay-max=60000"));
  pipeline.set_state(GST_STATE_PLAYING);
  ASSERT_EQ(pull(pipeline, 1).size(), 1u);
  camera.reset();
  const MessagePtr found = wait_for_structure(pipeline, "omv-camera");
  EXPECT_EQ(field(wait_for_structure(pipeline, "omv-camera"), "state"), "lost");
  const gint64 before = g_get_monotonic_time();
  pipeline.set_state(GST_STATE_NULL);
  EXPECT_LT(g_get_monotonic_time() - before, 10 * G_USEC_PER_SEC);
}

TEST(OmvsrcReconnect, WarnsWithTheReason) {
  ReplugCamera camera(kFast);
  Pipeline pipeline(capture(camera.address(), kQuickly));
  pipeline.set_state(GST_STATE_PLAYING);
  ASSERT_EQ(pull(pipeline, 1).size(), 1u);
  camera.unplug();
  const MessagePtr warning(pipeline.wait_for(GST_MESSAGE_WARNING | GST_MESSAGE_ERROR));
  ASSERT_NE(warning, nullptr);
  Outcome outcome;
  take_message(warning.get(), outcome);
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr(camera.address())));
}

TEST(OmvsrcReconnect, TheBuiltInScriptIsRunAgainAfterASoftReboot) {
  camera::test::ListProvider provider;
  provider.frames = {camera::test::raw_frame(PixelFormat::grayscale, 32, 16)};
  provider.interval = Time(0);
  provider.count = 3;
  OddCamera camera(camera_showing(provider));
  Pipeline pipeline(capture(camera.address(), kQuickly));
  pipeline.set_state(GST_STATE_PLAYING);
  EXPECT_EQ(pull(pipeline, 9).size(), 9u);
  EXPECT_GE(stat(pipeline, "script-restarts"), 2u);
  EXPECT_EQ(stat(pipeline, "reconnects"), 0u);
}

TEST(OmvsrcReconnect, ABadPairOfDelaysIsRefused) {
  const Outcome outcome = run(emulated(kFast, "reconnect-delay=500 reconnect-delay-max=100"));
  EXPECT_THAT(outcome.error, HasSubstr("reconnect-delay-max=100"));
}

}  // namespace
}  // namespace omv::test
