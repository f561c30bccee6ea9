// SPDX-License-Identifier: LGPL-2.1-or-later
// A recording whose writer is killed has every frame but, at most, the one being written.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>

#include "omv/recording/imageio_file.h"
#include "recording_bytes.h"
#include "temp_dir.h"

namespace omv::imageio {
namespace {

constexpr std::size_t kFrameBytes = 100 * 99;  // and 4 bytes of padding
constexpr FrameInfo kInfo{PixelFormat::grayscale, 100, 99};

// Writes more than any round waits for, then waits itself, so that a parent that gets no time fills no disk.
[[noreturn]] void record_until_killed(const std::string& path) {
  auto stream = FileStream::create(path);
  if (!stream) _exit(1);
  for (int n = 0; n < 1000; ++n)
    if (!(*stream)->write(kInfo, test::counted_bytes(kFrameBytes, static_cast<std::uint8_t>(n)))) _exit(1);
  while (true) pause();
}

std::uint64_t size_of(const std::string& path) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(path, missing);
  return missing ? 0 : size;
}

// Kills the writer once the file has `bytes`, wherever in a frame it is then; returns whether it lived until then.
bool record_and_kill(const std::string& path, std::uint64_t bytes) {
  const pid_t child = fork();
  if (child == 0) record_until_killed(path);
  while (size_of(path) < bytes && waitpid(child, nullptr, WNOHANG) == 0) {
  }
  kill(child, SIGKILL);
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFSIGNALED(status);
}

TEST(ImageioKill, LosesAtMostTheFrameBeingWritten) {
  std::mt19937 random(9);
  const test::TempDir dir;
  const std::string path = dir / "killed.bin";
  for (int round = 0; round < 25; ++round) {
    std::filesystem::remove(path);
    ASSERT_TRUE(record_and_kill(path, random() % 2'000'000));
    auto stream = FileStream::open(path);
    if (size_of(path) < kMagicBytes) continue;
    ASSERT_TRUE(stream) << stream.error().message;
    const std::uint64_t chunk = 32 + kFrameBytes + 4;
    EXPECT_EQ(*(*stream)->count(), (size_of(path) - kMagicBytes + 4) / chunk);
    for (std::uint8_t n = 0; auto frame = (*stream)->read({.loop = false, .pause = false}); ++n)
      ASSERT_EQ(frame->frame.data, test::counted_bytes(kFrameBytes, n));
  }
}

}  // namespace
}  // namespace omv::imageio
