// SPDX-License-Identifier: LGPL-2.1-or-later
// Downstream that stands still: what waits, what is dropped, what is counted, and when it was captured.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "camera_pipeline.h"

namespace omv::test {
namespace {

guint64 stat(GstElement* source, const char* name) {
  GstStructure* stats = nullptr;
  g_object_get(source, "stats", &stats, nullptr);
  guint64 value = 0;
  EXPECT_TRUE(gst_structure_get_uint64(stats, name, &value)) << name;
  gst_structure_free(stats);
  return value;
}

// An appsink that holds one buffer stops the streaming thread until somebody pulls.
std::string stopping(const std::string& device, const std::string& properties) {
  return "omvsrc name=src stream=raw device=\"" + device + "\" " + properties +
         " ! appsink name=out sync=false max-buffers=1";
}

const std::string kCamera = "emulator:?fps=200&lock-interval=0&size=64x48&format=grayscale";

TEST(OmvsrcOverflow, DropsTheOldestAndCounts) {
  Pipeline pipeline(stopping(kCamera, ""));
  pipeline.set_state(GST_STATE_PLAYING);
  while (stat(pipeline.child("src"), "dropped-busy") < 10) g_usleep(1000);
  std::vector<Received> frames = pull(pipeline, 40);
  ASSERT_EQ(frames.size(), 40u);
  const guint64 dropped = stat(pipeline.child("src"), "dropped-busy");
  std::int64_t missing = 0;
  for (std::size_t i = 1; i < frames.size(); ++i) {
    const std::int64_t step = sequence_of(frames[i]) - sequence_of(frames[i - 1]);
    EXPECT_GE(step, 1);
    if (step > 10) {
      EXPECT_TRUE(frames[i].discont) << i;
    }
    missing += step - 1;
  }
  EXPECT_GE(missing, 10);
  EXPECT_GE(dropped, 10u);
}

// Frames keep the time of their arrival, however long they wait.
TEST(OmvsrcOverflow, StampsDoNotSufferFromTheStandstill) {
  Pipeline pipeline(stopping(kCamera, ""));
  pipeline.set_state(GST_STATE_PLAYING);
  while (stat(pipeline.child("src"), "dropped-busy") < 20) g_usleep(1000);
  const std::vector<Received> frames = pull(pipeline, 15);
  ASSERT_EQ(frames.size(), 15u);
  for (std::size_t i = 4; i < frames.size(); ++i) {
    const auto time = static_cast<double>(frames[i].pts - frames[3].pts);
    const auto steps = static_cast<double>(sequence_of(frames[i]) - sequence_of(frames[3]));
    if (frames[i].discont) break;
    EXPECT_GT(time, (steps - 3) * 5e6) << "frames of 200 Hz that waited together must not come together";
  }
}

TEST(OmvsrcOverflow, BlockingLeavesFramesOnTheCamera) {
  Pipeline pipeline(stopping(kCamera + "&fps=0", "overflow=block"));
  pipeline.set_state(GST_STATE_PLAYING);
  g_usleep(50000);
  const auto frames = pull(pipeline, 60);
  ASSERT_EQ(frames.size(), 60u);
  for (std::size_t i = 0; i < frames.size(); ++i) EXPECT_EQ(sequence_of(frames[i]), static_cast<std::int64_t>(i));
  EXPECT_EQ(stat(pipeline.child("src"), "dropped-busy"), 0u);
}

TEST(OmvsrcOverflow, AnEmulatedCameraWithoutARateAlwaysWaits) {
  Pipeline pipeline(stopping(kCamera + "&fps=0", "overflow=drop"));
  pipeline.set_state(GST_STATE_PLAYING);
  g_usleep(50000);
  const auto frames = pull(pipeline, 40);
  ASSERT_EQ(frames.size(), 40u);
  EXPECT_EQ(sequence_of(frames.back()), 39);
}

TEST(OmvsrcOverflow, APauseIsNoStandstill) {
  Pipeline pipeline(stopping(kCamera, ""));
  pipeline.set_state(GST_STATE_PLAYING);
  ASSERT_EQ(pull(pipeline, 5).size(), 5u);
  pipeline.set_state(GST_STATE_PAUSED);
  const guint64 dropped = stat(pipeline.child("src"), "dropped-busy");
  g_usleep(200000);
  EXPECT_EQ(stat(pipeline.child("src"), "dropped-busy"), dropped);
  pipeline.set_state(GST_STATE_PLAYING);
  EXPECT_EQ(pull(pipeline, 20).size(), 20u);
}

}  // namespace
}  // namespace omv::test
