// SPDX-License-Identifier: LGPL-2.1-or-later
// The ring against what its contract says of random streams, and against a reference that sees the whole stream at
// once. OMV_CLIP_STEPS: how many steps (frames, triggers, changes) of random streams, a million in tests/soak.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

#include "clip_collector.h"
#include "omv/recording/clips/clip_ring.h"

namespace omv::clips {
namespace {

using namespace std::chrono_literals;

std::uint64_t steps_wanted() {
  const char* text = std::getenv("OMV_CLIP_STEPS");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 60'000;
}

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::int64_t of(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(engine_);
  }
  bool one_in(std::int64_t n) { return of(1, n) == 1; }
  Time time(Time least, Time most) { return Time(of(least.count(), most.count())); }

 private:
  std::mt19937_64 engine_;
};

/// A stream as it was delivered, and the triggers of it.
struct Story {
  std::vector<Frame> frames;
  std::vector<Time> triggers;
};

Frame random_frame(Dice& dice, Time after, std::int64_t group, bool formats) {
  const Time time = after + dice.time(5ms, 40ms);
  const auto bytes = static_cast<std::uint64_t>(dice.of(1, 2000));
  return {.time = time,
          .duration = dice.one_in(2) ? 0ms : 20ms,
          .bytes = bytes,
          .memory = bytes + 100,
          .key = dice.one_in(group),
          .format = formats && dice.one_in(40) ? 1u : 0u};
}

// ---- the reference: triggers in order, each in front of the frame it is at -----------------------------------------

struct Expected {
  std::size_t first;
  std::size_t last;
  std::size_t triggers;
};

std::size_t first_at(const Story& story, Time time) {
  std::size_t i = 0;
  while (i < story.frames.size() && *story.frames[i].time < time) ++i;
  return i;
}

// The latest key frame at or before that time, else the first one there is.
std::size_t start_for(const Story& story, Time time) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < story.frames.size(); ++i)
    if (story.frames[i].key && (*story.frames[i].time <= time || !best)) best = i;
  return *best;
}

std::vector<Expected> reference(const Story& story, const ClipSettings& settings) {
  std::vector<Expected> clips;
  Time end{0};
  for (const Time trigger : story.triggers) {
    const std::size_t start = start_for(story, trigger - *settings.pre_time);
    const std::size_t behind = clips.empty() ? 0 : clips.back().last + 1;
    const bool covered = settings.gap >= *settings.pre_time && start < behind;
    const bool joins = !clips.empty() && (trigger < end + settings.gap || covered);
    end = trigger + *settings.post_time;
    const std::size_t past = std::max(first_at(story, end), start + 1);
    if (joins)
      clips.back() = {clips.back().first, std::max(past - 1, clips.back().last), clips.back().triggers + 1};
    else if (clips.empty() || start < clips.back().first || past > behind)
      clips.push_back({start, past - 1, 1});
  }
  return clips;
}

Story random_story(Dice& dice, std::size_t frames) {
  Story story;
  const std::int64_t group = dice.one_in(2) ? 1 : dice.of(2, 60);
  Time time = dice.time(0s, 10s);
  for (std::size_t i = 0; i < frames; ++i) {
    story.frames.push_back(random_frame(dice, time, group, false));
    story.frames.back().key |= i == 0;
    const Time next = *story.frames.back().time;
    if (i > 0 && dice.one_in(60)) story.triggers.push_back(dice.time(time + 1ns, next));
    time = next;
  }
  return story;
}

// Each trigger is raised right in front of the first frame at or behind it.
void play(const Story& story, ClipRing<std::uint64_t>& ring) {
  auto trigger = story.triggers.begin();
  for (std::uint64_t i = 0; i < story.frames.size(); ++i) {
    while (trigger != story.triggers.end() && *trigger <= *story.frames[i].time)
      ring.trigger({.source = "test", .time = *trigger++});
    ring.push(story.frames[i], i);
  }
  ring.end_of_stream();
}

