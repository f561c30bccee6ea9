// SPDX-License-Identifier: LGPL-2.1-or-later
// Jobs on several threads, results in order; closing and cancelling at every moment. Runs under the thread sanitizer.
#include "omv/base/ordered_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>

namespace omv {
namespace {

using namespace std::chrono_literals;

constexpr auto kDeadline = 30s;  // only failures take that long

// A cancelled pool's job may still run: what it refers to is declared before the pool.

TEST(OrderedPool, GivesResultsInTheOrderOfSubmission) {
  OrderedPool<int> pool(4);
  for (int i = 0; i < 500; ++i)
    ASSERT_TRUE(pool.submit([i] {
      if (i % 7 == 0) std::this_thread::yield();
      return i;
    }));
  for (int i = 0; i < 500; ++i) ASSERT_EQ(pool.next(), i);
  EXPECT_EQ(pool.size(), 0U);
}

TEST(OrderedPool, ALaterJobThatIsDoneFirstWaits) {
  std::promise<void> go, second_done;
  OrderedPool<int> pool(2);
  pool.submit([&] { return go.get_future().wait(), 1; });
  pool.submit([&] { return second_done.set_value(), 2; });
  ASSERT_EQ(second_done.get_future().wait_for(kDeadline), std::future_status::ready);
  EXPECT_EQ(pool.size(), 2U);
  go.set_value();
  EXPECT_EQ(pool.next(), 1);
  EXPECT_EQ(pool.next(), 2);
}

TEST(OrderedPool, JobsRunSideBySide) {
  std::promise<void> first, second;
  OrderedPool<bool> pool(2);
  pool.submit([&] { return first.set_value(), second.get_future().wait_for(kDeadline) == std::future_status::ready; });
  pool.submit([&] { return second.set_value(), first.get_future().wait_for(kDeadline) == std::future_status::ready; });
  EXPECT_EQ(pool.next(), true);
  EXPECT_EQ(pool.next(), true);
}

TEST(OrderedPool, ClosingFinishesWhatWasSubmitted) {
  OrderedPool<int> pool(2);
  for (int i = 0; i < 20; ++i) pool.submit([i] { return i; });
  pool.close();
  EXPECT_FALSE(pool.submit([] { return 99; }));
  for (int i = 0; i < 20; ++i) ASSERT_EQ(pool.next(), i);
  EXPECT_EQ(pool.next(), std::nullopt);
}

TEST(OrderedPool, CancellingWakesWhoeverWaitsForAResult) {
  std::promise<void> go;
  OrderedPool<int> pool(1);
  pool.submit([&] { return go.get_future().wait(), 1; });
  auto waiting = std::async(std::launch::async, [&] { return pool.next(); });
  pool.cancel();
  EXPECT_EQ(waiting.get(), std::nullopt);
  EXPECT_FALSE(pool.submit([] { return 2; }));
  go.set_value();
}

TEST(OrderedPool, CancellingForgetsJobsThatHaveNotBegun) {
  auto held = std::make_shared<int>(0);
  std::atomic<int> ran = 0;
  {
    std::promise<void> begun, go;
    OrderedPool<int> pool(1);
    pool.submit([&] { return begun.set_value(), go.get_future().wait(), ++ran; });
    for (int i = 0; i < 10; ++i) pool.submit([&, held] { return ++ran; });
    ASSERT_EQ(begun.get_future().wait_for(kDeadline), std::future_status::ready);
    pool.cancel();
    EXPECT_EQ(held.use_count(), 1);
    go.set_value();
  }
  EXPECT_EQ(ran, 1);
}

TEST(OrderedPool, WhatAJobHoldsGoesBeforeItsResultIsTaken) {
  OrderedPool<int> pool(1);
  auto held = std::make_shared<int>(7);
  pool.submit([held] { return *held; });
  pool.submit([] { return 0; });
  EXPECT_EQ(pool.next(), 7);
  EXPECT_EQ(held.use_count(), 1);
}

TEST(OrderedPool, TakesResultsThatOnlyMove) {
  OrderedPool<std::unique_ptr<int>> pool(3);
  for (int i = 0; i < 50; ++i) pool.submit([i] { return std::make_unique<int>(i); });
  for (int i = 0; i < 50; ++i) ASSERT_EQ(**pool.next(), i);
}

TEST(OrderedPool, IsDestroyedWithWorkInEveryState) {
  for (int round = 0; round < 50; ++round) {
    OrderedPool<int> pool(3);
    for (int i = 0; i < round; ++i) pool.submit([i] { return i; });
    if (round % 2 == 0 && round > 0) pool.next();
  }
}

}  // namespace
}  // namespace omv
