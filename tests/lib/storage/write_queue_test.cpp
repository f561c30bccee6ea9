// SPDX-License-Identifier: LGPL-2.1-or-later
// The queue of writers: order, bounds, interruption, and what goes on after its owner is gone.
#include "omv/storage/write_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <optional>
#include <vector>

namespace omv::storage {
namespace {

using testing::ElementsAre;
using Added = WriteQueue::Added;

// Numbers in the order in which they were finished.
class Log {
 public:
  WriteQueue::Work entry(int number) {
    return [this, number] { return [this, number] { add(number); }; };
  }
  void add(int number) {
    const std::lock_guard lock(mutex_);
    numbers_.push_back(number);
  }
  std::vector<int> numbers() const {
    const std::lock_guard lock(mutex_);
    return numbers_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<int> numbers_;
};

// Keeps whoever finishes an item until it is opened.
class Gate {
 public:
  WriteQueue::Work work() {
    return [opened = opened_] { return [opened] { opened.wait(); }; };
  }
  void open() { promise_.set_value(); }

 private:
  std::promise<void> promise_;
  std::shared_future<void> opened_ = promise_.get_future().share();
};

TEST(WriteQueue, FinishesInOrderWhatIsDoneSideBySide) {
  Log log;
  std::promise<void> second_has_begun;
  WriteQueue queue({.max_bytes = 1000, .threads = 2});
  queue.add(
      1,
      [&]() -> WriteQueue::Finish {
        second_has_begun.get_future().wait();
        return [&log] { log.add(1); };
      },
      true);
  queue.add(
      1,
      [&]() -> WriteQueue::Finish {
        second_has_begun.set_value();
        return [&log] { log.add(2); };
      },
      true);
  EXPECT_TRUE(queue.wait_until_done());
  EXPECT_THAT(log.numbers(), ElementsAre(1, 2));
}

TEST(WriteQueue, GoesOnBeyondTheItemsThatMayRunAhead) {
  Log log;
  WriteQueue queue({.max_bytes = 1000, .threads = 3});
  for (int i = 0; i < 500; ++i) ASSERT_EQ(queue.add(1, log.entry(i), true), Added::yes);
  EXPECT_TRUE(queue.wait_until_done());
  const auto numbers = log.numbers();
  ASSERT_EQ(numbers.size(), 500u);
  EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
}

TEST(WriteQueue, IsBoundedByBytesButTakesOneItemOfAnySize) {
  Log log;
  Gate gate;
  WriteQueue queue({.max_bytes = 100, .threads = 1});
  EXPECT_EQ(queue.add(1000, gate.work(), false), Added::yes);
  EXPECT_EQ(queue.add(1, log.entry(1), false), Added::full);
  EXPECT_EQ(queue.bytes(), 1000u);
  gate.open();
  EXPECT_TRUE(queue.wait_until_done());
  EXPECT_EQ(queue.bytes(), 0u);
  EXPECT_EQ(queue.add(100, log.entry(2), false), Added::yes);
  EXPECT_TRUE(queue.wait_until_done());
  EXPECT_THAT(log.numbers(), ElementsAre(2));
}

TEST(WriteQueue, WaitsForRoom) {
  Log log;
  Gate gate;
  WriteQueue queue({.max_bytes = 10, .threads = 1});
  queue.add(10, gate.work(), true);
  auto added = std::async(std::launch::async, [&] { return queue.add(10, log.entry(1), true); });
  EXPECT_EQ(queue.size(), 1u);
  gate.open();
  EXPECT_EQ(added.get(), Added::yes);
  EXPECT_TRUE(queue.wait_until_done());
}

TEST(WriteQueue, CanBeInterruptedWhileItWaits) {
  Log log;
  Gate gate;
  WriteQueue queue({.max_bytes = 10, .threads = 1});
  queue.add(10, gate.work(), true);
  auto added = std::async(std::launch::async, [&] { return queue.add(10, log.entry(1), true); });
  queue.interrupt(true);
  EXPECT_EQ(added.get(), Added::interrupted);
  EXPECT_FALSE(queue.wait_until_done());
  gate.open();
  queue.interrupt(false);
  EXPECT_TRUE(queue.wait_until_done());
  EXPECT_EQ(queue.add(10, log.entry(2), true), Added::yes);
  EXPECT_TRUE(queue.wait_until_done());
  EXPECT_THAT(log.numbers(), ElementsAre(2));
}

TEST(WriteQueue, IsFinishedAfterItsOwnerIsGoneAndBeforeItsSuccessor) {
  Log log;
  Gate gate;
  auto first = std::make_unique<WriteQueue>(WriteQueueOptions{.max_bytes = 100, .threads = 2});
  first->add(10, gate.work(), true);
  first->add(10, log.entry(1), true);
  const WriteQueue::Completion rest = first->completion();
  first.reset();  // would wait for ever, if it waited
  WriteQueue second({.max_bytes = 100, .threads = 2}, rest);
  second.add(10, log.entry(2), true);
  EXPECT_TRUE(log.numbers().empty());
  gate.open();
  EXPECT_TRUE(second.wait_until_done());
  EXPECT_THAT(log.numbers(), ElementsAre(1, 2));
}

TEST(WriteQueue, LetsGoOfWhatItemsHold) {
  auto held = std::make_shared<int>(0);
  WriteQueue queue({.max_bytes = 10, .threads = 1});
  queue.add(
      1, [held]() -> WriteQueue::Finish { return [held] {}; }, true);
  EXPECT_TRUE(queue.wait_until_done());
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace omv::storage
