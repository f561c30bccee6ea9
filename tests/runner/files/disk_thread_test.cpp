// SPDX-License-Identifier: LGPL-2.1-or-later
// Work in its order, and a disk that hangs.
#include "runner/files/disk_thread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <vector>

namespace omv::runner {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

TEST(DiskThread, DoesEverythingInItsOrder) {
  std::vector<int> done;
  DiskThread thread;
  for (int i = 0; i < 3; ++i) {
    thread.post([&done, i] {
      done.push_back(i);
      if (i == 1) throw std::runtime_error("no memory, say");
    });
  }
  EXPECT_TRUE(thread.finish(20s));
  EXPECT_THAT(done, ElementsAre(0, 1, 2));
}

TEST(DiskThread, SaysThatADiskHangs) {
  std::promise<void> released;
  DiskThread thread;
  thread.post([&] { released.get_future().wait_for(20s); });
  EXPECT_FALSE(thread.finish(Time(0)));
  released.set_value();
  EXPECT_TRUE(thread.finish(20s));
}

}  // namespace
}  // namespace omv::runner
