// SPDX-License-Identifier: LGPL-2.1-or-later
// The motion detector on made-up scenes: what moves is found, noise and light are not; where, when, and how often.
#include "omv/analysis/motion_detector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "omv/analysis/luma_cells.h"
#include "omv/analysis/pace.h"

namespace omv::analysis {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kWidth = 320;
constexpr std::uint32_t kHeight = 240;
constexpr Time kStep = 200ms;

// A ramp of greys with sensor noise, the same in every run, as cells.
class Scene {
 public:
  int light = 0;  // added everywhere
  Roi thing;      // drawn over the ramp, in pixels
  int thing_grey = 200;

  const Frame& next() {
    for (std::uint32_t y = 0; y < cells_.info.height; ++y)
      for (std::uint32_t x = 0; x < cells_.info.width; ++x) cells_.data[y * cells_.info.width + x] = cell(x, y);
    return cells_;
  }

 private:
  // Pixels that two stretches share.
  static int overlap(std::uint32_t cell, std::uint32_t from, std::uint32_t length) {
    const auto begin = std::max(cell * kCellSide, from);
    const auto end = std::min((cell + 1) * kCellSide, from + length);
    return end > begin ? static_cast<int>(end - begin) : 0;
  }

  std::uint8_t cell(std::uint32_t x, std::uint32_t y) {
    state_ = state_ * 1664525 + 1013904223;
    const int noise = static_cast<int>(state_ >> 24) % 5 - 2;
    const int covered = overlap(x, thing.x, thing.width) * overlap(y, thing.y, thing.height);
    const int ramp = 60 + static_cast<int>(x + y);
    const int grey = ramp + (thing_grey - ramp) * covered / 64;
    return static_cast<std::uint8_t>(std::clamp(grey + light + noise, 0, 255));
  }

  std::uint32_t state_ = 12345;
  Frame cells_ = {{PixelFormat::grayscale, cells_across(kWidth), cells_across(kHeight)},
                  Bytes(cells_across(kWidth) * cells_across(kHeight))};
};

class Motion : public testing::Test {
 protected:
  void configure(const MotionSettings& settings) { detector_.configure(settings); }

  MotionReport look() {
    time_ += kStep;
    return detector_.look(scene_.next(), {kWidth, kHeight}, time_);
  }

  // So many looks, each after `change`; the triggers that were raised.
  std::vector<Time> watch(
      int looks, const std::function<void(int)>& change = [](int) {}) {
    std::vector<Time> triggers;
    for (int i = 0; i < looks; ++i) {
      change(i);
      const MotionReport report = look();
      most_ = std::max(most_, report.level);
      if (report.trigger) triggers.push_back(*report.trigger);
    }
    return triggers;
  }

  void learn() { EXPECT_TRUE(watch(50).empty()); }

