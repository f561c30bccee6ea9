// SPDX-License-Identifier: LGPL-2.1-or-later
// omvsrc as a live source: times, latency, ends, pauses, flushes, restarts, and stopping at once whatever it does.
#include <gmock/gmock.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <atomic>

#include <atomic>
#include <future>
#include <string>

#include "camera_pipeline.h"
#include "odd_cameras.h"

namespace omv::test {
namespace {

using testing::ElementsAre;

constexpr auto kPromptly = std::chrono::seconds(2);  // a fifth of what connecting may take

struct Latency {
  gboolean live = FALSE;
  GstClockTime least = 0;
  GstClockTime most = 0;
};

Latency latency_of(Pipeline& pipeline) {
  Latency latency;
  GstQuery* query = gst_query_new_latency();
  EXPECT_TRUE(gst_element_query(pipeline.child("src"), query));
  gst_query_parse_latency(query, &latency.live, &latency.least, &latency.most);
  gst_query_unref(query);
  return latency;
}

void expect_ascending(const std::vector<Received>& frames) {
  for (std::size_t n = 1; n < frames.size(); ++n) EXPECT_GE(frames[n].pts, frames[n - 1].pts) << n;
}

// ---- time ----------------------------------------------------------------------------------------------------------

TEST(OmvsrcLive, NeedsNoPreroll) {
  Pipeline pipeline(emulated(kFast));
  EXPECT_EQ(pipeline.set_state(GST_STATE_PAUSED), GST_STATE_CHANGE_NO_PREROLL);
}

TEST(OmvsrcLive, StampsFramesWithTheirArrival) {
  Pipeline pipeline(emulated("fps=100&lock-interval=0"));
  pipeline.set_state(GST_STATE_PLAYING);
  std::vector<Received> frames;
  for (int n = 0; n < 20; ++n) {
    const auto next = pull(pipeline, 1);
    ASSERT_EQ(next.size(), 1u);
    EXPECT_LE(next[0].running_time, running_time(pipeline));
    frames.push_back(next[0]);
  }
  expect_ascending(frames);
  EXPECT_LT(frames[0].pts, 2 * GST_SECOND);
  EXPECT_GT(frames[19].pts, frames[0].pts);
}

TEST(OmvsrcLive, AnswersLatencyQueries) {
  Pipeline pipeline(emulated(kFast));
  pipeline.set_state(GST_STATE_PLAYING);
  ASSERT_EQ(pull(pipeline, 1).size(), 1u);
  const Latency latency = latency_of(pipeline);
  EXPECT_TRUE(latency.live);
  EXPECT_GT(latency.least, 0u);
  EXPECT_FALSE(GST_CLOCK_TIME_IS_VALID(latency.most));
}

// What stops the script is sent without waiting for an answer.
TEST(OmvsrcLive, StoppingStopsTheScript) {
  for (const char* firmware : {"5.0.0", "4.8.1"}) {
    std::atomic<int> ended = 0;
    auto camera = emulator::Emulator::create(*emulator::parse_options(kFast + "&firmware=" + firmware),
                                             [&](emulator::CameraEvent event) {
                                               if (event == emulator::CameraEvent::script_ended) ++ended;
                                             });
    const auto server = *emulator::PtyServer::start(*std::move(camera), std::nullopt);
    Pipeline pipeline(capture(server->path(), "num-buffers=1000000"));
    pipeline.set_state(GST_STATE_PLAYING);
    ASSERT_EQ(pull(pipeline, 2).size(), 2u);
    pipeline.set_state(GST_STATE_NULL);
    for (int i = 0; i < 10000 && ended == 0; ++i) g_usleep(1000);
    EXPECT_EQ(ended, 1) << firmware;
  }
}

// ---- ends ----------------------------------------------------------------------------------------------------------

TEST(OmvsrcLive, EndsAfterSoManyBuffers) {
  const Outcome outcome = run(emulated(kFast, "num-buffers=7"));
  EXPECT_TRUE(outcome.eos) << outcome.error;
  EXPECT_EQ(outcome.frames.size(), 7u);
}

TEST(OmvsrcLive, EndsWithTheScript) {
  const Outcome outcome = run(emulated(kFast + "&frames=4"));
  EXPECT_TRUE(outcome.eos) << outcome.error;
  EXPECT_THAT(sequences_of(outcome.frames), ElementsAre(0, 1, 2, 3));
}

// What gst-launch -e does at Ctrl-C, while frames come and while the source waits for one or for the camera.
TEST(OmvsrcLive, EndsWhenAskedTo) {
  OddCamera mute(silence());
  for (const std::string& device : {"emulator:?" + kFast, std::string("emulator:?fps=0.01"), mute.address()}) {
    Pipeline pipeline("omvsrc device=\"" + device + "\" ! fakesink async=false");
    pipeline.set_state(GST_STATE_PLAYING);
    gst_element_send_event(pipeline.get(), gst_event_new_eos());
    EXPECT_TRUE(ends(pipeline)) << device;
  }
}

// ---- pauses, flushes, restarts -------------------------------------------------------------------------------------

// An appsink keeps what nobody has pulled until it is in NULL.
void forget_leftovers(Pipeline& pipeline) {
  while (GstSample* sample = gst_app_sink_try_pull_sample(GST_APP_SINK(pipeline.child("out")), 0))
    gst_sample_unref(sample);
}

TEST(OmvsrcLive, GoesOnAfterAPause) {
  Pipeline pipeline(emulated(kFast, "timeout=400"));
  std::vector<Received> frames;
  for (int round = 0; round < 3; ++round) {
    pipeline.set_state(GST_STATE_PLAYING);
    for (Received& frame : pull(pipeline, 3)) frames.push_back(std::move(frame));
    ASSERT_TRUE(pipeline.reach(GST_STATE_PAUSED));
    if (round == 1) g_usleep(500 * 1000);  // longer than a camera may be silent
  }
  EXPECT_EQ(frames.size(), 9u);
  expect_ascending(frames);
}

// What a camera has sent meanwhile, and is dropped, says nothing about time: running time stands still in a pause.
TEST(OmvsrcLive, StampsFramesBehindAPauseWithTheirArrival) {
  Pipeline pipeline(emulated("fps=100&lock-interval=0"));
  pipeline.set_state(GST_STATE_PLAYING);
  ASSERT_EQ(pull(pipeline, 3).size(), 3u);
  ASSERT_TRUE(pipeline.reach(GST_STATE_PAUSED));
  g_usleep(500 * 1000);  // time enough for frames
  forget_leftovers(pipeline);
  pipeline.set_state(GST_STATE_PLAYING);
  std::vector<Received> frames;
  for (int n = 0; n < 5; ++n)
    for (Received& frame : pull(pipeline, 1)) {
      EXPECT_LE(frame.running_time, running_time(pipeline)) << n;
      frames.push_back(std::move(frame));
    }
  expect_ascending(frames);
  EXPECT_GT(frames.back().pts, frames.front().pts);
}

TEST(OmvsrcLive, GoesOnAfterAFlush) {
  Pipeline pipeline(emulated(kFast));
  pipeline.set_state(GST_STATE_PLAYING);
  GstElement* source = pipeline.child("src");
  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(pull(pipeline, 3).size(), 3u) << round;
    ASSERT_TRUE(gst_element_send_event(source, gst_event_new_flush_start()));
    ASSERT_TRUE(gst_element_send_event(source, gst_event_new_flush_stop(TRUE)));
  }
  EXPECT_EQ(pull(pipeline, 3).size(), 3u);
}

void expect_restarts(const std::string& device) {
  Pipeline pipeline(capture(device, "overflow=block"));
  for (int round = 0; round < 3; ++round) {
    pipeline.set_state(GST_STATE_PLAYING);
    const auto frames = pull(pipeline, 3);
    ASSERT_EQ(frames.size(), 3u) << device << round;
    EXPECT_THAT(sequences_of(frames), ElementsAre(0, 1, 2)) << device << round;
    EXPECT_EQ(frames[0].offset, 0u);
    EXPECT_LT(frames[0].pts, 2 * GST_SECOND);
    ASSERT_TRUE(pipeline.reach(GST_STATE_READY));
    forget_leftovers(pipeline);
  }
}

TEST(OmvsrcLive, Restarts) {
  expect_restarts("emulator:?" + kFast);
  const auto tcp = serve_tcp(kFast);
  expect_restarts(tcp->address());
  const auto pty = serve_pty(kFast);
  expect_restarts(pty->path());
}

GstPadProbeReturn count_caps(GstPad*, GstPadProbeInfo* info, gpointer count) {
  if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_CAPS) ++*static_cast<std::atomic<int>*>(count);
  return GST_PAD_PROBE_OK;
}

