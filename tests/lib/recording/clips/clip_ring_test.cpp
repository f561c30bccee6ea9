// SPDX-License-Identifier: LGPL-2.1-or-later
// The rules of the ring, one by one, on frames 20 ms apart.
#include "omv/recording/clips/clip_ring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "clip_collector.h"

namespace omv::clips {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Time kPeriod = 20ms;

/// Frame n is at n * 20 ms.
class Ring {
 public:
  explicit Ring(const ClipSettings& settings) : ring_(settings, collector_) {}

  void push(const Frame& frame) { ring_.push(frame, sequence_++); }

  /// Frames up to the one in front of `until`; every so many is a key frame.
  void run(std::uint64_t until, std::uint64_t group = 1) {
    while (sequence_ < until)
      push({.time = kPeriod * sequence_, .duration = kPeriod, .bytes = 100, .key = sequence_ % group == 0});
  }

  void trigger(Time time) { ring_.trigger({.source = "test", .time = time}); }

  /// First and last sequence numbers of what came out.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> spans() const {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> spans;
    for (const auto& clip : collector_.clips)
      spans.emplace_back(clip.frames.front().sequence, clip.frames.back().sequence);
    return spans;
  }

  const Clip& clip(std::size_t i) const { return collector_.clips.at(i).facts; }
  const std::vector<test::CollectedClip>& clips() const { return collector_.clips; }
  ClipRing<std::uint64_t>& operator*() { return ring_; }
  ClipRing<std::uint64_t>* operator->() { return &ring_; }

 private:
  test::ClipCollector collector_;
  ClipRing<std::uint64_t> ring_;
  std::uint64_t sequence_ = 0;
};

using Span = std::pair<std::uint64_t, std::uint64_t>;

ClipSettings seconds_around() { return {.pre_time = 1s, .post_time = 1s}; }

TEST(ClipRing, HoldsThePreRollAndEndsHalfOpen) {
  Ring ring(seconds_around());
  ring.run(200);
  ring.trigger(4s);
  EXPECT_EQ(ring->state(), State::recording);
  ring.run(300);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(150, 249)));
  const Clip& clip = ring.clip(0);
  EXPECT_EQ(clip.end_reason, EndReason::complete);
  EXPECT_EQ(clip.start, 3s);
  EXPECT_EQ(clip.end, 5s);
  EXPECT_EQ(clip.pre_got, 1s);
  EXPECT_FALSE(clip.preroll_short);
  ASSERT_EQ(clip.triggers.size(), 1u);
  EXPECT_EQ(clip.triggers[0].frame, 50u);
  EXPECT_EQ(clip.triggers[0].offset, 1s);
  EXPECT_EQ(ring->state(), State::armed);
}

TEST(ClipRing, BeginsOnTheKeyFrameInFront) {
  Ring ring(seconds_around());
  ring.run(200, 40);
  ring.trigger(4s);
  ring.run(300, 40);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(120, 249)));
  EXPECT_EQ(ring.clip(0).pre_got, 4s - 120 * kPeriod);
  EXPECT_EQ(ring.clip(0).triggers[0].frame, 80u);
}

TEST(ClipRing, CountsFramesBeforeAndAfter) {
  Ring ring({.pre_time = std::nullopt, .pre_frames = 7, .post_time = std::nullopt, .post_frames = 3});
  ring.run(100);
  ring.trigger(100 * kPeriod);
  ring.run(200);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(93, 102)));
  EXPECT_EQ(ring.clip(0).triggers[0].frame, 7u);
}

TEST(ClipRing, TakesTheFirstOfTwoBounds) {
  Ring ring({.pre_time = 1s, .pre_frames = 7, .post_time = 100ms, .post_frames = 30});
  ring.run(100);
  ring.trigger(100 * kPeriod);
  ring.run(200);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(93, 104)));
}

TEST(ClipRing, SaysWhatItNoLongerHeld) {
  Ring ring({.pre_time = 1s, .max_bytes = 1000, .post_time = 100ms});
  ring.run(100);
  ring.trigger(2s);
  ring.run(200);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(90, 104)));
  EXPECT_TRUE(ring.clip(0).preroll_short);
  EXPECT_EQ(ring.clip(0).pre_got, 200ms);
  EXPECT_EQ(ring->stats().preroll_short, 1u);
}