  MotionDetector detector_;
  Scene scene_;
  Time time_{0};
  double most_ = 0;  // the highest level seen by watch()
};

TEST_F(Motion, NoiseIsNone) {
  configure({.warm_up = 1s});
  EXPECT_TRUE(watch(500).empty());
}

TEST_F(Motion, FindsAThingAndItsPlace) {
  configure({});
  learn();
  scene_.thing = {96, 40, 24, 48};
  const MotionReport report = look();
  EXPECT_TRUE(report.moving);
  ASSERT_TRUE(report.trigger);
  EXPECT_EQ(*report.trigger, time_);
  EXPECT_EQ(report.box, (Roi{96, 40, 24, 48}));
  EXPECT_GT(report.level, 50);
  EXPECT_DOUBLE_EQ(report.threshold, 10);
  EXPECT_NEAR(report.area, 100.0 * 3 * 6 / (40 * 30), 1e-9);
}

TEST_F(Motion, TheLevelIsTheThresholdThatWouldStillFindIt) {
  configure({});
  learn();
  scene_.thing = {96, 40, 24, 48};
  const double level = look().level;
  for (const double threshold : {level, level + 0.25}) {
    MotionDetector other;
    Scene scene;
    Time time{0};
    other.configure({.threshold = threshold});
    for (int i = 0; i < 50; ++i) (void)other.look(scene.next(), {kWidth, kHeight}, time += kStep);
    scene.thing = {96, 40, 24, 48};
    EXPECT_EQ(other.look(scene.next(), {kWidth, kHeight}, time += kStep).moving, threshold == level);
  }
}

TEST_F(Motion, WhatIsSmallerThanTheSmallestAreaIsNone) {
  configure({.min_area = 1.6});  // 20 of 1200 cells
  learn();
  scene_.thing = {96, 40, 24, 48};  // 18
  EXPECT_FALSE(look().moving);
  scene_.thing = {96, 40, 32, 48};
  EXPECT_TRUE(look().moving);
}

TEST_F(Motion, PiecesThatDoNotTouchDoNotAddUp) {
  CellGroups groups;
  std::vector<std::uint16_t> cells(10 * 4, 0);
  for (const std::size_t at : {0, 11, 20, 5, 6, 9, 19}) cells[at] = 40;  // three in a zigzag, two pairs
  cells[19] = 30;
  const GroupsFound found = groups.find({10, 4, cells.data()}, 20, 3);
  EXPECT_EQ(found.level, 40);
  EXPECT_EQ(found.cells, 3u);
  EXPECT_EQ(found.largest, (Roi{0, 0, 2, 3}));
  EXPECT_EQ(groups.find({10, 4, cells.data()}, 20, 2).cells, 7u);
  EXPECT_EQ(groups.find({10, 4, cells.data()}, 35, 2).cells, 5u);
  EXPECT_EQ(groups.find({10, 4, cells.data()}, 20, 4).level, 0);
}

TEST_F(Motion, ZonesSayWhereToLook) {
  configure({.zones = {{0, 0, 64, 240}, {300, 200, 100, 100}}});
  learn();
  scene_.thing = {96, 40, 24, 48};
  EXPECT_FALSE(look().moving);
  scene_.thing = {24, 40, 80, 48};  // in and out: the part within counts
  EXPECT_EQ(look().box, (Roi{24, 40, 40, 48}));
  scene_.thing = {290, 190, 30, 50};
  EXPECT_EQ(look().box, (Roi{296, 200, 24, 40}));
}

TEST_F(Motion, ZonesMayChangeWithoutLearningAnew) {
  configure({.zones = {{0, 0, 64, 240}}});
  learn();
  scene_.thing = {96, 40, 24, 48};
  EXPECT_FALSE(look().moving);
  configure({});
  EXPECT_TRUE(look().moving);
}

TEST_F(Motion, ATriggerTellsWhenMotionThatLastedBegan) {
  configure({.min_duration = 500ms});
  learn();
  const Time begin = time_ + kStep;
  EXPECT_TRUE(watch(3, [&](int i) { scene_.thing = {96, 40, 24 + static_cast<std::uint32_t>(i) * 8, 48}; }).empty());
  const MotionReport report = look();
  ASSERT_TRUE(report.trigger);
  EXPECT_EQ(*report.trigger, begin);
}

TEST_F(Motion, AFlashIsShorterThanTheSmallestDuration) {
  configure({.min_duration = 500ms});
  learn();
  EXPECT_TRUE(watch(20, [&](int i) { scene_.thing = i % 3 == 0 ? Roi{} : Roi{96, 40, 24, 48}; }).empty());
}

TEST_F(Motion, MotionThatLastsRaisesATriggerPerHoldOff) {
  configure({.hold_off = 1s});
  learn();
  const Time begin = time_ + kStep;
  const auto triggers = watch(16, [&](int i) { scene_.thing = {8 + static_cast<std::uint32_t>(i) * 16, 40, 24, 48}; });
  EXPECT_EQ(triggers, (std::vector<Time>{begin, begin + 1s, begin + 2s, begin + 3s}));
}

TEST_F(Motion, MotionThatBeginsInTheHoldOffIsReportedOnceAndRaisedWhenItIsOver) {
  configure({.hold_off = 2s});
  learn();
  int held_off = 0;
  std::vector<Time> triggers;
  const Time begin = time_ + kStep;
  for (int i = 0; i < 15; ++i) {
    scene_.thing = i == 0 || i >= 4 ? Roi{8 + static_cast<std::uint32_t>(i) * 16, 40, 24, 48} : Roi{};
    const MotionReport report = look();
    held_off += report.held_off ? 1 : 0;
    if (report.trigger) triggers.push_back(*report.trigger);
  }
  EXPECT_EQ(held_off, 1);
  EXPECT_EQ(triggers, (std::vector<Time>{begin, begin + 4 * kStep}));
}

TEST_F(Motion, SlowLightIsLearned) {
  configure({.ignore_light = false});
  learn();
  EXPECT_TRUE(watch(600, [&](int i) { scene_.light = i / 15; }).empty());  // 40 grey levels in two minutes
  EXPECT_LT(most_, 10);
}

TEST_F(Motion, SuddenLightIsIgnoredUnlessAskedFor) {
  configure({});
  learn();
  scene_.light = 40;
  EXPECT_TRUE(watch(5).empty());
  scene_.thing = {96, 40, 24, 48};
  EXPECT_TRUE(look().moving);
  scene_.thing = {};
  configure({.max_area = 100, .ignore_light = false});
  scene_.light = 80;
  EXPECT_EQ(watch(5).size(), 1u);
}

TEST_F(Motion, AnotherViewIsLearnedAnew) {
  configure({.ignore_light = false});
  learn();
  scene_.light = 80;
  EXPECT_TRUE(watch(20).empty());
  EXPECT_EQ(detector_.relearned(), 1u);
  scene_.thing = {96, 40, 24, 48};
  EXPECT_TRUE(look().moving);
}

TEST_F(Motion, WhatStaysBecomesBackground) {
  configure({.hold_off = 0s, .learning_time = 2s});
  learn();
  scene_.thing = {96, 40, 24, 48};
  EXPECT_FALSE(watch(10).empty());
  watch(200);
  EXPECT_TRUE(watch(20).empty());
}

TEST_F(Motion, WhoWasThereAtFirstLeavesNoGhost) {
  configure({.warm_up = 3s});
  scene_.thing = {96, 40, 24, 48};
  look();
  scene_.thing = {};
  EXPECT_TRUE(watch(100).empty());
}

TEST_F(Motion, PlacesThatAlwaysTrembleAreLearned) {
  configure({.warm_up = 10s});
  const auto wave = [&](int i) {
    scene_.thing = {200, 100, 40, 40};
    scene_.thing_grey = 100 + 30 * (i % 2);
  };
  watch(100, wave);
  EXPECT_TRUE(watch(50, wave).empty());
}

TEST_F(Motion, TheWarmUpRaisesNothing) {
  configure({.warm_up = 2s});
  EXPECT_TRUE(look().learning);
  scene_.thing = {96, 40, 24, 48};
  for (int i = 0; i < 9; ++i) {
    const MotionReport report = look();
    EXPECT_TRUE(report.learning);
    EXPECT_FALSE(report.moving || report.trigger);
  }
  EXPECT_FALSE(look().learning);
}

TEST_F(Motion, AnotherSizeOrEarlierTimeIsAnotherScene) {
  configure({.warm_up = 0s});
  learn();
  scene_.thing = {96, 40, 24, 48};
  EXPECT_TRUE(detector_.look(scene_.next(), {kWidth - 1, kHeight}, time_ + kStep).learning);
  EXPECT_TRUE(look().learning);
  EXPECT_TRUE(detector_.look(scene_.next(), {kWidth, kHeight}, time_ - kStep).learning);
  detector_.reset();
  EXPECT_TRUE(look().learning);
}

TEST(LumaCells, AreMeansOfWhatTheyCover) {
  Frame frame = {{PixelFormat::grayscale, 17, 9}, Bytes(17 * 9, 100)};
  for (std::size_t i = 0; i < 8; ++i) frame.data[i] = 228;          // one row of the first cell
  for (std::size_t y = 0; y < 9; ++y) frame.data[y * 17 + 16] = 7;  // all of the narrow cells on the right
  frame.data[8 * 17 + 8] = 108;
  Frame cells;
  average_cells(packed_view(frame.info, ConstByteSpan(frame.data)), cells);
  EXPECT_EQ(cells.info, (FrameInfo{PixelFormat::grayscale, 3, 2}));
  EXPECT_EQ(cells.data, (Bytes{116, 100, 7, 100, 101, 7}));
}

TEST(LumaCells, AreTheSameWhereverLumaIs) {
  Bytes yuv = {16, 1, 235, 2, 50, 3, 60, 4};
  Frame cells;
  average_cells(packed_view({PixelFormat::yuv422, 4, 1}, ConstByteSpan(yuv)), cells);
  EXPECT_EQ(cells.data, (Bytes{90}));
  const Bytes rgb = {255, 0, 0, 0, 255, 0};
  average_cells(packed_view({PixelFormat::rgb888, 2, 1}, ConstByteSpan(rgb)), cells);
  EXPECT_EQ(cells.data, (Bytes{112}));
}

std::vector<int> due(Pace& pace, double rate, int frames, Time interval) {
  std::vector<int> due;
  for (int i = 0; i < frames; ++i)
    if (pace.is_due(i * interval, rate)) due.push_back(i);
  return due;
}

TEST(Pace, ChoosesByTimeAndKeepsTheMeanRate) {
  Pace thirty;
  EXPECT_EQ(due(thirty, 5, 25, Time(33'333'333)), (std::vector<int>{0, 6, 12, 18, 24}));
  Pace odd;
  EXPECT_EQ(due(odd, 5, 16, 70ms), (std::vector<int>{0, 3, 6, 9, 12, 15}));
  Pace slow;
  EXPECT_EQ(due(slow, 5, 4, 1s), (std::vector<int>{0, 1, 2, 3}));
  Pace all;
  EXPECT_EQ(due(all, 0, 3, 1ms), (std::vector<int>{0, 1, 2}));
}

TEST(Pace, BeginsAnewWhenTimeLeaps) {
  Pace pace;
  EXPECT_TRUE(pace.is_due(100s, 5));
  EXPECT_TRUE(pace.is_due(3s, 5));
  EXPECT_FALSE(pace.is_due(3100ms, 5));
  EXPECT_TRUE(pace.is_due(50s, 5));
  EXPECT_FALSE(pace.is_due(50100ms, 5));
  pace.reset();
  EXPECT_TRUE(pace.is_due(50100ms, 5));
}

}  // namespace
}  // namespace omv::analysis
