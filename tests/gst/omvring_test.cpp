// SPDX-License-Identifier: LGPL-2.1-or-later
// omvring: what leaves in front of and with the frames, its contract, and clips that others read.
#include <gmock/gmock.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "pipeline.h"
#include "ring_harness.h"
#include "temp_dir.h"

namespace omv::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using Span = std::pair<std::uint64_t, std::uint64_t>;

// ---- what leaves ---------------------------------------------------------------------------------------------------

TEST(OmvRing, LetsPreRollAndPostRollThrough) {
  Ring ring;
  ring.run(200);
  EXPECT_THAT(ring.clips, IsEmpty());
  EXPECT_TRUE(ring.trigger(4s, "door"));
  ring.run(300);
  ASSERT_EQ(ring.spans(), std::vector({Span(150, 249)}));
  const ClipOut& clip = ring.clips[0];
  EXPECT_EQ(text(clip.facts.get(), "source"), "door");
  EXPECT_EQ(number(clip.facts.get(), "start"), 3 * kSecond);
  for (std::size_t i = 0; i < clip.frames.size(); ++i) {
    EXPECT_EQ(clip.frames[i].pts, i * 20 * GST_MSECOND);
    EXPECT_EQ(clip.frames[i].running_time, i * 20 * GST_MSECOND);
    EXPECT_EQ(clip.frames[i].discont, i == 0);
  }
}

