// SPDX-License-Identifier: LGPL-2.1-or-later
// What may be lost, where, and how that follows what was lost before.
#include "omv/recording/gif/loss_budget.h"

#include <gtest/gtest.h>

#include "omv/base/bytes.h"

namespace omv::gif {
namespace {

constexpr std::uint32_t kWidth = 19;  // three blocks, the last one narrow
constexpr std::uint32_t kHeight = 9;
constexpr double kTableError = 20;

// Flat on the left, stripes from the second block on.
Bytes half_striped() {
  Bytes rgbx(std::size_t{4} * kWidth * kHeight, 100);
  for (std::size_t y = 0; y < kHeight; ++y)
    for (std::size_t x = 8; x < kWidth; x += 2) rgbx[4 * (y * kWidth + x) + 1] = 160;
  return rgbx;
}

TEST(LossBudget, BusyBlocksMayLoseMore) {
  LossBudget budget(kWidth, kHeight);
  budget.plan(half_striped().data(), kTableError);
  EXPECT_GT(budget.allowance(0, 0), 0);
  EXPECT_GT(budget.allowance(8, 0), 3 * budget.allowance(7, 0));
  EXPECT_GT(budget.allowance(18, 8), budget.allowance(0, 8));
}

TEST(LossBudget, WhatTheTableHasIsNotTraded) {
  LossBudget budget(kWidth, kHeight);
  budget.plan(half_striped().data(), 0);
  for (std::size_t y = 0; y < kHeight; ++y)
    for (std::size_t x = 0; x < kWidth; ++x) ASSERT_EQ(budget.allowance(x, y), 0);
}

TEST(LossBudget, SpendsLessAfterSpendingTooMuch) {
  LossBudget budget(kWidth, kHeight);
  const Bytes picture = half_striped();
  const auto allowance_after = [&](double nearest, double chosen) {
    budget.settle(nearest, chosen);
    budget.plan(picture.data(), kTableError);
    return budget.allowance(8, 0);
  };
  budget.plan(picture.data(), kTableError);
  const int first = budget.allowance(8, 0);
  const int thrifty = allowance_after(1000, 1000);
  EXPECT_GT(thrifty, first);
  EXPECT_LT(allowance_after(1000, 2000), thrifty);
  for (int i = 0; i < 100; ++i) allowance_after(1000, 1e9);
  EXPECT_GT(budget.allowance(8, 0), 0) << "it can grow again";
}

}  // namespace
}  // namespace omv::gif
