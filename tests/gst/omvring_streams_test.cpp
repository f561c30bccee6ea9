// SPDX-License-Identifier: LGPL-2.1-or-later
// omvring: the streams it lives through: ends, flushes, new caps, stops.
#include <gmock/gmock.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "ring_harness.h"

namespace omv::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::SizeIs;

using Span = std::pair<std::uint64_t, std::uint64_t>;

TEST(OmvRing, EndsTheStreamAfterSoManyClips) {
  Ring ring;
  ring.set("max-clips", guint64{1});
  ring.run(200);
  ring.trigger(4s);
  ring.run(250);
  EXPECT_EQ(ring.push(RingHarness::frame(250)), GST_FLOW_EOS);
  EXPECT_EQ(ring.events.back(), "eos");
  ring.event(gst_event_new_eos());
  EXPECT_EQ(std::count(ring.events.begin(), ring.events.end(), "eos"), 1);
}

TEST(OmvRing, SavesTheRingAtTheEndOfTheStream) {
  for (const char* choice : {"discard", "save"}) {
    Ring ring;
    gst_util_set_object_arg(G_OBJECT(ring.element()), "on-eos", choice);
    ring.run(20);
    ring.event(gst_event_new_eos());
    EXPECT_EQ(ring.clips.size(), std::string(choice) == "save" ? 1u : 0u);
  }
}

TEST(OmvRing, EndsEachStream) {
  Ring ring;
  ring.run(100);
  ring.event(gst_event_new_eos());
  ring.event(gst_event_new_stream_start("second"));
  ring.trigger(3s);
  ring.run(300);
  ring.event(gst_event_new_eos());
  EXPECT_THAT(ring.spans(), ElementsAre(Span(100, 199)));
  EXPECT_THAT(ring.events, ElementsAre("stream-start", "eos", "stream-start", "caps", "segment", "omv-clip", "eos"));
}

TEST(OmvRing, EndsAClipWithTheStream) {
  Ring ring;
  ring.run(200);
  ring.trigger(4s);
  ring.event(gst_event_new_eos());
  EXPECT_THAT(ring.spans(), ElementsAre(Span(150, 199)));
  const auto done = ring.messages("omv-clip-done");
  ASSERT_THAT(done, SizeIs(1));
  EXPECT_EQ(text(done[0].get(), "end-reason"), "end-of-stream");
}

TEST(OmvRing, BeginsAClipWhereCapsChange) {
  Ring ring;
  ring.run(80);
  ring.caps("image/png,width=8,height=8");
  ring.run(100);
  ring.trigger(2s);
  ring.run(200);
  ASSERT_THAT(ring.spans(), ElementsAre(Span(50, 79), Span(80, 149)));
  EXPECT_THAT(ring.clips[0].caps, testing::StartsWith("image/jpeg"));
  EXPECT_THAT(ring.clips[1].caps, testing::StartsWith("image/png"));
  EXPECT_TRUE(flag(ring.clips[1].facts.get(), "continues"));
}

TEST(OmvRing, GoesOnWhereCapsChangeIfItMay) {
  Ring ring;
  ring.set("mixed-caps", TRUE);
  ring.run(80);
  ring.caps("video/x-raw,format=GRAY8,width=8,height=8,framerate=50/1");
  ring.run(100);
  ring.trigger(2s);
  ring.run(200);
  ASSERT_THAT(ring.spans(), ElementsAre(Span(50, 149)));
  EXPECT_THAT(ring.events, ElementsAre("stream-start", "caps", "segment", "omv-clip", "caps"));
}

TEST(OmvRing, EndsAClipWhenTimePasses) {
  Ring ring;
  ring.run(200);
  ring.trigger(4s);
  ring.event(gst_event_new_gap(4 * kSecond, kSecond));
  const auto done = ring.messages("omv-clip-done");
  ASSERT_THAT(done, SizeIs(1));
  EXPECT_EQ(text(done[0].get(), "end-reason"), "complete");
}

