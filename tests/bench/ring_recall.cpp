// SPDX-License-Identifier: LGPL-2.1-or-later
// ring_recall [TRIGGERS]: what of the second before and after random moments comes out of omvring, and what of the
// nearest that gst-launch-1.0 can stitch together: a delay of one second (a leaky queue with a threshold) and a valve
// that the application opens at the moment and closes two seconds later. Both get the same frames, 100 a second.
#include <gst/gst.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace {

using std::chrono::milliseconds;

constexpr const char* kPipeline =
    "videotestsrc is-live=true ! video/x-raw,format=GRAY8,width=64,height=48,framerate=100/1 ! identity name=in "
    "signal-handoffs=true ! tee name=t "
    "t. ! omvring name=ring pre-time=1000000000 post-time=1000000000 ! fakesink name=a signal-handoffs=true "
    "async=false "
    "t. ! queue leaky=downstream min-threshold-time=1000000000 max-size-time=2000000000 max-size-buffers=0 "
    "max-size-bytes=0 ! valve name=valve drop=true ! fakesink name=b signal-handoffs=true async=false";
constexpr std::int64_t kAround = GST_SECOND;

/// Frames by their number, with the time they had; from any thread.
class Arrivals {
 public:
  void add(GstBuffer* buffer) {
    const std::lock_guard hold(lock_);
    frames_[GST_BUFFER_OFFSET(buffer)] = static_cast<std::int64_t>(GST_BUFFER_PTS(buffer));
  }
  std::map<std::uint64_t, std::int64_t> all() {
    const std::lock_guard hold(lock_);
    return frames_;
  }
  std::map<std::uint64_t, std::int64_t> take() {
    const std::lock_guard hold(lock_);
    return std::exchange(frames_, {});
  }

  static void on_sink(GstElement*, GstBuffer* buffer, GstPad*, gpointer self) {
    static_cast<Arrivals*>(self)->add(buffer);
  }
  static void on_identity(GstElement*, GstBuffer* buffer, gpointer self) { static_cast<Arrivals*>(self)->add(buffer); }

 private:
  std::mutex lock_;
  std::map<std::uint64_t, std::int64_t> frames_;
};

using Frames = std::map<std::uint64_t, std::int64_t>;

struct Score {
  std::int64_t wanted = 0;
  std::int64_t missing = 0;
  std::int64_t surplus = 0;
  double worst_start_ms = 0;

  // From the frame that is shown a second before the trigger to that in front of a second behind it.
  void add(std::int64_t trigger, const Frames& delivered, const Frames& got) {
    std::set<std::uint64_t> asked;
    for (const auto& [frame, time] : delivered) {
      if (time <= trigger - kAround) asked = {frame};
      if (time > trigger - kAround && time < trigger + kAround) asked.insert(frame);
    }
    std::int64_t found = 0;
    for (const std::uint64_t frame : asked) found += static_cast<std::int64_t>(got.count(frame));
    wanted += static_cast<std::int64_t>(asked.size());
    missing += static_cast<std::int64_t>(asked.size()) - found;
    surplus += static_cast<std::int64_t>(got.size()) - found;
    if (got.empty()) return;
    const std::int64_t off = delivered.at(got.begin()->first) - delivered.at(*asked.begin());
    worst_start_ms = std::max(worst_start_ms, std::abs(static_cast<double>(off) / 1e6));
  }

  void print(const char* name) const {
    std::printf("%s: %lld frames asked for, %lld missing, %lld too many, begins up to %.0f ms off\n", name,
                static_cast<long long>(wanted), static_cast<long long>(missing), static_cast<long long>(surplus),
                worst_start_ms);
  }
};

void watch(GstElement* pipeline, const char* name, GCallback handler, Arrivals& arrivals) {
  GstElement* element = gst_bin_get_by_name(GST_BIN(pipeline), name);
  g_signal_connect(element, "handoff", handler, &arrivals);
  gst_object_unref(element);
}

void raise_trigger(GstElement* ring, std::int64_t now) {
  GstStructure* trigger =
      gst_structure_new("omv-trigger", "running-time", G_TYPE_UINT64, static_cast<guint64>(now), nullptr);
  gboolean taken = FALSE;
  g_signal_emit_by_name(ring, "trigger", trigger, &taken);
  gst_structure_free(trigger);
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  const int triggers = argc > 1 ? std::atoi(argv[1]) : 10;
  GstElement* pipeline = gst_parse_launch(kPipeline, nullptr);
  Arrivals delivered;
  Arrivals of_ring;
  Arrivals of_valve;
  watch(pipeline, "in", G_CALLBACK(Arrivals::on_identity), delivered);
  watch(pipeline, "a", G_CALLBACK(Arrivals::on_sink), of_ring);
  watch(pipeline, "b", G_CALLBACK(Arrivals::on_sink), of_valve);
  GstElement* ring = gst_bin_get_by_name(GST_BIN(pipeline), "ring");
  GstElement* valve = gst_bin_get_by_name(GST_BIN(pipeline), "valve");
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  gst_element_get_state(pipeline, nullptr, nullptr, 10 * GST_SECOND);
  std::mt19937 random(1);
  Score ring_score;
  Score valve_score;
  for (int i = 0; i < triggers; ++i) {
    std::this_thread::sleep_for(milliseconds(2000 + random() % 1000));
    const auto now = static_cast<std::int64_t>(gst_element_get_current_running_time(pipeline));
    raise_trigger(ring, now);
    g_object_set(valve, "drop", FALSE, nullptr);
    std::this_thread::sleep_for(milliseconds(2000));
    g_object_set(valve, "drop", TRUE, nullptr);
    ring_score.add(now, delivered.all(), of_ring.take());
    valve_score.add(now, delivered.all(), of_valve.take());
  }
  ring_score.print("omvring");
  valve_score.print("queue and valve");
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(ring);
  gst_object_unref(valve);
  gst_object_unref(pipeline);
}