TEST(ClipRing, IsNotShortOfWhatNeverCame) {
  Ring ring(seconds_around());
  ring.run(10);
  ring.trigger(200ms);
  ring.run(100);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(0, 59)));
  EXPECT_FALSE(ring.clip(0).preroll_short);
  EXPECT_EQ(ring.clip(0).pre_got, 200ms);
}

TEST(ClipRing, ExtendsToTheLastTrigger) {
  Ring ring(seconds_around());
  ring.run(200);
  ring.trigger(4s);
  ring.run(240);
  ring.trigger(4800ms);
  ring.run(400);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(150, 289)));
  EXPECT_EQ(ring.clip(0).trigger_count, 2u);
  EXPECT_EQ(ring.clip(0).triggers[1].frame, 90u);
}

TEST(ClipRing, IgnoresWithinAClip) {
  ClipSettings settings = seconds_around();
  settings.retrigger = Retrigger::ignore;
  Ring ring(settings);
  ring.run(200);
  ring.trigger(4s);
  ring.run(240);
  ring.trigger(4800ms);
  ring.run(400);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(150, 249)));
  EXPECT_EQ(ring->stats().ignored, 1u);
}

TEST(ClipRing, BeginsTheNextAtATrigger) {
  ClipSettings settings = seconds_around();
  settings.retrigger = Retrigger::start_new;
  Ring ring(settings);
  ring.run(200);
  ring.trigger(4s);
  ring.run(220);
  ring.trigger(220 * kPeriod);
  ring.trigger(220 * kPeriod);
  ring.run(400);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(150, 219), Span(220, 269)));
  EXPECT_EQ(ring.clip(0).end_reason, EndReason::new_trigger);
  EXPECT_TRUE(ring.clip(1).continues);
  EXPECT_EQ(ring.clip(1).triggers[0].frame, 0u);
  EXPECT_EQ(ring.clip(1).trigger_count, 2u);
  EXPECT_EQ(ring->stats().used, 2u);
  EXPECT_EQ(ring->stats().merged, 1u);
}

TEST(ClipRing, BeginsTheNextAtTheKeyFrameBehindATrigger) {
  ClipSettings settings = seconds_around();
  settings.retrigger = Retrigger::start_new;
  Ring ring(settings);
  ring.run(200, 25);
  ring.trigger(4s);
  ring.run(248, 25);
  ring.trigger(4950ms);
  ring.run(400, 25);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(150, 249), Span(250, 297)));
  EXPECT_EQ(ring.clip(1).triggers[0].offset, -50ms);
  EXPECT_EQ(ring.clip(1).triggers[0].frame, 0u);
}

TEST(ClipRing, ContinuesWithinTheGap) {
  ClipSettings settings = seconds_around();
  settings.gap = 1s;
  Ring ring(settings);
  ring.run(200);
  ring.trigger(4s);
  ring.run(280);
  EXPECT_EQ(ring->state(), State::lingering);
  EXPECT_EQ(ring.clips()[0].frames.size(), 100u);
  ring.trigger(5900ms);
  EXPECT_EQ(ring.clips()[0].frames.size(), 130u);
  ring.run(500);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(150, 344)));
}

TEST(ClipRing, NeverGivesAFrameTwiceWhenTheGapCoversThePreRoll) {
  ClipSettings settings = seconds_around();
  settings.gap = 1s;
  Ring ring(settings);
  ring.run(200, 60);
  ring.trigger(4s);  // ends at 5 s, the gap at 6 s; the group that began at 4.8 s ends at 6 s
  ring.run(310, 60);
  EXPECT_EQ(ring->state(), State::lingering);
  ring.trigger(6200ms);
  ring.run(600, 60);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(120, 359)));
}

TEST(ClipRing, LetsClipsOverlapWhenTheGapIsShort) {
  Ring ring(seconds_around());
  ring.run(200);
  ring.trigger(4s);
  ring.run(275);
  ring.trigger(5500ms);
  ring.run(400);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(150, 249), Span(225, 324)));
  EXPECT_FALSE(ring.clip(1).continues);
}

TEST(ClipRing, SaysWhatIsMissingBetweenClips) {
  Ring ring(seconds_around());
  ring.run(200);
  ring.trigger(4s);
  ring.run(400);
  ring.trigger(8s);
  ring.run(500);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(150, 249), Span(350, 449)));
  EXPECT_EQ(ring.clip(1).missing_before, 100u);
}

