// SPDX-License-Identifier: LGPL-2.1-or-later
// Triggers that the camera's script raises, as events in front of frames and as messages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "camera_pipeline.h"
#include "camera_wire.h"
#include "odd_cameras.h"

namespace omv::test {
namespace {

using ::testing::HasSubstr;

// What passes the source pad, in order: "frame", or the source of a trigger.
class PadDiary {
 public:
  explicit PadDiary(Pipeline& pipeline) : pipeline_(pipeline) {
    GstPad* pad = gst_element_get_static_pad(pipeline.child("src"), "src");
    const auto mask = static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM);
    gst_pad_add_probe(pad, mask, take, this, nullptr);
    gst_object_unref(pad);
  }
  ~PadDiary() { pipeline_.set_state(GST_STATE_NULL); }  // nobody writes any more
  PadDiary(const PadDiary&) = delete;
  PadDiary& operator=(const PadDiary&) = delete;
  std::vector<std::string> entries() {
    const std::lock_guard lock(mutex_);
    return entries_;
  }
  std::vector<GstClockTime> trigger_times() {
    const std::lock_guard lock(mutex_);
    return trigger_times_;
  }

 private:
  static GstPadProbeReturn take(GstPad*, GstPadProbeInfo* info, gpointer data) {
    auto& self = *static_cast<PadDiary*>(data);
    const std::lock_guard lock(self.mutex_);
    if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0) {
      self.entries_.emplace_back("frame");
      return GST_PAD_PROBE_OK;
    }
    const GstStructure* structure = gst_event_get_structure(GST_PAD_PROBE_INFO_EVENT(info));
    if (structure == nullptr || !gst_structure_has_name(structure, "omv-trigger")) return GST_PAD_PROBE_OK;
    guint64 time = GST_CLOCK_TIME_NONE;
    gst_structure_get_uint64(structure, "running-time", &time);
    self.entries_.emplace_back(gst_structure_get_string(structure, "source"));
    self.trigger_times_.push_back(time);
    return GST_PAD_PROBE_OK;
  }

  Pipeline& pipeline_;
  std::mutex mutex_;
  std::vector<std::string> entries_;
  std::vector<GstClockTime> trigger_times_;
};

struct Talking {
  camera::test::ListProvider provider;
  OddCamera camera{camera_showing(provider)};

  explicit Talking(std::string text) {
    provider.frames = {camera::test::raw_frame(PixelFormat::grayscale, 32, 16)};
    provider.interval = std::chrono::milliseconds(10);
    provider.text_per_frame = std::move(text);
  }
};

TEST(OmvsrcTrigger, ComesInFrontOfAFrameAndAsAMessage) {
  Talking camera("\x1E{\"trigger\": \"blob\", \"x\": 7}\n");
  Pipeline pipeline(capture(camera.camera.address(), "stream=raw"));
  PadDiary diary(pipeline);
  pipeline.set_state(GST_STATE_PLAYING);
  const MessagePtr message = wait_for_structure(pipeline, "omv-trigger");
  EXPECT_EQ(field(message, "source"), "blob");
  ASSERT_EQ(pull(pipeline, 30).size(), 30u);
  const auto entries = diary.entries();
  EXPECT_GT(std::count(entries.begin(), entries.end(), "blob"), 10);
}

// The camera announces its text later than its frame, so the text of the last frame comes behind it.
TEST(OmvsrcTrigger, DoesNotWaitForAFrameThatNeverComes) {
  Pipeline pipeline(emulated("fps=0&frames=4&triggers=4&report=false", "reconnect=false"));
  PadDiary diary(pipeline);
  pipeline.set_state(GST_STATE_PLAYING);
  EXPECT_EQ(pull(pipeline, 4).size(), 4u);
  EXPECT_TRUE(ends(pipeline));
  const auto entries = diary.entries();
  EXPECT_EQ(std::count(entries.begin(), entries.end(), "frame"), 4);
  EXPECT_EQ(entries.size(), 5u);
}

TEST(OmvsrcTrigger, TheCamerasTicksBecomeRunningTime) {
  Talking camera("");
  // Each line says a time 500 ms before the last one's pace: the first sample fixes the clock.
  camera.provider.text_per_frame = "\x1E{\"ticks_ms\": 100000}\n\x1E{\"trigger\": \"past\", \"ticks_ms\": 99500}\n";
  camera.provider.interval = std::chrono::milliseconds(800);
  Pipeline pipeline(capture(camera.camera.address(), "stream=raw timeout=0"));
  PadDiary diary(pipeline);
  pipeline.set_state(GST_STATE_PLAYING);
  const MessagePtr message = wait_for_structure(pipeline, "omv-trigger");
  ASSERT_NE(message, nullptr);
  const auto frames = pull(pipeline, 2);
  ASSERT_EQ(frames.size(), 2u);
  guint64 time = 0;
  ASSERT_TRUE(gst_structure_get_uint64(gst_message_get_structure(message.get()), "running-time", &time));
  // The text came with or right after the first frame; the trigger is half a second older.
  EXPECT_LT(time, frames[0].pts - 300 * GST_MSECOND);
  EXPECT_GE(time + 500 * GST_MSECOND + 1 * GST_MSECOND, frames[0].pts);
}

TEST(OmvsrcTrigger, TextThatOnlyLooksLikeOneStaysText) {
  Talking camera("\x1E{\"trigger\": 5}\n\x1Enonsense\n");
  Pipeline pipeline(capture(camera.camera.address(), "stream=raw"));
  pipeline.set_state(GST_STATE_PLAYING);
  std::string line;
  while (line.find("{\"trigger\": 5}") == std::string::npos) {
    const MessagePtr message = wait_for_structure(pipeline, "omv-stdout");
    ASSERT_NE(message, nullptr);
    line = field(message, "line");
  }
  EXPECT_THAT(field(wait_for_structure(pipeline, "omv-stdout"), "line"), HasSubstr("nonsense"));
}

TEST(OmvsrcTrigger, ComesFromOldFirmwareToo) {
  for (const char* firmware : {"4.8.1", "4.5.9"}) {
    Pipeline pipeline(capture(std::string("emulator:?fps=0&triggers=3&firmware=") + firmware, "stream=raw"));
    pipeline.set_state(GST_STATE_PLAYING);
    EXPECT_EQ(field(wait_for_structure(pipeline, "omv-trigger"), "source"), "blob") << firmware;
    EXPECT_EQ(pull(pipeline, 5).size(), 5u) << firmware;
  }
}

}  // namespace
}  // namespace omv::test
