// SPDX-License-Identifier: LGPL-2.1-or-later
// Between a camera's thread and the thread that streams: frames and triggers in order, everything else as messages.
#pragma once

#include <gst/gst.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "common/camera_trigger.h"
#include "omv/camera/live_camera.h"
#include "omv/camera/tick_clock.h"

namespace omv::gst {

/// What happens to frames that come faster than they are taken.
enum class Overflow {
  drop,   ///< the oldest of them is dropped and counted
  block,  ///< the camera has to wait, and captures nothing meanwhile
};

struct CaptureOptions {
  camera::LiveOptions camera;
  Overflow overflow = Overflow::drop;
  /// The script has no end of its own: when it ends without having said so (kRecordMark, "end") it is run again.
  bool endless_script = false;
};

/// Reported before anything has been measured.
inline constexpr GstClockTime kFirstLatency = 40 * GST_MSECOND;

struct CaptureStats {
  camera::LiveStats camera;
  std::uint64_t frames = 0;            ///< handed on
  std::uint64_t bytes = 0;             ///< of those
  std::uint64_t dropped_busy = 0;      ///< frames that nobody took in time
  std::uint64_t dropped_triggers = 0;  ///< the same of triggers
  std::uint64_t triggers = 0;
  GstClockTime latency = kFirstLatency;  ///< to be reported: what transfers take, but for exceptions, rounded up
};

class CameraCapture final : private camera::LiveListener {
 public:
  struct Frame {
    camera::FrameReceived frame;
    GstClockTime time = GST_CLOCK_TIME_NONE;  ///< running time; never goes back
    bool discont = false;
  };
  struct Trigger {
    StructurePtr structure;
    GstClockTime time = GST_CLOCK_TIME_NONE;
  };
  using Item = std::variant<Frame, Trigger>;

  /// Frames wait for the streaming thread up to this number and size.
  static constexpr std::size_t kMaxFrames = 16;
  static constexpr std::size_t kMaxBytes = 64 * 1024 * 1024;

  /// Begins to connect. `element` outlives the capture: it gives the clock and posts omv-camera, omv-script,
  /// omv-stdout, omv-trigger and latency messages.
  CameraCapture(GstElement* element, CaptureOptions options, camera::LiveCamera::Opener open);
  /// Does not wait for the camera.
  ~CameraCapture() override;

  /// Waits for the next frame or trigger. Errc::cancelled: interrupted; Errc::end: the camera's script has ended;
  /// others: no camera, and why.
  Result<Item> next();
  /// From any thread: while interrupted, next() does not wait.
  void interrupt(bool interrupted);
  /// While not playing nobody takes frames, and none are kept.
  void set_playing(bool playing);

  CaptureStats stats() const;
  std::optional<camera::BoardInfo> board() const;
  bool was_found() const { return board().has_value(); }

 private:
  bool has_room() override;
  void on_found(const camera::BoardInfo& board) override;
  void on_lost(const Error& why) override;
  void on_frame(camera::FrameReceived frame, bool gap) override;
  void on_line(const std::string& line, Time arrival) override;
  void on_channel(const camera::ChannelData& data) override;
  void on_script_started() override;
  bool on_script_ended(const std::string& failure) override;
  void on_end(const Error& why) override;

  bool take_record(std::string_view json, Time arrival);
  void raise(StructurePtr trigger, Time at);
  void insert(Trigger trigger);
  GstClockTime running_time(Time at) const;
  void measure_latency(Time transfer);
  bool is_full() const;
  void drop_oldest();
  void post_camera(const char* state) const;

  GstElement* const element_;
  const Overflow overflow_;
  const bool endless_script_;

  // The camera's thread only.
  camera::TickClock ticks_;
  GstClockTime last_time_ = 0;
  bool end_announced_ = false;  // by the script that runs

  mutable std::mutex mutex_;  // guards what follows; not held while waiting for anything else
  std::condition_variable changed_;
  std::deque<Item> items_;
  std::size_t frames_ = 0;  // of items_
  std::size_t bytes_ = 0;
  std::optional<Error> end_;
  bool interrupted_ = false;
  bool playing_ = true;
  GstClockTime paused_at_ = 0;  // running time when playing_ became false
  bool gap_ = false;            // frames were dropped
  bool full_ = false;           // what the camera was told last
  CaptureStats stats_;
  std::optional<camera::BoardInfo> board_;

  camera::LiveCamera camera_;  // last: everything above exists when it starts
};

}  // namespace omv::gst
