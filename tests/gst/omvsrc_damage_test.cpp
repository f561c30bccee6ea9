// SPDX-License-Identifier: LGPL-2.1-or-later
// Links that damage, lose and repeat packets: whole frames only, and every loss is counted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "camera_pipeline.h"

namespace omv::test {
namespace {

guint64 stat(Pipeline& pipeline, const char* name) {
  GstStructure* stats = nullptr;
  g_object_get(pipeline.child("src"), "stats", &stats, nullptr);
  guint64 value = 0;
  EXPECT_TRUE(gst_structure_get_uint64(stats, name, &value)) << name;
  gst_structure_free(stats);
  return value;
}

class OmvsrcDamage : public ::testing::TestWithParam<const char*> {};

TEST_P(OmvsrcDamage, FramesAreWholeAndLossesCounted) {
  const auto server = serve_tcp(kFast + "&size=96x64&format=grayscale&max-payload=1024&" + GetParam());
  Pipeline pipeline(capture(server->address(), "stream=raw overflow=block protocol=v2"));
  pipeline.set_state(GST_STATE_PLAYING);
  const std::size_t wanted = 150;
  const std::vector<Received> frames = pull(pipeline, wanted);
  ASSERT_EQ(frames.size(), wanted);
  std::int64_t last = -1;
  for (const Received& frame : frames) {
    const std::int64_t sequence = sequence_of(frame);  // read from every part of the picture, or -1
    ASSERT_GT(sequence, last) << "a frame is damaged, or came twice";
    EXPECT_TRUE(frame.discont || sequence == last + 1) << sequence;
    last = sequence;
  }
  pipeline.set_state(GST_STATE_PAUSED);  // the camera has to wait
  // One frame may wait on the camera, and some have not been pulled yet.
  guint64 shown = 0, known = 1;
  for (int i = 0; i < 3000 && (known + 1 < shown || known > shown || shown == 0); ++i) {
    g_usleep(1000);
    shown = server->emulator().counters().frames;
    known = stat(pipeline, "received") + stat(pipeline, "dropped-corrupt") + stat(pipeline, "dropped-resync");
  }
  // An announcement that the link repeats right after an interruption looks like that of the next frame.
  const bool repeats = std::string(GetParam()).find("duplicate") != std::string::npos;
  EXPECT_LE(known, shown + (repeats ? stat(pipeline, "resyncs") : 0));
  EXPECT_GE(known + 1, shown) << "at most the one that waits on the camera is not known";
  EXPECT_EQ(stat(pipeline, "reconnects"), 0u);
}

INSTANTIATE_TEST_SUITE_P(Links, OmvsrcDamage,
                         ::testing::Values("seed=1", "corrupt=0.005&seed=2", "duplicate=0.02&seed=3",
                                           "bit-errors=0.000003&seed=4", "garbage=100:0.02&seed=5"));

}  // namespace
}  // namespace omv::test