TEST(ClipModel, AgreesWithTheReference) {
  Dice dice(1);
  for (std::uint64_t step = 0; step < steps_wanted() / 4; step += 500) {
    const Story story = random_story(dice, 500);
    ClipSettings settings{.pre_time = dice.time(0s, 2s), .max_bytes = 1u << 30, .post_time = dice.time(0s, 1s)};
    settings.gap = dice.one_in(3) ? *settings.pre_time : dice.time(0s, 2s);
    settings.lateness = dice.time(0s, 100ms);
    test::ClipCollector collector;
    ClipRing<std::uint64_t> ring(settings, collector);
    play(story, ring);
    const std::vector<Expected> expected = reference(story, settings);
    ASSERT_EQ(collector.clips.size(), expected.size()) << "story at step " << step;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const Clip& clip = collector.clips[i].facts;
      ASSERT_EQ(clip.first_sequence, expected[i].first) << "clip " << i << " of the story at step " << step;
      ASSERT_EQ(clip.last_sequence, expected[i].last) << "clip " << i << " of the story at step " << step;
      ASSERT_EQ(clip.trigger_count, expected[i].triggers);
      ASSERT_FALSE(clip.preroll_short);
    }
  }
}

// ---- the contract, whatever happens --------------------------------------------------------------------------------

class Checker {
 public:
  Checker(const ClipSettings& settings, const Story& story, const std::vector<test::CollectedClip>& clips)
      : settings_(settings), story_(story), clips_(clips) {}

  void check() const {
    for (std::size_t i = 0; i < clips_.size(); ++i) {
      check_frames(clips_[i]);
      check_start(clips_[i]);
      check_end(i);
      check_triggers(clips_[i]);
      if (i > 0) check_succession(clips_[i - 1], clips_[i]);
    }
  }

 private:
  const Frame& delivered(std::uint64_t sequence) const { return story_.frames[sequence]; }