TEST(ClipRing, SplitsAtKeyFramesWithoutAGap) {
  ClipSettings settings{.pre_time = 0s, .post_time = std::nullopt, .max_time = 1s};
  Ring ring(settings);
  ring.run(1, 30);
  ring.trigger(0s);
  ring.run(150, 30);
  ring->end_of_stream();
  EXPECT_THAT(ring.spans(), ElementsAre(Span(0, 59), Span(60, 119), Span(120, 149)));
  EXPECT_EQ(ring.clip(0).end_reason, EndReason::max_time);
  EXPECT_EQ(ring.clip(2).end_reason, EndReason::end_of_stream);
  EXPECT_TRUE(ring.clip(1).continues);
  EXPECT_EQ(ring.clip(1).trigger_count, 0u);
}

TEST(ClipRing, ListsATriggerWhereItsFrameIs) {
  Ring ring({.pre_time = 2s, .post_time = 1s, .max_time = 1500ms});
  ring.run(200);
  ring.trigger(4s);
  ring.run(300);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(100, 174), Span(175, 249)));
  EXPECT_EQ(ring.clip(0).trigger_count, 0u);
  ASSERT_EQ(ring.clip(1).trigger_count, 1u);
  EXPECT_EQ(ring.clip(1).triggers[0].frame, 25u);
}

TEST(ClipRing, IsDoneAfterSoManyClips) {
  ClipSettings settings = seconds_around();
  settings.max_clips = 1;
  Ring ring(settings);
  ring.run(200);
  ring.trigger(4s);
  ring.run(250);
  EXPECT_FALSE(ring->is_done());
  ring.run(251);
  EXPECT_TRUE(ring->is_done());
  ring.trigger(6s);
  ring.run(400);
  EXPECT_EQ(ring.clips().size(), 1u);
  EXPECT_EQ(ring->stats().held_frames, 0u);
}

TEST(ClipRing, FindsThePreRollOfALateTrigger) {
  Ring ring(seconds_around());
  ring.run(400);
  ring.trigger(7s);
  EXPECT_FALSE(ring.clip(0).preroll_short);
  ring.run(500);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(300, 399)));
  EXPECT_EQ(ring.clip(0).triggers[0].frame, 50u);
}

TEST(ClipRing, IgnoresATriggerOfWhichNothingIsHeld) {
  Ring ring(seconds_around());
  ring.run(400);
  ring.trigger(1s);
  ring.run(500);
  EXPECT_THAT(ring.spans(), IsEmpty());
  EXPECT_EQ(ring->stats().ignored, 1u);
}

TEST(ClipRing, WaitsForATriggerInTheFuture) {
  Ring ring(seconds_around());
  ring.run(100);
  ring.trigger(5s);
  EXPECT_EQ(ring->state(), State::armed);
  EXPECT_EQ(ring->stats().waiting, 1u);
  ring.run(400);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(200, 299)));
  EXPECT_EQ(ring.clip(0).triggers[0].frame, 50u);
}

TEST(ClipRing, DumpsWhatIsThereAndGoesOn) {
  Ring ring({.pre_time = 1s, .post_time = 0s});
  ring.run(200);
  ring->trigger({.source = "dump"});
  EXPECT_EQ(ring.spans(), std::vector({Span(150, 199)}));
  ring.run(230);
  ring->trigger({.source = "dump"});
  ring.run(240);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(150, 199), Span(180, 229)));
  EXPECT_EQ(ring.clip(0).end_reason, EndReason::complete);
}

TEST(ClipRing, MakesNoSecondClipOfTheSameFrames) {
  Ring ring({.pre_time = 1s, .post_time = 0s});
  ring.run(200);
  for (int i = 0; i < 50; ++i) ring->trigger({.source = "storm"});
  ring.run(240);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(150, 199)));
  EXPECT_EQ(ring->stats().used, 1u);
  EXPECT_EQ(ring->stats().ignored, 49u);
}

TEST(ClipRing, SavesWhatNoTriggerAskedFor) {
  ClipSettings settings = seconds_around();
  settings.on_eos = OnEos::save;
  settings.lateness = 0s;
  Ring ring(settings);
  ring.run(100);
  ring.trigger(2s);
  ring.run(170);
  ring->end_of_stream();
  EXPECT_THAT(ring.spans(), ElementsAre(Span(50, 149), Span(150, 169)));
  EXPECT_EQ(ring.clip(1).trigger_count, 0u);
  EXPECT_EQ(ring.clip(1).end_reason, EndReason::end_of_stream);
}