// A peer that asks for reconfiguration may be another one, which wants another layout.
TEST(OmvsrcLive, CapsAreToldAnewWhenDownstreamHasChanged) {
  Pipeline pipeline(emulated(kFast + "&size=33x17&format=grayscale", "stream=raw"));
  std::atomic<int> caps = 0;
  GstPad* pad = gst_element_get_static_pad(pipeline.child("src"), "src");
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, count_caps, &caps, nullptr);
  pipeline.set_state(GST_STATE_PLAYING);
  ASSERT_EQ(pull(pipeline, 5).size(), 5u);
  EXPECT_EQ(caps, 1) << "they have not changed";
  gst_pad_send_event(pad, gst_event_new_reconfigure());
  const Time limit = Clock::steady()->now() + std::chrono::seconds(10);
  while (caps < 2 && Clock::steady()->now() < limit) ASSERT_EQ(pull(pipeline, 1).size(), 1u);
  EXPECT_EQ(caps, 2);
  gst_object_unref(pad);
}

// ---- stopping ------------------------------------------------------------------------------------------------------

void expect_stops_promptly(Pipeline& pipeline, const char* what) {
  const Time begin = Clock::steady()->now();
  pipeline.set_state(GST_STATE_NULL);
  EXPECT_LT(Clock::steady()->now() - begin, kPromptly) << what;
}

