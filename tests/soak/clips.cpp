// SPDX-License-Identifier: LGPL-2.1-or-later
// Clips for minutes: memory that stays, a writer that stalls, a storm of triggers, and how soon the first byte is there.
#include <gst/check/gstharness.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>

#include "clip_sink.h"
#include "process_figures.h"
#include "soak_pipeline.h"

namespace omv::test {
namespace {

using std::chrono::duration;
using std::chrono::steady_clock;

constexpr std::size_t kBytes = 20'000;  // of a frame

/// Frames pushed straight into the sink, so that its streaming thread is ours and can be timed.
class TimedSink {
 public:
  TimedSink(const std::string& settings, unsigned rate) : step_(GST_SECOND / rate) {
    harness_ = gst_harness_new_parse(("omvclipsink name=sink " + settings).c_str());
    gst_harness_set_src_caps_str(harness_, "image/jpeg,width=16,height=16");
    sink_ = gst_bin_get_by_name(GST_BIN(harness_->element), "sink");
    if (sink_ == nullptr) sink_ = GST_ELEMENT(gst_object_ref(harness_->element));
    gst_harness_play(harness_);
  }
  ~TimedSink() {
    gst_object_unref(sink_);
    gst_harness_teardown(harness_);
  }
  TimedSink(const TimedSink&) = delete;
  TimedSink& operator=(const TimedSink&) = delete;

  /// The next frame; sleeps until it is its time when `live`.
  void push(bool live) {
    const GstClockTime time = frames_ * step_;
    if (live) std::this_thread::sleep_until(start_ + std::chrono::nanoseconds(time));
    const Bytes jpeg = numbered_jpeg(frames_++, kBytes);
    GstBuffer* buffer = gst_buffer_new_memdup(jpeg.data(), jpeg.size());
    GST_BUFFER_PTS(buffer) = time;
    GST_BUFFER_DURATION(buffer) = step_;
    const auto begin = steady_clock::now();
    EXPECT_EQ(gst_harness_push(harness_, buffer), GST_FLOW_OK);
    const duration<double, std::milli> held = steady_clock::now() - begin;
    longest_ms = std::max(longest_ms, held.count());
  }

  /// At the end of the last frame: the clock of a harness stands still.
  void trigger() {
    GstStructure* structure = gst_structure_new("omv-trigger", "running-time", G_TYPE_UINT64, frames_ * step_, nullptr);
    gboolean taken = FALSE;
    g_signal_emit_by_name(sink_, "trigger", structure, &taken);
    gst_structure_free(structure);
  }

  guint64 stat(const char* name) {
    GstStructure* stats = nullptr;
    g_object_get(sink_, "stats", &stats, nullptr);
    guint64 value = 0;
    EXPECT_TRUE(gst_structure_get_uint64(stats, name, &value)) << name;
    gst_structure_free(stats);
    return value;
  }

  double longest_ms = 0;  ///< that a push took

 private:
  GstHarness* harness_;
  GstElement* sink_;
  GstClockTime step_;
  std::uint64_t frames_ = 0;
  steady_clock::time_point start_ = steady_clock::now();
};

TEST(Clips, HoldNoMoreThanIsConfigured) {
  const int seconds = soak_setting("OMV_SOAK_SECONDS", 600);
  constexpr std::size_t kRing = 32u << 20;
  const TempDir dir;
  const auto base = process_figures();
  TimedSink sink("max-bytes=" + std::to_string(kRing) + " pre-time=18446744073709551615 post-time=2000000000 " +
                     "max-files=3 location=" + (dir / "%{index}.bin"),
                 100);
  for (int i = 0; i < seconds * 100; ++i) {
    sink.push(true);
    if (i % 1000 == 500) sink.trigger();
    if (i == 2500 || i % 6000 == 5999) print("now", process_figures());
  }
  const auto end = process_figures();
  const double more = static_cast<double>(end.resident_kib - base.resident_kib) / 1024;
  std::printf("  ring %.1f MiB configured, process grew by %.1f MiB; %llu clips, longest push %.2f ms\n", kRing / 1048576.0,
              more, static_cast<unsigned long long>(sink.stat("saved")), sink.longest_ms);
  EXPECT_LT(more, 1.05 * kRing / 1048576.0 + 12) << "and a fixed base";
  EXPECT_EQ(sink.stat("incomplete"), 0u);
}

TEST(Clips, HoldNobodyUpWhileTheWriterStalls) {
  const int seconds = soak_setting("OMV_SOAK_STALL_SECONDS", 30);
  const TempDir dir;
  ASSERT_EQ(::mkfifo((dir / "0.bin").c_str(), 0600), 0);
  TimedSink sink("queue-size=8000000 max-bytes=8000000 pre-time=1000000000 post-time=18446744073709551615 location=" +
                     (dir / "%{clip}.bin"),
                 50);
  for (int i = 0; i < seconds * 50; ++i) {
    sink.push(true);
    if (i == 60) sink.trigger();
  }
  std::printf("  stalled for %d s: longest push %.2f ms, %llu bytes queued\n", seconds, sink.longest_ms,
              static_cast<unsigned long long>(sink.stat("queued-bytes")));
  EXPECT_LT(sink.longest_ms, 20) << "a frame time";
  EXPECT_LE(sink.stat("queued-bytes"), 8000000u);
}

TEST(Clips, BeginSoonAfterTheTrigger) {
  const TempDir dir;
  TimedSink sink("pre-time=1000000000 post-time=100000000 location=" + (dir / "%{clip}.bin"), 50);
  std::vector<double> times;
  for (int clip = 0; clip < soak_setting("OMV_SOAK_CLIPS", 50); ++clip) {
    for (int i = 0; i < 100; ++i) sink.push(false);
    while (sink.stat("unfinished") > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const std::string part = dir / (std::to_string(clip) + ".bin.part");
    const auto begin = steady_clock::now();
    sink.trigger();
    struct stat status = {};
    while (::stat(part.c_str(), &status) != 0 || status.st_size == 0) std::this_thread::yield();
    times.push_back(duration<double, std::milli>(steady_clock::now() - begin).count());
  }
  std::sort(times.begin(), times.end());
  std::printf("  trigger to first byte: median %.2f ms, longest %.2f ms of %zu\n", times[times.size() / 2], times.back(),
              times.size());
  EXPECT_LT(times[times.size() / 2], 10);
}

TEST(Clips, StayOneInAStormOfTriggers) {
  const int seconds = soak_setting("OMV_SOAK_STORM_SECONDS", 60);
  const TempDir dir;
  TimedSink sink("max-time=10000000000 pre-time=1000000000 post-time=1000000000 max-files=4 location=" +
                     (dir / "%{index}.bin"),
                 50);
  auto early = process_figures();
  for (int i = 0; i < seconds * 50; ++i) {
    sink.push(true);
    for (int n = 0; n < 20; ++n) sink.trigger();
    if (i == 600) early = process_figures();
  }
  const auto late = process_figures();
  const auto count = [&](const char* name) { return static_cast<unsigned long long>(sink.stat(name)); };
  std::printf("  %llu triggers: %llu used, %llu merged, %llu ignored, %llu waiting; %llu clips\n", count("triggers"),
              count("used"), count("merged"), count("ignored"), count("waiting"), count("clips"));
  print("early", early);
  print("late", late);
  EXPECT_EQ(count("triggers"), count("used") + count("merged") + count("ignored") + count("waiting"));
  EXPECT_EQ(count("triggers"), static_cast<unsigned long long>(seconds) * 1000);
  EXPECT_LT(late.resident_kib, early.resident_kib + 4096);
}

}  // namespace
}  // namespace omv::test
