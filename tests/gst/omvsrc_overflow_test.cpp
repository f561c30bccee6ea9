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
  std::int64_t longest_gap = 0;  // that is marked
  for (std::size_t i = 1; i < frames.size(); ++i) {
    const std::int64_t step = sequence_of(frames[i]) - sequence_of(frames[i - 1]);
    EXPECT_GE(step, 1);
    if (frames[i].discont) longest_gap = std::max(longest_gap, step - 1);
    missing += step - 1;
  }
  EXPECT_GE(longest_gap, 10) << "the frames dropped until the first was pulled";
  EXPECT_GE(missing, 10);
  EXPECT_GE(dropped, 10u);
}

// Frames keep the time of their arrival, however long they wait.
TEST(OmvsrcOverflow, StampsDoNotSufferFromTheStandstill) {
  Pipeline pipeline(stopping(kCamera + "&frames=60", ""));
  pipeline.set_state(GST_STATE_PLAYING);
  std::string state = "running";
  while (state == "running") state = field(wait_for_structure(pipeline, "omv-script"), "state");
  ASSERT_EQ(state, "ended");
  const GstClockTime end = running_time(pipeline);
  const std::vector<Received> frames = pull(pipeline, SIZE_MAX);
  ASSERT_GT(frames.size(), 10u);
  for (std::size_t i = 1; i < frames.size(); ++i) EXPECT_GT(frames[i].pts, frames[i - 1].pts);
  EXPECT_LE(frames.back().pts, end) << "it had arrived when the script ended";
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
