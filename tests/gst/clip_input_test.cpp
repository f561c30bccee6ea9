// SPDX-License-Identifier: LGPL-2.1-or-later
// What is lost when a writer does not keep up, and how that is told.
#include "common/clip_input.h"

#include <gtest/gtest.h>

#include "common/clip_report.h"

namespace {

using omv::gst::BufferPtr;
using omv::gst::ByteBudget;
using omv::gst::ClipFrame;
using omv::gst::ClipInput;
using omv::gst::ClipLosses;
using omv::gst::ClipReport;
using omv::gst::LossReason;

constexpr std::size_t kBytes = 1000;
constexpr std::uint64_t kHeld = 3 * kBytes;  // an encoder has not trimmed it

ClipFrame frame(std::uint64_t sequence, bool is_key) {
  return {{BufferPtr(gst_buffer_new_allocate(nullptr, kBytes, nullptr)), nullptr}, 0, 0, sequence, is_key, kHeld};
}

std::vector<std::uint64_t> taken(ClipInput& input) {
  std::vector<std::uint64_t> sequences;
  while (auto next = input.next()) {
    sequences.push_back(next->sequence);
    input.release(*next);
  }
  return sequences;
}

TEST(ClipInput, LosesFromWhereThereIsNoRoomToTheNextKeyFrame) {
  const auto budget = std::make_shared<ByteBudget>(3 * kHeld);
  ClipInput input(budget);
  for (std::uint64_t i = 10; i < 14; ++i) input.add(frame(i, i == 10));
  auto first = input.next();
  input.release(*first);
  input.add(frame(14, false));
  input.add(frame(15, true));
  input.add(frame(16, true));
  input.end({});
  EXPECT_EQ(taken(input), (std::vector<std::uint64_t>{11, 12, 15}));
  ASSERT_EQ(input.losses().listed().size(), 2u);
  EXPECT_EQ(input.losses().listed()[0].first_sequence, 13u);
  EXPECT_EQ(input.losses().listed()[0].frames, 2u);
  EXPECT_EQ(input.losses().listed()[1].first_sequence, 16u);
  EXPECT_EQ(input.losses().frames(), 3u);
  EXPECT_EQ(budget->taken(), 0u);
}

TEST(ClipInput, GivesBackWhatNobodyTook) {
  const auto budget = std::make_shared<ByteBudget>(3 * kHeld);
  {
    ClipInput input(budget);
    input.add(frame(0, true));
    EXPECT_EQ(budget->taken(), kHeld);
  }
  EXPECT_EQ(budget->taken(), 0u);
}

TEST(ByteBudget, NeverGivesMoreThanThereIs) {
  ByteBudget budget(100);
  EXPECT_FALSE(budget.take(101));
  EXPECT_TRUE(budget.take(60));
  EXPECT_FALSE(budget.take(41));
  EXPECT_TRUE(budget.take(40));
  budget.give_back(60);
  EXPECT_FALSE(budget.take(~std::uint64_t{0}));
  EXPECT_TRUE(budget.take(60));
}

TEST(ClipLosses, ListsOnlySoManyAndCountsAll) {
  ClipLosses losses;
  for (std::uint64_t i = 0; i < 3 * ClipLosses::kMaxListed; ++i) losses.add(LossReason::disk_full, 2 * i);
  EXPECT_EQ(losses.listed().size(), ClipLosses::kMaxListed);
  EXPECT_EQ(losses.frames(LossReason::disk_full), 3 * ClipLosses::kMaxListed);
}

TEST(ClipReport, CountsTriggersFromTheBeginningOfTheFile) {
  ClipReport report;
  report.clip.first_sequence = 100;
  report.file_start = std::chrono::nanoseconds(40);
  const auto trigger = [](std::uint64_t index, int offset) {
    omv::clips::ClipTrigger made;
    made.frame = index;
    made.offset = std::chrono::nanoseconds(offset);
    return made;
  };
  report.clip.triggers = {trigger(1, 20), trigger(5, 100)};
  for (const std::uint64_t sequence : {100, 101}) report.losses.add(LossReason::queue_full, sequence);
  report.as_in_file();
  EXPECT_FALSE(report.clip.triggers[0].frame) << "it is not in there";
  EXPECT_EQ(report.clip.triggers[1].frame, 3u);
  EXPECT_EQ(report.clip.triggers[1].offset.count(), 60);
}

}  // namespace