TEST(OmvRing, TellsOfTheClipBeforeAndAfter) {
  Ring ring;
  ring.run(200);
  ring.trigger(4s, "door");
  ring.run(201);
  const auto started = ring.messages("omv-clip-started");
  ASSERT_THAT(started, SizeIs(1));
  EXPECT_EQ(number(started[0].get(), "pre-got"), kSecond);
  ring.run(300);
  const auto done = ring.messages("omv-clip-done");
  ASSERT_THAT(done, SizeIs(1));
  EXPECT_EQ(text(done[0].get(), "end-reason"), "complete");
  EXPECT_EQ(number(done[0].get(), "frames"), 100u);
  EXPECT_EQ(number(done[0].get(), "bytes"), 10'000u);
  EXPECT_EQ(number(done[0].get(), "first-sequence"), 150u);
  EXPECT_EQ(number(done[0].get(), "last-sequence"), 249u);
  EXPECT_FALSE(flag(done[0].get(), "preroll-short"));
  const GstStructure* trigger = trigger_of(done[0].get(), 0);
  EXPECT_EQ(number(trigger, "frame"), 50u);
  EXPECT_EQ(text(trigger, "source"), "door");
}

TEST(OmvRing, SendsEventsInOrder) {
  Ring ring;
  ring.event(tags("test"));
  ring.run(10);
  ring.trigger(100ms);
  ring.run(100);
  ring.event(gst_event_new_eos());
  EXPECT_THAT(ring.events, ElementsAre("stream-start", "caps", "segment", "tag", "omv-clip", "eos"));
}

TEST(OmvRing, KeepsOnlyTheLastTagsOfEachScope) {
  Ring ring;
  for (const GstTagScope scope : {GST_TAG_SCOPE_STREAM, GST_TAG_SCOPE_GLOBAL})
    for (const char* title : {"first", "second", "third"}) ring.event(tags(title, scope));
  ring.run(10);
  ring.trigger(100ms);
  ring.run(100);
  EXPECT_THAT(ring.events, ElementsAre("stream-start", "caps", "segment", "tag", "tag", "omv-clip"));
  EXPECT_EQ(ring.title(), "third");
}

TEST(OmvRing, LetsRunningTimeGoOnFromClipToClip) {
  Ring ring;
  ring.run(200);
  ring.trigger(4s);
  ring.run(500);
  ring.trigger(10s);
  ring.run(600);
  ASSERT_THAT(ring.spans(), ElementsAre(Span(150, 249), Span(450, 549)));
  EXPECT_EQ(ring.clips[1].frames[0].pts, 0u);
  EXPECT_TRUE(ring.clips[1].frames[0].discont);
  EXPECT_EQ(ring.clips[1].segment.time, 0u);
  EXPECT_GT(ring.clips[1].frames[0].running_time, ring.clips[0].frames.back().running_time);
  EXPECT_NEAR(static_cast<double>(ring.clips[1].frames[0].running_time), 2.0 * kSecond, 25e6);
  EXPECT_EQ(number(ring.clips[1].facts.get(), "missing-before"), 200u);
}

TEST(OmvRing, KeepsThePaceWhereAClipIsSplit) {
  Ring ring;
  ring.set("max-time", guint64{500 * GST_MSECOND});
  ring.run(200);
  ring.trigger(4s);
  ring.run(300);
  ASSERT_THAT(ring.spans(), ElementsAre(Span(150, 174), Span(175, 199), Span(200, 224), Span(225, 249)));
  guint64 expected = 0;
  for (const ClipOut& clip : ring.clips)
    for (const ClipFrame& frame : clip.frames) {
      EXPECT_EQ(frame.running_time, expected);
      expected += 20 * GST_MSECOND;
    }
}

TEST(OmvRing, CopiesNoFrame) {
  Ring ring;
  std::vector<gconstpointer> memories;
  for (std::uint64_t i = 0; i < 50; ++i) {
    GstBuffer* buffer = RingHarness::frame(i);
    memories.push_back(gst_buffer_peek_memory(buffer, 0));
    ring.push(buffer);
  }
  ring.set("trigger", "now");
  ring.event(gst_event_new_eos());
  ASSERT_THAT(ring.spans(), ElementsAre(Span(0, 49)));
  for (std::size_t i = 0; i < memories.size(); ++i) EXPECT_EQ(ring.clips[0].frames[i].memory, memories[i]);
}

TEST(OmvRing, LeavesASmallPoolItsBuffers) {
  Ring ring;
  GstBufferPool* pool = gst_buffer_pool_new();
  GstStructure* config = gst_buffer_pool_get_config(pool);
  gst_buffer_pool_config_set_params(config, nullptr, 100, 0, 2);
  gst_buffer_pool_set_config(pool, config);
  gst_buffer_pool_set_active(pool, TRUE);
  for (std::uint64_t i = 0; i < 20; ++i) {  // would wait for ever
    GstBuffer* buffer = nullptr;
    ASSERT_EQ(gst_buffer_pool_acquire_buffer(pool, &buffer, nullptr), GST_FLOW_OK);
    gst_buffer_fill(buffer, 0, &i, sizeof i);
    GST_BUFFER_PTS(buffer) = i * 20 * GST_MSECOND;
    ring.push(buffer);
  }
  ring.trigger(200ms);
  ring.event(gst_event_new_eos());
  ASSERT_THAT(ring.spans(), ElementsAre(Span(0, 19)));
  gst_buffer_pool_set_active(pool, FALSE);
  gst_object_unref(pool);
}

TEST(OmvRing, SendsCodecHeadersInFrontOfEachClip) {
  Ring ring;
  ring.push(header("headers!"));
  for (const std::uint64_t at : {200u, 500u}) {
    ring.run(at);
    ring.trigger(at * 20ms);
    ring.run(at + 100);
  }
  ASSERT_THAT(ring.clips, SizeIs(2));
  for (const ClipOut& clip : ring.clips) {
    EXPECT_TRUE(clip.frames[0].header);
    EXPECT_FALSE(clip.frames[1].header);
    EXPECT_EQ(clip.frames.size(), 101u);
  }
}

TEST(OmvRing, BeginsAClipWhereCodecHeadersChange) {
  Ring ring;
  ring.set("lateness", guint64{10 * kSecond});
  std::uint64_t until = 0;
  for (const char* text : {"headers1", "headers1", "headers2"}) {
    ring.push(header(text));
    ring.run(until += 50);
  }
  ring.trigger(1900ms);
  ring.run(300);
  ASSERT_THAT(ring.clips, SizeIs(2));
  EXPECT_EQ(ring.clips[0].frames.size(), 1u + 55u) << "the same headers once more are nothing new";
  EXPECT_EQ(ring.clips[1].frames.size(), 1u + 45u);
  EXPECT_TRUE(flag(ring.clips[1].facts.get(), "continues"));
}

// ---- the contract --------------------------------------------------------------------------------------------------

std::uint64_t triggers_wanted() {
  const char* text = std::getenv("OMV_RING_TRIGGERS");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 300;
}

// Every frame of [start, end), once and in order; from the last key frame at or before trigger - pre on.
void check_clip(const ClipOut& clip, const GstStructure* done, std::uint64_t group) {
  const std::uint64_t first = number(done, "first-sequence");
  ASSERT_EQ(clip.frames.size(), number(done, "frames"));
  for (std::size_t i = 0; i < clip.frames.size(); ++i) {
    ASSERT_EQ(clip.frames[i].sequence, first + i);
    ASSERT_EQ(clip.frames[i].pts, i * 20 * GST_MSECOND);
  }
  ASSERT_FALSE(flag(done, "preroll-short"));
  const guint64 trigger = number(trigger_of(done, 0), "running-time");
  const guint64 wanted = trigger < kSecond ? 0 : (trigger - kSecond) / (20 * GST_MSECOND);
  ASSERT_EQ(first, wanted / group * group);
  const std::uint64_t listed = std::min<std::uint64_t>(number(done, "trigger-count"), 100);
  guint64 end = 0;
  for (guint i = 0; i < listed; ++i) {
    const guint64 time = number(trigger_of(done, i), "running-time");
    const guint64 frame = (time + 20 * GST_MSECOND - 1) / (20 * GST_MSECOND);
    ASSERT_EQ(number(trigger_of(done, i), "frame"), frame - first);
    end = time + kSecond;
  }
  if (number(done, "trigger-count") > listed) return;
  ASSERT_LT(clip.frames.back().sequence * 20 * GST_MSECOND, end);
  ASSERT_GE((clip.frames.back().sequence + 1) * 20 * GST_MSECOND, end);
}

TEST(OmvRing, KeepsItsContractForRandomTriggers) {
  for (const std::uint64_t group : {1u, 100u}) {
    std::mt19937_64 random(7);
    std::exponential_distribution<double> pause(1.0 / 100);
    Ring ring;
    ring.set("gap", kSecond);
    std::uint64_t frame = 100;
    for (std::uint64_t i = 0; i < triggers_wanted() / 2; ++i) {
      frame += static_cast<std::uint64_t>(pause(random));
      ring.run(frame, group);
      ring.trigger(Time(20ms * frame) - Time(random() % 20'000'000));
    }
    ring.run(frame + 500, group);
    const auto done = ring.messages("omv-clip-done");
    ASSERT_EQ(done.size(), ring.clips.size());
    std::uint64_t end = 0;
    for (std::size_t i = 0; i < done.size(); ++i) {
      SCOPED_TRACE("clip " + std::to_string(i));
      check_clip(ring.clips[i], done[i].get(), group);
      ASSERT_GE(ring.clips[i].frames[0].sequence, end) << "a frame came twice";
      ASSERT_EQ(number(done[i].get(), "missing-before"), i == 0 ? 0 : ring.clips[i].frames[0].sequence - end);
      end = ring.clips[i].frames.back().sequence + 1;
      if (HasFatalFailure()) return;
    }
    EXPECT_GT(done.size(), triggers_wanted() / 20);
  }
}

// ---- with others ---------------------------------------------------------------------------------------------------

bool has_element(const char* name) {
  GstElementFactory* factory = gst_element_factory_find(name);
  if (factory == nullptr) return false;
  gst_object_unref(factory);
  return true;
}

TEST(OmvRing, MakesClipsOfH264ThatDecode) {
  if (!has_element("x264enc") || !has_element("avdec_h264")) GTEST_SKIP() << "x264enc or avdec_h264 is not installed";
  // B frames, a key frame every two seconds: the pre-roll of 1 s begins at 4 s.
  const Outcome outcome = omv::test::run(
      "videotestsrc num-buffers=450 ! video/x-raw,width=64,height=48,framerate=50/1 ! "
      "x264enc key-int-max=100 bframes=2 speed-preset=ultrafast option-string=scenecut=0:open-gop=0 ! "
      "video/x-h264,profile=main ! omvring pre-time=1000000000 post-time=1000000000 "
      "trigger=\"omv-trigger, running-time=(guint64)5500000000;\" ! h264parse ! avdec_h264" +
      kAppSink);
  EXPECT_EQ(outcome.error, "");
  ASSERT_GE(outcome.frames.size(), 125u);
  EXPECT_LE(outcome.frames.size(), 127u);  // what frames in front of the end refer to may be shown behind it
  for (std::size_t i = 0; i < 125; ++i)
    EXPECT_NEAR(static_cast<double>(outcome.frames[i].running_time), static_cast<double>(i) * 20e6, 1e3);
}

TEST(OmvRing, GivesEachClipAFileThroughSplitmuxsink) {
  if (!has_element("splitmuxsink") || !has_element("matroskamux")) GTEST_SKIP() << "no splitmuxsink or matroskamux";
  const TempDir dir;
  const Outcome outcome = omv::test::run(
      // Live: now and then splitmuxsink (1.22.0) never ends when frames come faster than it opens files.
      "videotestsrc is-live=true num-buffers=110 ! video/x-raw,width=32,height=16,framerate=50/1 ! jpegenc ! "
      "omvring trigger=start pre-time=0 post-time=2000000000 max-time=500000000 ! queue ! "
      "splitmuxsink max-size-time=0 muxer-factory=matroskamux location=" +
      dir / "clip-%d.mkv");
  EXPECT_EQ(outcome.error, "");
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(std::filesystem::exists(dir / ("clip-" + std::to_string(i) + ".mkv")));
  EXPECT_FALSE(std::filesystem::exists(dir / "clip-4.mkv"));
}

}  // namespace
}  // namespace omv::test
