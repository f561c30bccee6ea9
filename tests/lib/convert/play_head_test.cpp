// SPDX-License-Identifier: LGPL-2.1-or-later
// Playing: when frames are due, at which speeds, and where steps and jumps lead.
#include "omv/convert/play_head.h"

#include <gtest/gtest.h>

#include "timed_frames.h"

namespace omv::convert {
namespace {

using namespace std::chrono_literals;
using test::ms;
using test::NumberedFrames;
using test::UncountedFrames;

// 0, 40, 100, 130, 250 ms; the last frame ends at 300 ms.
struct Playing {
  explicit Playing(const PlayOptions& options = {}, std::vector<std::size_t> broken = {})
      : frames(ms({0, 40, 100, 130, 250}), 300ms) {
    frames.broken = std::move(broken);
    auto begun = PlayHead::begin(frames, options, 1s);
    EXPECT_TRUE(begun) << begun.error().message;
    head.emplace(*std::move(begun));
  }

  std::size_t number() const { return head->frame().index; }
  bool advance(Time now) { return head->advance(now).value(); }

  NumberedFrames frames;
  std::optional<PlayHead> head;
};

TEST(PlayHead, ShowsEachFrameForItsTime) {
  Playing play;
  EXPECT_EQ(play.number(), 0U);
  EXPECT_EQ(play.head->due(), Time(1040ms));
  EXPECT_FALSE(play.advance(1039ms));
  EXPECT_TRUE(play.advance(1040ms));
  EXPECT_EQ(play.number(), 1U);
  EXPECT_TRUE(play.advance(1100ms));
  EXPECT_TRUE(play.advance(1130ms));
  EXPECT_TRUE(play.advance(1250ms));
  EXPECT_EQ(play.number(), 4U);
  EXPECT_FALSE(play.advance(1299ms));
  EXPECT_FALSE(play.head->is_at_end());
  EXPECT_FALSE(play.advance(1300ms));
  EXPECT_TRUE(play.head->is_at_end());
  EXPECT_EQ(play.head->passed_over(), 0U);
}

TEST(PlayHead, PassesOverWhatIsLate) {
  Playing play;
  EXPECT_TRUE(play.advance(1140ms));
  EXPECT_EQ(play.number(), 3U);
  EXPECT_EQ(play.head->passed_over(), 2U);
}

TEST(PlayHead, GoesFasterAndSlower) {
  Playing play;
  play.head->set_speed(2, 1s);
  EXPECT_EQ(play.head->due(), Time(1020ms));
  play.head->set_speed(0.5, 1010ms);
  EXPECT_EQ(play.head->due(), Time(1090ms));
}

TEST(PlayHead, ShowsEveryFrameAtSpeedZero) {
  Playing play({.speed = 0});
  std::vector<std::size_t> shown = {play.number()};
  while (play.advance(10s)) shown.push_back(play.number());
  EXPECT_EQ(shown, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
  EXPECT_TRUE(play.head->is_at_end());
  EXPECT_EQ(play.head->passed_over(), 0U);
}

TEST(PlayHead, BeginsALoopAgainWithoutLosingTime) {
  Playing play({.loop = true});
  EXPECT_TRUE(play.advance(1299ms));
  EXPECT_TRUE(play.advance(1305ms));
  EXPECT_EQ(play.number(), 0U);
  EXPECT_EQ(play.head->due(), Time(1340ms));
}

TEST(PlayHead, EndsALoopWithoutLength) {
  NumberedFrames frames(ms({0, 0}), 0ms);
  PlayHead head = *PlayHead::begin(frames, {.loop = true}, 0s);
  EXPECT_TRUE(head.advance(0s).value());
  EXPECT_TRUE(head.is_at_end());
}

TEST(PlayHead, StandsStillWhilePaused) {
  Playing play({.paused = true});
  EXPECT_EQ(play.head->due(), std::nullopt);
  EXPECT_FALSE(play.advance(100s));
  play.head->set_paused(false, 100s);
  EXPECT_EQ(play.head->due(), Time(100s + 40ms));
}

TEST(PlayHead, StepsExactlyAndPauses) {
  Playing play;
  EXPECT_TRUE(play.head->step_on().value());
  EXPECT_TRUE(play.head->is_paused());
  EXPECT_TRUE(play.head->step_on().value());
  EXPECT_EQ(play.number(), 2U);
  EXPECT_TRUE(play.head->step_back().value());
  EXPECT_EQ(play.number(), 1U);
  EXPECT_TRUE(play.head->step_back().value());
  EXPECT_FALSE(play.head->step_back().value());
  EXPECT_EQ(play.number(), 0U);
  for (int n = 0; n < 4; ++n) EXPECT_TRUE(play.head->step_on().value());
  EXPECT_FALSE(play.head->step_on().value());
  EXPECT_EQ(play.number(), 4U);
  EXPECT_TRUE(play.head->step_back().value());
  EXPECT_EQ(play.number(), 3U);
}

TEST(PlayHead, StepsBackOverFramesThatAreNotWhole) {
  Playing play({}, {1, 2});
  EXPECT_TRUE(play.head->step_on().value());
  EXPECT_EQ(play.number(), 3U);
  EXPECT_TRUE(play.head->step_back().value());
  EXPECT_EQ(play.number(), 0U);
}

TEST(PlayHead, StepsByTimesWhereThereAreNoNumbers) {
  NumberedFrames frames(ms({0, 40, 100, 130}), 170ms);
  UncountedFrames uncounted(frames);
  PlayHead head = *PlayHead::begin(uncounted, {}, 0s);
  for (int n = 0; n < 3; ++n) EXPECT_TRUE(head.step_on().value());
  EXPECT_TRUE(head.step_back().value());
  EXPECT_EQ(head.frame().time, Nanoseconds(100ms));
  EXPECT_TRUE(head.step_back().value());
  EXPECT_EQ(head.frame().time, Nanoseconds(40ms));
}

TEST(PlayHead, JumpsWithinTheSelection) {
  Selection selection;
  selection.start = 40ms;
  selection.stop = 250ms;
  Playing play({.selection = selection});
  EXPECT_EQ(play.number(), 1U);
  EXPECT_TRUE(play.head->jump(60ms, 2s).value());
  EXPECT_EQ(play.number(), 2U);
  EXPECT_EQ(play.head->due(), Time(2030ms));
  EXPECT_TRUE(play.head->jump(-5s, 2s).value());
  EXPECT_EQ(play.number(), 1U);
  EXPECT_FALSE(play.head->step_back().value());
  EXPECT_FALSE(play.head->jump(1s, 2s).value());
  EXPECT_TRUE(play.head->is_at_end());
  EXPECT_TRUE(play.head->step_back().value() || play.number() == 1U);
  EXPECT_FALSE(play.head->is_at_end());
}

TEST(PlayHead, PlaysTheSelectionOnly) {
  Selection selection;
  selection.first = 1;
  selection.end = 3;
  Playing play({.selection = selection, .speed = 0, .loop = true});
  std::vector<std::size_t> shown = {play.number()};
  for (int n = 0; n < 4; ++n) {
    EXPECT_TRUE(play.advance(2s));
    shown.push_back(play.number());
  }
  EXPECT_EQ(shown, (std::vector<std::size_t>{1, 2, 1, 2, 1}));
}

TEST(PlayHead, NeedsAFrame) {
  NumberedFrames none({}, 0ms);
  EXPECT_EQ(PlayHead::begin(none, {}, 0s).error().code, Errc::end);
  NumberedFrames frames(ms({0, 40}), 80ms);
  Selection behind;
  behind.start = 1s;
  EXPECT_EQ(PlayHead::begin(frames, {.selection = behind}, 0s).error().code, Errc::end);
}

}  // namespace
}  // namespace omv::convert
