// SPDX-License-Identifier: LGPL-2.1-or-later
// Words of commands: only what is known is replaced, once. Programs: nobody waits for one longer than its limit.
#include "runner/child_process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <optional>

#include "temp_dir.h"

namespace omv::runner {
namespace {

using testing::ElementsAre;

TEST(ExpandWords, ReplacesWhatIsKnown) {
  EXPECT_THAT(expand_words({"cp", "{path}", "s3:{record}/{name}!"}, {{"path", "/a b"}, {"record", "r"}, {"name", "n"}}),
              ElementsAre("cp", "/a b", "s3:r/n!"));
}

TEST(ExpandWords, LeavesTheRestAsItIs) {
  EXPECT_THAT(expand_words({"{unknown}", "{", "}", "{}", "a{path", "{{path}}", ""}, {{"path", "x"}}),
              ElementsAre("{unknown}", "{", "}", "{}", "a{path", "{x}", ""));
}

TEST(ExpandWords, DoesNotLookIntoValues) {
  EXPECT_THAT(expand_words({"{path}{name}"}, {{"path", "{name}"}, {"name", "{path}"}}), ElementsAre("{name}{path}"));
}

// What became of a program that is told so much.
std::string outcome_of(const std::vector<std::string>& words, const std::string& input, Time limit) {
  std::signal(SIGPIPE, SIG_IGN);
  EventLoop loop;
  std::optional<std::string> outcome;
  const auto child = ChildProcess::start(loop, words, input, limit, [&](const std::string& failure) {
    outcome = failure;
    loop.quit();
  });
  if (!child) return child.error().message;
  loop.run();
  return outcome.value_or("never told");
}

TEST(ChildProcess, TellsHowItEnded) {
  using namespace std::chrono_literals;
  EXPECT_EQ(outcome_of({"true"}, "", 30s), "");
  EXPECT_EQ(outcome_of({"sh", "-c", "exit 3"}, "", 30s), "exit status 3");
  EXPECT_EQ(outcome_of({"sh", "-c", "kill -TERM $$"}, "", 30s), "signal 15");
}

TEST(ChildProcess, NeedNotReadItsInput) {
  using namespace std::chrono_literals;
  EXPECT_EQ(outcome_of({"sh", "-c", "exec <&-; exit 0"}, std::string(1U << 20, 'x'), 30s), "");
}

TEST(ChildProcess, HasALimitAlsoWhenItDoesNotReadItsInput) {
  using namespace std::chrono_literals;
  EXPECT_EQ(outcome_of({"sh", "-c", "exec sleep 20 </dev/null"}, std::string(1U << 20, 'x'), 100ms),
            "it took longer than its time limit");
}

// Whether a byte, or the end of the last writer, comes in time.
bool comes(int fd, short event) {
  pollfd wanted{fd, event, 0};
  for (int tries = 0; tries < 300; ++tries) {
    ::poll(&wanted, 1, 100);
    if ((wanted.revents & event) != 0) return true;
  }
  return false;
}

TEST(ChildProcess, GoesWithWhatItHasStarted) {
  using namespace std::chrono_literals;
  const test::TempDir folder;
  const std::string fifo = folder / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  EventLoop loop;
  auto child = ChildProcess::start(loop, {"sh", "-c", "(echo; exec sleep 60) >\"$0\" & wait", fifo}, "", 1min,
                                   [](const std::string&) {});
  ASSERT_TRUE(child.has_value()) << child.error().message;
  ASSERT_TRUE(comes(reader, POLLIN));
  char byte = 0;
  ASSERT_EQ(::read(reader, &byte, 1), 1);
  child->reset();
  EXPECT_TRUE(comes(reader, POLLHUP));
  ::close(reader);
}

}  // namespace
}  // namespace omv::runner