  void check_frames(const test::CollectedClip& clip) const {
    ASSERT_TRUE(clip.ended);
    ASSERT_FALSE(clip.frames.empty());
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
      ASSERT_EQ(clip.frames[i].sequence, clip.facts.first_sequence + i);
      ASSERT_EQ(clip.frames[i].time, *delivered(clip.frames[i].sequence).time);
      bytes += clip.frames[i].bytes;
      const bool new_format = clip.frames[i].key && clip.frames[i].format != clip.frames[0].format;
      ASSERT_TRUE(settings_.mixed_formats || !new_format);
    }
    ASSERT_TRUE(clip.frames[0].key);
    ASSERT_EQ(clip.facts.frames, clip.frames.size());
    ASSERT_EQ(clip.facts.bytes, bytes);
    ASSERT_EQ(clip.facts.last_sequence, clip.frames.back().sequence);
  }

  // The key frame at or before trigger - pre, and no later one.
  void check_start(const test::CollectedClip& clip) const {
    if (clip.facts.continues || clip.facts.trigger_count == 0 || clip.facts.preroll_short) return;
    if (!settings_.pre_time || settings_.pre_frames > 0) return;
    const Time wanted = clip.facts.triggers[0].time - *settings_.pre_time;
    for (std::size_t i = 1; i < clip.frames.size() && clip.frames[i].time <= wanted; ++i)
      ASSERT_FALSE(clip.frames[i].key) << "begins too early";
    if (clip.frames[0].time <= wanted) return;
    for (std::uint64_t i = 0; i < clip.facts.first_sequence; ++i) ASSERT_FALSE(delivered(i).key) << "begins too late";
  }

  // A clip that was split off may owe its end to a trigger of the one before.
  void check_end(std::size_t i) const {
    const test::CollectedClip& clip = clips_[i];
    if (clip.facts.end_reason != EndReason::complete || !settings_.post_time || settings_.post_frames > 0) return;
    Time last = Time::min();
    for (std::size_t k = i + 1; k-- > 0;) {
      if (clips_[k].facts.trigger_count > kMaxTriggers) return;
      for (const ClipTrigger& trigger : clips_[k].facts.triggers) last = std::max(last, trigger.time);
      if (!clips_[k].facts.continues) break;
    }
    const Time end = last + *settings_.post_time;
    ASSERT_TRUE(clip.frames.size() == 1 || clip.frames.back().time < end) << "ends too late";
    const std::uint64_t next = clip.facts.last_sequence + 1;
    if (next < story_.frames.size()) {
      ASSERT_GE(*delivered(next).time, end) << "ends too early";
    }
  }

  void check_triggers(const test::CollectedClip& clip) const {
    for (const ClipTrigger& trigger : clip.facts.triggers) {
      ASSERT_EQ(trigger.offset, trigger.time - clip.facts.start);
      if (!trigger.frame) continue;
      ASSERT_LT(*trigger.frame, clip.frames.size());
      ASSERT_GE(clip.frames[*trigger.frame].time, trigger.time);
      if (*trigger.frame > 0) {
        ASSERT_LT(clip.frames[*trigger.frame - 1].time, trigger.time);
      }
    }
  }

  void check_succession(const test::CollectedClip& before, const test::CollectedClip& clip) const {
    const std::uint64_t next = before.facts.last_sequence + 1;
    ASSERT_EQ(clip.facts.continues, clip.facts.first_sequence == next);
    if (clip.facts.first_sequence >= next) {
      ASSERT_EQ(clip.facts.missing_before, clip.facts.first_sequence - next);
    }
    const bool is_split = before.facts.end_reason == EndReason::max_time ||
                          before.facts.end_reason == EndReason::new_format ||
                          before.facts.end_reason == EndReason::new_trigger;
    ASSERT_TRUE(!is_split || clip.facts.continues);
  }

  const ClipSettings& settings_;
  const Story& story_;
  const std::vector<test::CollectedClip>& clips_;
};