TEST(OmvsrcLive, StopsAtOnceWhileConnecting) {
  const BusyPort busy;
  Pipeline pipeline(capture(busy.address()));
  pipeline.set_state(GST_STATE_PLAYING);
  g_usleep(20 * 1000);  // most likely it is connecting by now; any other state has to do as well
  expect_stops_promptly(pipeline, "connecting");
}

TEST(OmvsrcLive, StopsAtOnceWhileSynchronising) {
  std::promise<void> heard;
  OddCamera mute(silence(&heard));
  Pipeline pipeline(capture(mute.address()));
  pipeline.set_state(GST_STATE_PLAYING);
  ASSERT_EQ(heard.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
  expect_stops_promptly(pipeline, "synchronising");
}

TEST(OmvsrcLive, StopsAtOnceWhileWaitingForAFrame) {
  Pipeline pipeline(emulated("fps=0.01"));
  pipeline.set_state(GST_STATE_PLAYING);
  ASSERT_EQ(pull(pipeline, 1).size(), 1u);
  expect_stops_promptly(pipeline, "waiting for a frame");
}

GstPadProbeReturn count_buffers(GstPad*, GstPadProbeInfo*, gpointer count) {
  ++*static_cast<std::atomic<int>*>(count);
  return GST_PAD_PROBE_OK;
}

TEST(OmvsrcLive, StopsAtOnceWhileDownstreamIsBlocked) {
  std::atomic<int> buffers = 0;
  Pipeline pipeline("omvsrc name=src device=\"emulator:?" + kFast + "\" ! appsink name=out sync=false max-buffers=1");
  GstPad* pad = gst_element_get_static_pad(pipeline.child("src"), "src");
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, count_buffers, &buffers, nullptr);
  gst_object_unref(pad);
  pipeline.set_state(GST_STATE_PLAYING);
  const Time limit = Clock::steady()->now() + std::chrono::seconds(10);
  while (buffers < 2 && Clock::steady()->now() < limit) g_usleep(1000);
  ASSERT_EQ(buffers, 2) << "one is in the sink, one before it";
  expect_stops_promptly(pipeline, "blocked");
}

TEST(OmvsrcLive, FlushesAtOnceWhileNothingComes) {
  OddCamera mute(silence());
  Pipeline pipeline(capture(mute.address()));
  pipeline.set_state(GST_STATE_PLAYING);
  const Time begin = Clock::steady()->now();
  gst_element_send_event(pipeline.child("src"), gst_event_new_flush_start());
  gst_element_send_event(pipeline.child("src"), gst_event_new_flush_stop(TRUE));
  EXPECT_LT(Clock::steady()->now() - begin, kPromptly);
  expect_stops_promptly(pipeline, "flushed");
}

}  // namespace
}  // namespace omv::test
