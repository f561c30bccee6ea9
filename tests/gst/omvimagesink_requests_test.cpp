// SPDX-License-Identifier: LGPL-2.1-or-later
// Stills that are asked for: by signal, by events from either side, while everything else goes on.
#include <gmock/gmock.h>
#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include "still_pipeline.h"

namespace {

using omv::test::Pipeline;
using omv::test::stills_in;
using omv::test::StoppedDisk;
using omv::test::TempDir;
using omv::test::wait_until;
using testing::ElementsAre;

const std::string kGray = "video/x-raw,format=GRAY8,width=16,height=16,framerate=10/1";

// Frames one by one into a sink that waits for requests.
class Camera {
 public:
  Camera(const std::string& location, const std::string& properties)
      : pipeline_("appsrc name=in format=time caps=" + kGray +
                  " ! omvimagesink name=sink post-messages=true location=" + location + " " + properties) {
    pipeline_.set_state(GST_STATE_PLAYING);
  }

  Pipeline& pipeline() { return pipeline_; }
  GstElement* sink() { return pipeline_.child("sink"); }

  // Returns once the sink has seen them.
  void show(int frames) {
    for (int i = 0; i < frames; ++i) {
      GstBuffer* buffer = gst_buffer_new_allocate(nullptr, 256, nullptr);
      gst_buffer_memset(buffer, 0, 0, 256);
      GST_BUFFER_PTS(buffer) = shown_++ * 100 * GST_MSECOND;
      gst_app_src_push_buffer(GST_APP_SRC(pipeline_.child("in")), buffer);
    }
    EXPECT_TRUE(wait_until([&] { return omv::test::still_stat(pipeline_, "rendered") == shown_; }));
  }

  // Running times of the frames that were saved, in tenths of a second, and the last message.
  std::vector<guint64> finish() {
    gst_app_src_end_of_stream(GST_APP_SRC(pipeline_.child("in")));
    std::vector<guint64> times;
    for (GstStructure* saved : omv::test::saved_until_eos(pipeline_)) {
      guint64 time = 0;
      gst_structure_get_uint64(saved, "running-time", &time);
      times.push_back(time / (100 * GST_MSECOND));
      if (last_) gst_structure_free(last_);
      last_ = saved;
    }
    return times;
  }
  const GstStructure* last() const { return last_; }

  ~Camera() {
    if (last_) gst_structure_free(last_);
  }

 private:
  Pipeline pipeline_;
  guint64 shown_ = 0;
  GstStructure* last_ = nullptr;
};

bool ask(GstElement* sink, GstStructure* structure) {
  gboolean accepted = FALSE;
  g_signal_emit_by_name(sink, "snapshot", structure, &accepted);
  if (structure != nullptr) gst_structure_free(structure);
  return accepted != FALSE;
}

TEST(OmvImageSinkRequests, TakeTheNextFrame) {
  const TempDir dir;
  Camera camera(dir / "%{source}-%d.pgm", "mode=snapshot");
  camera.show(3);
  EXPECT_TRUE(ask(camera.sink(), nullptr));
  camera.show(2);
  EXPECT_TRUE(ask(camera.sink(), gst_structure_new("door", "source", G_TYPE_STRING, "bell", nullptr)));
  camera.show(2);
  EXPECT_THAT(camera.finish(), ElementsAre(3, 5));
  EXPECT_THAT(stills_in(dir / "."), ElementsAre("_-0.pgm", "bell-1.pgm"));
  GstStructure* trigger = nullptr;
  ASSERT_TRUE(gst_structure_get(camera.last(), "trigger", GST_TYPE_STRUCTURE, &trigger, nullptr));
  EXPECT_TRUE(gst_structure_has_name(trigger, "door"));
  gst_structure_free(trigger);
}

TEST(OmvImageSinkRequests, StartABurst) {
  const TempDir dir;
  Camera camera(dir / "%d.pgm", "mode=burst burst=2");
  camera.show(5);
  EXPECT_TRUE(ask(camera.sink(), nullptr));
  camera.show(5);
  EXPECT_THAT(camera.finish(), ElementsAre(0, 1, 5, 6));
}

TEST(OmvImageSinkRequests, ComeAsEventsFromEitherSide) {
  const TempDir dir;
  Camera camera(dir / "%d.pgm", "mode=snapshot");
  camera.show(2);
  const auto event = [](GstEventType type, const char* name) {
    return gst_event_new_custom(type, gst_structure_new(name, "source", G_TYPE_STRING, "x", nullptr));
  };
  gst_element_send_event(camera.pipeline().get(), event(GST_EVENT_CUSTOM_UPSTREAM, "omv-snapshot"));
  camera.show(2);
  GstPad* pad = gst_element_get_static_pad(camera.sink(), "sink");
  GstPad* peer = gst_pad_get_peer(pad);
  EXPECT_TRUE(gst_pad_push_event(peer, event(GST_EVENT_CUSTOM_DOWNSTREAM, "omv-trigger")));
  camera.show(2);
  EXPECT_TRUE(gst_pad_push_event(peer, event(GST_EVENT_CUSTOM_DOWNSTREAM, "somebody-elses")));
  camera.show(2);
  gst_object_unref(peer);
  gst_object_unref(pad);
  EXPECT_THAT(camera.finish(), ElementsAre(2, 4));
}

TEST(OmvImageSinkRequests, AreRefusedBeforeTheStart) {
  Pipeline pipeline("fakesrc ! omvimagesink name=sink mode=snapshot location=x.jpg");
  EXPECT_FALSE(ask(pipeline.child("sink"), nullptr));
}

TEST(OmvImageSinkRequests, ChangeTheModeWhilePlaying) {
  const TempDir dir;
  Camera camera(dir / "%d.pgm", "mode=snapshot");
  camera.show(2);
  gst_util_set_object_arg(G_OBJECT(camera.sink()), "mode", "every");
  g_object_set(camera.sink(), "every-nth", 2, nullptr);
  camera.show(4);
  EXPECT_THAT(camera.finish(), ElementsAre(2, 4));
}

// The disk of the stills stands still; the recording beside them has every frame.
TEST(OmvImageSinkRequests, CostARecordingNoFrame) {
  const TempDir dir;
  const std::string location = dir / "%d.pgm";
  auto stopped = std::make_unique<StoppedDisk>(location);
  Pipeline pipeline(
      "videotestsrc num-buffers=300 ! " + kGray +
      " ! tee name=t ! queue ! fakesink name=recording "
      "sync=false t. ! queue ! omvimagesink name=sink overflow=drop queue-size=12800 max-files=1000 location=" +
      location);
  pipeline.set_state(GST_STATE_PLAYING);
  EXPECT_TRUE(wait_until([&] { return omv::test::still_stat(pipeline, "dropped-overflow") == 290; }));
  EXPECT_TRUE(wait_until([&] { return omv::test::rendered(pipeline.child("recording")) == 300; }));
  stopped.reset();
  gst_message_unref(pipeline.wait_for(GST_MESSAGE_EOS));
  EXPECT_EQ(omv::test::still_stat(pipeline, "saved"), 10u);
}

}  // namespace
