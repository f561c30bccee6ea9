// SPDX-License-Identifier: LGPL-2.1-or-later
// gst-launch-1.0 saves stills and is killed at random moments: no file under its final name is broken, the limit holds,
// and the next run goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <random>

#include "omv/formats/format.h"
#include "still_pipeline.h"

namespace {

using omv::test::stills_in;
using omv::test::TempDir;
using omv::test::wait_until;

constexpr std::size_t kMaxFiles = 30;

[[noreturn]] void save_until_killed(const std::string& location, const char* caps) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // it goes on for ever should the test go first
  const std::string limit = "max-files=" + std::to_string(kMaxFiles);
  execlp("gst-launch-1.0", "gst-launch-1.0", "-q", "videotestsrc", "pattern=snow", "!", caps, "!", "omvimagesink",
         ("location=" + location).c_str(), limit.c_str(), nullptr);
  _exit(127);
}

// The number of the newest file; -1: there is none.
int newest(const std::string& directory) {
  const auto names = stills_in(directory);
  return names.empty() ? -1 : std::atoi(names.back().c_str());
}

// Kills the process a little after it has saved some more.
void save_and_kill(const std::string& directory, const std::string& extension, std::mt19937& random) {
  const int before = newest(directory);
  const pid_t child = fork();
  if (child == 0) save_until_killed(directory + "/%{index:06d}." + extension, "video/x-raw,width=160,height=120");
  int status = 0;
  bool ended = false;
  const int wanted = before + 1 + static_cast<int>(random() % 40);
  EXPECT_TRUE(wait_until([&] {
    ended = waitpid(child, &status, WNOHANG) == child;
    return ended || newest(directory) >= wanted;
  }));
  usleep(static_cast<useconds_t>(random() % 3000));
  ASSERT_FALSE(ended) << "the program ended with status " << status;
  kill(child, SIGKILL);
  ASSERT_EQ(waitpid(child, &status, 0), child);
}

void expect_whole(const std::string& path) {
  const auto picture = (*omv::formats::format_for_path(path))->decode(omv::test::read_file(path), {});
  ASSERT_TRUE(picture) << path << ": " << picture.error().message;
  ASSERT_EQ(picture->info.width, 160u);
}

int setting(const char* name, int usual) {
  const char* wanted = std::getenv(name);
  return wanted != nullptr ? std::max(1, std::atoi(wanted)) : usual;
}

TEST(KilledStills, AreWholeOrNotThereAndStayWithinTheirLimit) {
  if (std::system("gst-launch-1.0 --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no gst-launch-1.0";
  std::mt19937 random(static_cast<unsigned>(setting("OMV_KILL_SEED", 9)));
  const TempDir dir;
  int files = 0;
  const int rounds = setting("OMV_KILL_ROUNDS", 6);
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    const std::string extension = round % 2 == 0 ? "jpg" : "png";
    const std::string directory = dir / extension;
    save_and_kill(directory, extension, random);
    const auto names = stills_in(directory);
    EXPECT_LE(names.size(), kMaxFiles);
    for (const std::string& name : names) expect_whole(directory + "/" + name);
    files += static_cast<int>(names.size());
  }
  std::printf("%d kills, %d files, none broken\n", rounds, files);
  EXPECT_GT(files, 0);
}

}  // namespace
