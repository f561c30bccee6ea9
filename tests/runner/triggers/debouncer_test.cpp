// SPDX-License-Identifier: LGPL-2.1-or-later
// Contacts that bounce, at times that the test says.
#include "runner/triggers/debouncer.h"

#include <gtest/gtest.h>

namespace omv::runner {

namespace {

using namespace std::chrono_literals;

TEST(Debouncer, ALevelCountsOnceItHasStayed) {
  Debouncer contact(false, 10ms);
  EXPECT_EQ(contact.due(), std::nullopt);
  contact.edge(true, 100ms);
  EXPECT_EQ(contact.due(), Time(110ms));
  EXPECT_FALSE(contact.settle(109ms));
  const auto change = contact.settle(110ms);
  ASSERT_TRUE(change);
  EXPECT_TRUE(change->level);
  EXPECT_EQ(change->at, Time(100ms));
  EXPECT_FALSE(contact.settle(1s)) << "once";
}

TEST(Debouncer, BouncesAreOneChangeAtTheLastOfThem) {
  Debouncer contact(false, 10ms);
  for (const auto at : {0ms, 4ms, 8ms}) {
    contact.edge(true, at);
    contact.edge(false, at + 2ms);
    EXPECT_FALSE(contact.settle(at + 3ms));
  }
  contact.edge(true, 12ms);
  EXPECT_FALSE(contact.settle(13ms));
  const auto change = contact.settle(30ms);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->at, Time(12ms));
}

TEST(Debouncer, ASpikeIsNoChange) {
  Debouncer contact(true, 10ms);
  contact.edge(false, 5ms);
  contact.edge(true, 6ms);
  EXPECT_EQ(contact.due(), std::nullopt);
  EXPECT_FALSE(contact.settle(1s));
}

// Nobody has asked in between, as the loop had no time.
TEST(Debouncer, EdgesThatComeLateAreJudgedByEachOther) {
  Debouncer contact(false, 10ms);
  EXPECT_FALSE(contact.edge(true, 100ms));
  EXPECT_FALSE(contact.edge(false, 101ms)) << "a bounce";
  EXPECT_FALSE(contact.edge(true, 102ms));
  const auto pressed = contact.edge(false, 500ms);
  ASSERT_TRUE(pressed);
  EXPECT_TRUE(pressed->level);
  EXPECT_EQ(pressed->at, Time(102ms));
  const auto released = contact.settle(510ms);
  ASSERT_TRUE(released);
  EXPECT_FALSE(released->level);
}

TEST(Debouncer, WithoutATimeEveryEdgeCountsAtOnce) {
  Debouncer contact(false, Time(0));
  contact.edge(true, 5ms);
  EXPECT_TRUE(contact.settle(5ms));
  contact.edge(false, 6ms);
  const auto change = contact.settle(6ms);
  ASSERT_TRUE(change);
  EXPECT_FALSE(change->level);
}

}  // namespace

}  // namespace omv::runner
