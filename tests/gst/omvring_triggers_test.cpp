// SPDX-License-Identifier: LGPL-2.1-or-later
// omvring: triggers from everywhere, before the stream and in storms of them.
#include <gmock/gmock.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "ring_harness.h"

namespace omv::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::SizeIs;

using Span = std::pair<std::uint64_t, std::uint64_t>;

TEST(OmvRing, TakesTriggersFromEverywhere) {
  const char* text_form = "omv-trigger, source=(string)door, running-time=(guint64)4000000000, x=(int)7;";
  const std::vector<std::function<void(Ring&)>> ways = {
      [&](Ring& ring) { ring.set("trigger", text_form); },
      [&](Ring& ring) { ring.event(custom(GST_EVENT_CUSTOM_DOWNSTREAM, text_form)); },
      [&](Ring& ring) { ring.event(custom(GST_EVENT_CUSTOM_DOWNSTREAM_OOB, text_form)); },
      [&](Ring& ring) {
        EXPECT_TRUE(gst_harness_push_upstream_event(ring.get(), custom(GST_EVENT_CUSTOM_UPSTREAM, text_form)));
      },
      [&](Ring& ring) { gst_element_send_event(ring.element(), custom(GST_EVENT_CUSTOM_UPSTREAM, text_form)); },
      [&](Ring& ring) { ring.trigger(4s, "door"); },
  };
  for (std::size_t i = 0; i < ways.size(); ++i) {
    SCOPED_TRACE(i);
    Ring ring;
    ring.run(210);
    ways[i](ring);
    ring.run(300);
    ASSERT_THAT(ring.spans(), ElementsAre(Span(150, 249)));
    EXPECT_EQ(text(ring.clips[0].facts.get(), "source"), "door");
    if (i + 1 < ways.size()) {
      EXPECT_THAT(text(trigger_of(ring.clips[0].facts.get(), 0), "details"), testing::HasSubstr("x=(int)7"));
    }
  }
}

TEST(OmvRing, NamesTheSourceAfterThePropertysText) {
  Ring ring;
  ring.run(200);
  ring.set("trigger", "button");
  ring.run(300);
  ASSERT_THAT(ring.spans(), ElementsAre(Span(150, 249)));
  EXPECT_EQ(text(ring.clips[0].facts.get(), "source"), "button");
}

TEST(OmvRing, ReadsWhatTriggersSay) {
  const std::pair<const char*, std::uint64_t> texts[] = {
      {"omv-trigger, running-time=(int)1000000000;", 1000},
      {"omv-trigger, running-time=(gint64)-5;", 0},
      {"omv-trigger, running-time=(string)soon;", 4000},  // where the last frame ends
      {"omv-trigger, running-time=(guint64)18446744073709551615;", 4000},
      {"omv-trigger", 4000},
      {"", 4000}};
  for (const auto& [text, milliseconds] : texts) {
    SCOPED_TRACE(text);
    Ring ring;
    ring.set("lateness", guint64{10 * kSecond});
    ring.run(200);
    ring.set("trigger", text);
    ring.run(300);
    ASSERT_THAT(ring.clips, SizeIs(1));
    EXPECT_EQ(number(trigger_of(ring.clips[0].facts.get(), 0), "running-time"), milliseconds * GST_MSECOND);
  }
}

TEST(OmvRing, RefusesATextThatIsNoTrigger) {
  Ring ring;
  ring.run(10);
  ring.set("trigger", "omv-trigger, running-time=");
  EXPECT_EQ(ring.warnings(), 1);
  ring.run(20);
  EXPECT_EQ(ring.stat("triggers"), 0u);
}

TEST(OmvRing, KeepsATriggerThatCameBeforeTheStream) {
  Ring ring;
  ring.set("trigger", "start");
  ring.run(100);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(0, 49)));
}

TEST(OmvRing, TakesTheClockForWhenInALivePipeline) {
  Ring ring(false);
  gst_harness_set_live(ring.get(), TRUE);
  gst_harness_use_testclock(ring.get());
  ring.caps();
  ring.run(200);
  gst_harness_set_time(ring.get(), 4200 * GST_MSECOND);
  ring.trigger();
  ring.run(400);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(160, 259)));
}

TEST(OmvRing, TellsWhatBecameOfAStorm) {
  Ring ring;
  ring.set("max-time", guint64{2 * kSecond}, "pre-time", guint64{0});
  for (std::uint64_t frame = 1; frame <= 500; ++frame) {  // 1,000 a second for ten seconds
    ring.run(frame);
    for (int i = 0; i < 20; ++i) ring.trigger();
  }
  ring.event(gst_event_new_eos());
  EXPECT_EQ(ring.stat("triggers"), 10'000u);
  EXPECT_EQ(ring.stat("used") + ring.stat("merged") + ring.stat("ignored"), 10'000u);
  ASSERT_THAT(ring.clips, SizeIs(5));
  std::uint64_t next = 1;  // the first trigger's frame
  for (const ClipOut& clip : ring.clips) {
    EXPECT_EQ(clip.frames.front().sequence, next);
    EXPECT_EQ(clip.frames.back().sequence, std::min<std::uint64_t>(next + 99, 499));
    next += 100;
  }
}

TEST(OmvRing, CountsTriggersThatNobodyTakesUp) {
  Ring ring;
  for (int i = 0; i < 10'001; ++i) EXPECT_EQ(ring.trigger(1s), i < 10'000);
  EXPECT_EQ(ring.stat("ignored"), 1u);
  gst_element_set_state(ring.element(), GST_STATE_READY);
  EXPECT_EQ(ring.stat("ignored"), 10'001u);
}

TEST(OmvRing, TakesTriggersOfManyThreads) {
  Ring ring;
  ring.run(10);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&ring] {
      for (int k = 0; k < 500; ++k) ring.trigger(200ms);
    });
  ring.run(200);
  for (std::thread& thread : threads) thread.join();
  ring.run(300);
  EXPECT_EQ(ring.stat("triggers"), 2000u);
  EXPECT_EQ(ring.stat("used") + ring.stat("merged") + ring.stat("ignored"), 2000u);
}

}  // namespace
}  // namespace omv::test
