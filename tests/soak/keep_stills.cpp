// SPDX-License-Identifier: LGPL-2.1-or-later
// Tens of thousands of stills of which a hundred are kept: never more files than that, and nothing grows.
#include <atomic>
#include <thread>

#include "process_figures.h"
#include "soak_pipeline.h"
#include "still_pipeline.h"

namespace omv::test {
namespace {

constexpr std::size_t kKept = 100;
constexpr std::size_t kMoreKiB = 2 * 1024;  // growth that is no leak

// Looks at a directory as often as it can; the largest number of files it saw.
class Watcher {
 public:
  explicit Watcher(std::string directory) : directory_(std::move(directory)), thread_([this] { watch(); }) {}
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  ~Watcher() { stop(); }

  void stop() {
    done_ = true;
    if (thread_.joinable()) thread_.join();
  }
  std::size_t most() const { return most_; }
  std::size_t looks() const { return looks_; }

 private:
  void watch() {
    for (; !done_; ++looks_) most_ = std::max(most_.load(), stills_in(directory_).size());
  }

  std::string directory_;
  std::atomic<bool> done_ = false;
  std::atomic<std::size_t> most_ = 0;
  std::atomic<std::size_t> looks_ = 0;
  std::thread thread_;
};

std::size_t entries(const std::string& directory) {
  const std::filesystem::directory_iterator all(directory);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

void save(const std::string& directory, int frames) {
  const auto out =
      run("videotestsrc pattern=ball num-buffers=" + std::to_string(frames) +
          " ! video/x-raw,width=64,height=48 ! omvimagesink queue-size=1000000 max-files=100 location=" + directory +
          "/%{index:06d}.jpg");
  EXPECT_EQ(out.error, "");
  EXPECT_TRUE(out.eos);
}

TEST(KeepStills, KeepsAHundredAtEveryMomentAndGrowsNowhere) {
  const int frames = soak_setting("OMV_SOAK_STILLS", 50'000);
  const TempDir dir;
  const std::string directory = dir / "stills";
  save(directory, frames / 50);
  const ProcessFigures before = process_figures();
  print("before", before);
  Watcher watcher(directory);
  save(directory, frames);
  watcher.stop();
  const ProcessFigures after = process_figures();
  print("after", after);
  std::printf("  %d stills, at most %zu files in %zu looks, %zu entries in the directory\n", frames, watcher.most(),
              watcher.looks(), entries(directory));
  EXPECT_EQ(watcher.most(), kKept);
  EXPECT_EQ(stills_in(directory).size(), kKept);
  EXPECT_EQ(entries(directory), kKept + 1) << "the stills and their journal";
  EXPECT_LE(after.descriptors, before.descriptors);
  EXPECT_LE(after.resident_kib, before.resident_kib + kMoreKiB);
}

}  // namespace
}  // namespace omv::test