ClipSettings random_settings(Dice& dice) {
  ClipSettings settings;
  if (dice.one_in(6)) settings.pre_time = std::nullopt;
  if (settings.pre_time) settings.pre_time = dice.time(0s, 2s);
  if (dice.one_in(4)) settings.pre_frames = static_cast<std::uint64_t>(dice.of(1, 80));
  settings.post_time = dice.time(0s, 2s);
  if (dice.one_in(4)) settings.post_frames = static_cast<std::uint64_t>(dice.of(1, 80));
  if (dice.one_in(8) && settings.post_frames > 0) settings.post_time = std::nullopt;
  settings.max_bytes = dice.one_in(2) ? 1u << 30 : static_cast<std::uint64_t>(dice.of(1000, 100'000));
  if (dice.one_in(2)) settings.gap = dice.time(0s, 3s);
  settings.retrigger = static_cast<Retrigger>(dice.of(0, 2));
  if (dice.one_in(3)) settings.max_time = dice.time(100ms, 2s);
  settings.on_eos = static_cast<OnEos>(dice.of(0, 1));
  settings.lateness = dice.time(0s, 1s);
  settings.mixed_formats = dice.one_in(2);
  return settings;
}

struct Course {
  Story story;
  test::ClipCollector collector;
};

// Triggers late, early and in storms; time that passes without frames.
void step(Dice& dice, std::int64_t group, Course& run, ClipRing<std::uint64_t>& ring) {
  const Time now = run.story.frames.empty() ? 0s : *run.story.frames.back().time;
  if (dice.one_in(50))
    for (std::int64_t i = dice.of(1, dice.one_in(10) ? 50 : 2); i > 0; --i) {
      run.story.triggers.push_back(now + dice.time(-500ms, 500ms));
      ring.trigger({.source = "test", .time = run.story.triggers.back()});
    }
  run.story.frames.push_back(random_frame(dice, now, group, true));
  if (dice.one_in(30)) ring.advance(*run.story.frames.back().time - 5ms);
  ring.push(run.story.frames.back(), run.story.frames.size() - 1);
}

void check_counters(const RingStats& stats, const Course& run, const ClipSettings& settings) {
  ASSERT_LE(stats.held_memory, settings.max_bytes);
  ASSERT_EQ(stats.triggers, stats.used + stats.merged + stats.ignored + stats.waiting);
  ASSERT_EQ(stats.triggers, run.story.triggers.size());
  ASSERT_EQ(stats.frames, run.story.frames.size());
}

// What no clip had is counted.
void check_losses(const RingStats& stats, const Course& run) {
  std::set<std::uint64_t> taken;
  std::uint64_t out = 0;
  std::uint64_t listed = 0;
  for (const auto& clip : run.collector.clips) {
    for (const RingFrame& frame : clip.frames) taken.insert(frame.sequence);
    out += clip.frames.size();
    listed += clip.facts.trigger_count;
  }
  ASSERT_EQ(stats.dropped, run.story.frames.size() - taken.size());
  ASSERT_EQ(stats.frames_out, out);
  ASSERT_EQ(stats.used + stats.merged, listed);
}

// With memory enough, and a gap as long as the pre-roll, whatever triggers asked for is there, once.
void check_union(const Course& run, const ClipSettings& settings, const RingStats& stats) {
  const bool promised = settings.pre_time && settings.gap >= *settings.pre_time && settings.max_bytes > 1u << 20 &&
                        settings.pre_frames == 0 && settings.post_frames == 0 && settings.lateness >= 500ms;
  if (!promised || settings.retrigger == Retrigger::ignore) return;
  std::set<std::uint64_t> taken;
  std::set<Time> short_of;  // raised after a later one, whose clip had begun
  for (const auto& clip : run.collector.clips) {
    for (const RingFrame& frame : clip.frames) taken.insert(frame.sequence);
    for (const ClipTrigger& trigger : clip.facts.triggers)
      if (clip.facts.preroll_short) short_of.insert(trigger.time);
  }
  const bool all_keys = std::all_of(run.story.frames.begin(), run.story.frames.end(), [](auto& f) { return f.key; });
  if (all_keys) {
    ASSERT_EQ(taken.size(), stats.frames_out) << "a frame came twice";
  }
  const Time last = *run.story.frames.back().time;
  std::uint64_t first_key = 0;
  while (!run.story.frames[first_key].key) ++first_key;
  for (const Time trigger : run.story.triggers) {
    if (trigger + *settings.post_time > last || short_of.contains(trigger))
      continue;  // may have been too late to begin
    for (std::uint64_t i = first_key; i < run.story.frames.size(); ++i) {
      const Time time = *run.story.frames[i].time;
      const bool wanted = time >= trigger - *settings.pre_time && time < trigger + *settings.post_time;
      ASSERT_TRUE(!wanted || taken.contains(i)) << "frame " << i << " is missing";
    }
  }
}

TEST(ClipModel, KeepsTheContract) {
  Dice dice(2);
  for (std::uint64_t done = 0; done < steps_wanted(); done += 1000) {
    SCOPED_TRACE("stream at step " + std::to_string(done));
    const ClipSettings settings = random_settings(dice);
    const std::int64_t group = dice.one_in(2) ? 1 : dice.of(2, 60);
    Course run;
    ClipRing<std::uint64_t> ring(settings, run.collector);
    for (int i = 0; i < 1000; ++i) {
      step(dice, group, run, ring);
      check_counters(ring.stats(), run, settings);
      if (testing::Test::HasFatalFailure()) return;
    }
    ring.end_of_stream();
    Checker(settings, run.story, run.collector.clips).check();
    check_losses(ring.stats(), run);
    check_union(run, settings, ring.stats());
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace omv::clips