TEST(ClipRing, ForgetsWithTheStream) {
  Ring ring(seconds_around());
  ring.run(100);
  ring.trigger(2s);
  ring->flush();
  EXPECT_EQ(ring.clip(0).end_reason, EndReason::flush);
  EXPECT_EQ(ring->stats().held_frames, 0u);
  ring.push({.time = 0s, .bytes = 1});
  ring.trigger(0s);
  EXPECT_EQ(ring.clip(1).start, 0s);
  EXPECT_FALSE(ring.clip(1).preroll_short);
  ring->stop();
  EXPECT_EQ(ring.clip(1).end_reason, EndReason::stopped);
}

TEST(ClipRing, SplitsWhereTheFormatChanges) {
  for (const bool mixed : {false, true}) {
    ClipSettings settings = seconds_around();
    settings.mixed_formats = mixed;
    settings.lateness = 3s;
    Ring ring(settings);
    for (std::uint64_t i = 0; i < 200; ++i)
      ring.push({.time = i * kPeriod, .duration = kPeriod, .bytes = 1, .key = i % 10 == 0, .format = i < 95 ? 1u : 2u});
    ring.trigger(100 * kPeriod);
    ring->end_of_stream();
    if (mixed) {
      EXPECT_THAT(ring.spans(), ElementsAre(Span(50, 149)));
    } else {
      EXPECT_THAT(ring.spans(), ElementsAre(Span(50, 99), Span(100, 149)));
      EXPECT_EQ(ring.clip(0).end_reason, EndReason::new_format);
    }
  }
}

TEST(ClipRing, EndsWhenTimePassesWithoutFrames) {
  Ring ring(seconds_around());
  ring.run(100);
  ring.trigger(2s);
  ring->advance(2900ms);
  EXPECT_EQ(ring->state(), State::recording);
  ring->advance(3s);
  EXPECT_EQ(ring->state(), State::armed);
  EXPECT_EQ(ring.clip(0).end_reason, EndReason::complete);
}

TEST(ClipRing, EndsEarlyRatherThanHoldMoreThanItMay) {
  ClipSettings settings{.pre_time = 100ms, .max_bytes = 2000, .post_time = 100ms, .gap = 1h};
  Ring ring(settings);
  ring.run(100);
  ring.trigger(2s);
  ring.run(124);
  EXPECT_EQ(ring->state(), State::lingering);
  ring.run(200);
  EXPECT_EQ(ring->state(), State::armed);
  EXPECT_LE(ring->stats().held_memory, 2000u);
  ring.trigger(4s);
  EXPECT_GT(ring.clip(1).missing_before, 0u);
}

TEST(ClipRing, HoldsNothingThatNobodyCouldDecode) {
  Ring ring({.pre_time = 1s, .max_bytes = 2000, .post_time = 1s});
  ring.run(30, 100);
  EXPECT_EQ(ring->stats().held_frames, 0u);
  EXPECT_EQ(ring->stats().dropped, 30u);
  ring.trigger(600ms);
  ring.run(150, 50);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(50, 79)));
  EXPECT_TRUE(ring.clip(0).preroll_short);
}

TEST(ClipRing, RecordsFramesLargerThanItsMemory) {
  Ring ring({.pre_time = 0s, .max_bytes = 50, .post_time = 100ms});
  ring.run(10);
  ring.trigger(200ms);
  ring.run(30);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(10, 14)));
}

TEST(ClipRing, KeepsFramesInDeliveryOrder) {
  // I0 P3 B1 B2 P6 B4 B5 ...: the end counts in decode time, so that nothing shown before it is missing.
  Ring ring({.pre_time = 0s, .post_time = 100ms});
  const int shown[] = {0, 3, 1, 2, 6, 4, 5, 9, 7, 8, 12, 10, 11, 15, 13, 14};
  for (int i = 0; i < 16; ++i) {
    if (i == 1) ring.trigger(40ms);
    ring.push({.time = 20ms * shown[i], .decode_time = 20ms * (i - 2), .duration = 20ms, .bytes = 1, .key = i == 0});
  }
  ring->end_of_stream();
  EXPECT_EQ(ring.clip(0).triggers[0].frame, 3u);
  EXPECT_THAT(ring.spans(), ElementsAre(Span(0, 8)));
}