TEST(OmvRing, ForgetsWhatIsFlushed) {
  Ring ring;
  ring.run(200);
  ring.trigger(4s);
  ring.run(210);
  ring.event(gst_event_new_flush_start());
  ring.event(gst_event_new_flush_stop(TRUE));
  EXPECT_EQ(ring.stat("held-frames"), 0u);
  const auto done = ring.messages("omv-clip-done");
  ASSERT_THAT(done, SizeIs(1));
  EXPECT_EQ(text(done[0].get(), "end-reason"), "flush");
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  ring.event(gst_event_new_segment(&segment));
  ring.push(RingHarness::frame(0));
  ring.trigger(0s);
  ring.push(RingHarness::frame(1));
  ASSERT_THAT(ring.clips, SizeIs(2));
  EXPECT_EQ(ring.clips[1].segment.base, 0u);
  EXPECT_EQ(ring.clips[1].frames[0].pts, 0u);
}

TEST(OmvRing, CountsInRunningTime) {
  Ring ring;
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.start = 2 * kSecond;
  segment.base = 10 * kSecond;
  ring.event(gst_event_new_segment(&segment));
  ring.run(200);
  ring.trigger(12s);  // 4 s of the stream
  ring.run(300);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(150, 249)));
}

TEST(OmvRing, HoldsNoMoreThanItMay) {
  Ring ring;
  ring.set("max-bytes", guint64{100'000}, "pre-time", GST_CLOCK_TIME_NONE);
  for (std::uint64_t i = 0; i < 300; ++i) {
    ring.push(RingHarness::frame(i, 5000));
    EXPECT_LE(ring.stat("held-bytes"), 100'000u);
  }
  EXPECT_GE(ring.stat("held-frames"), 15u);
  ring.trigger(6s);
  ring.push(RingHarness::frame(300));
  EXPECT_GE(ring.clips[0].frames.size(), 15u);
}

TEST(OmvRing, PassesOnWhatDownstreamSays) {
  Ring ring;
  ring.run(10);
  GstPad* pad = gst_element_get_static_pad(ring.element(), "src");
  gst_pad_set_active(pad, FALSE);
  gst_object_unref(pad);
  ring.trigger(100ms);
  EXPECT_EQ(ring.push(RingHarness::frame(10)), GST_FLOW_FLUSHING);
}

TEST(OmvRing, NeedsCaps) {
  Ring ring(false);
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  ring.event(gst_event_new_stream_start("test"));
  ring.event(gst_event_new_segment(&segment));
  EXPECT_EQ(ring.push(RingHarness::frame(0)), GST_FLOW_NOT_NEGOTIATED);
}

TEST(OmvRing, KeepsDownstreamsHurryToItself) {
  Ring ring;
  ring.run(1);
  gst_harness_push_upstream_event(ring.get(), gst_event_new_qos(GST_QOS_TYPE_UNDERFLOW, 0.5, 100, 0));
  while (GstEvent* event = gst_harness_try_pull_upstream_event(ring.get())) {
    EXPECT_NE(GST_EVENT_TYPE(event), GST_EVENT_QOS);
    gst_event_unref(event);
  }
  GstQuery* query = gst_query_new_duration(GST_FORMAT_TIME);
  EXPECT_FALSE(gst_pad_peer_query(ring.get()->sinkpad, query));
  gst_query_unref(query);
}

TEST(OmvRing, StartsAnewAfterAStop) {
  Ring ring;
  ring.run(200);
  ring.trigger(4s);
  ring.run(210);
  gst_element_set_state(ring.element(), GST_STATE_READY);
  EXPECT_EQ(ring.stat("held-frames"), 0u);
  const auto done = ring.messages("omv-clip-done");
  ASSERT_THAT(done, SizeIs(1));
  EXPECT_EQ(text(done[0].get(), "end-reason"), "stopped");
}

}  // namespace
}  // namespace omv::test
