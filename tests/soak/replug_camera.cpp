// SPDX-License-Identifier: LGPL-2.1-or-later
// Pulls the cable of a camera again and again: nothing leaks, nothing hangs, time never goes back.
#include <algorithm>
#include <chrono>
#include <vector>

#include "process_figures.h"
#include "soak_pipeline.h"

namespace omv::test {
namespace {

using std::chrono::steady_clock;

constexpr int kWarmUp = 10;               // cycles until caches and the allocator's arenas have grown
constexpr std::size_t kMoreKiB = 4096;    // growth that is no leak: 20 KiB a cycle of 200
constexpr int kFramesBetween = 3;         // from one pulling of the cable to the next
constexpr double kLongestAbsence = 20.0;  // seconds from the cable's pulling to the next frame: a hang

struct Case {
  const char* name;
  bool on_pty;
  const char* protocol;
  const char* firmware;
};

// For messages of failures.
[[maybe_unused]] void PrintTo(const Case& tested, std::ostream* out) { *out << tested.name; }

constexpr Case kCases[] = {
    {"PtyV2", true, "v2", "5.0.0"},
    {"TcpV2", false, "v2", "5.0.0"},
    {"PtyUsbdbg", true, "usbdbg", "4.5.9"},
    {"TcpUsbdbg", false, "usbdbg", "4.5.9"},
};

class Replug : public ::testing::TestWithParam<Case> {
 protected:
  Replug()
      : camera_(GetParam().on_pty,
                std::string("fps=200&lock-interval=0&size=QQVGA&format=grayscale&firmware=") + GetParam().firmware),
        pipeline_(soak_pipeline(camera_.device(), std::string("stream=raw reconnect-delay=1 reconnect-delay-max=20 "
                                                              "pixformat=grayscale framesize=QQVGA protocol=") +
                                                      GetParam().protocol)) {}

  // The next frame, which is whole and not earlier than the one before.
  void take_frame() {
    const auto frames = pull(pipeline_, 1);
    ASSERT_EQ(frames.size(), 1u) << "no frame; " << empty_bus(pipeline_);
    ASSERT_GE(sequence_of(frames[0]), 0) << "a damaged frame";
    ASSERT_GE(frames[0].running_time, last_) << "running time has gone back";
    last_ = frames[0].running_time;
  }

  // Out for 5 to 40 ms.
  void cycle(guint64 number) {
    const auto before = steady_clock::now();
    const emulator::Fault unplug{emulator::Fault::Kind::unplug, std::chrono::milliseconds(5 + number * 7 % 36), {}, {}};
    ASSERT_TRUE(camera_.emulator().inject(unplug));
    while (soak_stat(pipeline_, "reconnects") < number) ASSERT_NO_FATAL_FAILURE(take_frame());
    ASSERT_NO_FATAL_FAILURE(take_frame());
    gaps_.push_back(std::chrono::duration<double>(steady_clock::now() - before).count());
    for (int i = 0; i < kFramesBetween; ++i) ASSERT_NO_FATAL_FAILURE(take_frame());
    ASSERT_EQ(empty_bus(pipeline_), "");
  }

  SoakCamera camera_;
  Pipeline pipeline_;
  guint64 last_ = 0;
  std::vector<double> gaps_;
};

TEST_P(Replug, LeavesNothingBehind) {
  const auto cycles = static_cast<guint64>(soak_setting("OMV_SOAK_CYCLES", 200));
  pipeline_.set_state(GST_STATE_PLAYING);
  ASSERT_NO_FATAL_FAILURE(take_frame());
  for (guint64 number = 1; number <= kWarmUp; ++number) ASSERT_NO_FATAL_FAILURE(cycle(number)) << "warming up";
  const ProcessFigures start = process_figures();
  gaps_.clear();
  for (guint64 number = 1; number <= cycles; ++number) ASSERT_NO_FATAL_FAILURE(cycle(kWarmUp + number)) << number;
  const ProcessFigures end = process_figures();

  std::sort(gaps_.begin(), gaps_.end());
  std::printf("%s: %llu cycles\n", GetParam().name, static_cast<unsigned long long>(cycles));
  print("start", start);
  print("end", end);
  std::printf(
      "  from the pulling to the next frame: median %.0f ms, longest %.0f ms; running time %.1f s, never back\n",
      gaps_[gaps_.size() / 2] * 1e3, gaps_.back() * 1e3, static_cast<double>(last_) / GST_SECOND);
  EXPECT_LE(end.descriptors, start.descriptors);
  EXPECT_LE(end.threads, start.threads);
  EXPECT_LE(end.resident_kib, start.resident_kib + kMoreKiB);
  EXPECT_LT(gaps_.back(), kLongestAbsence);
}

INSTANTIATE_TEST_SUITE_P(Links, Replug, ::testing::ValuesIn(kCases),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace omv::test
