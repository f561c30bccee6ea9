// SPDX-License-Identifier: LGPL-2.1-or-later
// Calls that go wrong.
#include "runner/event_loop.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace omv::runner {
namespace {

using namespace std::chrono_literals;

TEST(EventLoop, OutlivesWhatItsCallsThrow) {
  EventLoop loop;
  int calls = 0;
  const Watch watch = loop.every(1ms, [&] {
    if (++calls == 3) loop.quit();
    throw std::runtime_error("no memory, say");
  });
  const Watch deadline = loop.after(20s, [&] { loop.quit(); });
  loop.run();
  EXPECT_EQ(calls, 3) << "it is called again, as any other";
}

}  // namespace
}  // namespace omv::runner