TEST(ClipRing, PutsFramesWithoutATimeBehindOneAnother) {
  Ring ring(seconds_around());
  for (int i = 0; i < 100; ++i) ring.push({.duration = 20ms, .bytes = 1});
  ring.trigger(1500ms);
  EXPECT_EQ(ring.clip(0).start, 500ms);
}

TEST(ClipRing, GoesOnWhereAClockIsSetBack) {
  Ring ring(seconds_around());
  ring.run(100);
  for (int i = 0; i < 20; ++i) ring.push({.time = 20ms * i, .duration = 20ms, .bytes = 1});
  ring.trigger(200ms);  // of the new clock: 2.2 s of the ring
  EXPECT_EQ(ring.clip(0).start, 1200ms);
  EXPECT_EQ(ring.clip(0).triggers[0].time, 2200ms);
}

TEST(ClipRing, SurvivesAbsurdTimes) {
  Ring ring({.pre_time = Time::max(), .post_time = Time::max(), .gap = Time::max(), .lateness = Time::max()});
  for (int i = 0; i < 64; ++i) {
    const Time time = i % 2 == 0 ? Time::max() : Time::min();
    ring.push({.time = time, .decode_time = time / -2, .duration = Time::max(), .bytes = 1});
    ring.trigger(i % 3 == 0 ? Time::min() : time);
    ring->advance(time);
  }
  ring->end_of_stream();
  const RingStats stats = ring->stats();
  EXPECT_EQ(stats.triggers, stats.used + stats.merged + stats.ignored);
}

TEST(ClipRing, KeepsTheFirstThousandTriggersAndCountsAll) {
  Ring ring(seconds_around());
  ring.run(100);
  for (int i = 0; i < 5000; ++i) ring.trigger(2s + i * 1us);
  ring.run(300);
  EXPECT_EQ(ring.clip(0).triggers.size(), kMaxTriggers);
  EXPECT_EQ(ring.clip(0).trigger_count, 5000u);
}

TEST(ClipRing, BoundsTheTriggersThatWait) {
  Ring ring(seconds_around());
  ring.run(1);
  for (int i = 0; i < 5000; ++i) ring.trigger(1h);
  EXPECT_EQ(ring->stats().waiting, 1000u);
  EXPECT_EQ(ring->stats().ignored, 4000u);
}

TEST(ClipRing, CopiesNoPayload) {
  struct Target final : ClipTarget<std::unique_ptr<int>> {
    void begin(const Clip&) override {}
    void frame(const Clip&, const RingFrame&, const std::unique_ptr<int>& payload) override { sum += *payload; }
    void end(const Clip&) override {}
    int sum = 0;
  } target;
  ClipRing<std::unique_ptr<int>> ring(seconds_around(), target);
  for (int i = 0; i < 10; ++i) ring.push({.time = i * kPeriod, .bytes = 1}, std::make_unique<int>(i));
  ring.trigger({.time = 100ms});
  EXPECT_EQ(target.sum, 45);
}

struct Moved {
  static inline std::uint64_t moves = 0;
  Moved() = default;
  Moved(Moved&&) noexcept { ++moves; }
  Moved(const Moved&) = delete;
  Moved& operator=(const Moved&) = delete;
  Moved& operator=(Moved&&) = delete;
};

TEST(ClipRing, PushesAsCheaplyIntoALongRing) {
  struct Target final : ClipTarget<Moved> {
    void begin(const Clip&) override {}
    void frame(const Clip&, const RingFrame&, const Moved&) override {}
    void end(const Clip&) override {}
  } target;
  std::vector<std::uint64_t> moves;
  for (const Time length : {Time(1s), Time(1h)}) {
    ClipRing<Moved> ring({.pre_time = length, .max_bytes = 1u << 30, .lateness = 0s}, target);
    std::int64_t i = 0;
    for (; i * kPeriod < length + 1s; ++i) ring.push({.time = i * kPeriod, .duration = kPeriod, .bytes = 1}, {});
    EXPECT_EQ(ring.stats().held_frames, static_cast<std::uint64_t>(length / kPeriod) + 1);
    Moved::moves = 0;
    for (int more = 0; more < 1000; ++more, ++i) ring.push({.time = i * kPeriod, .bytes = 1}, {});
    moves.push_back(Moved::moves);
  }
  EXPECT_EQ(moves[0], moves[1]);
}

}  // namespace
}  // namespace omv::clips
