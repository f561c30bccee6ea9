// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames of one camera to a place in the network that may be slow, silent, or not there.
#pragma once

#include <gst/app/gstappsrc.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "rig/model.h"
#include "runner/backoff.h"
#include "runner/control.h"
#include "runner/pipelines/pipeline.h"
#include "runner/pipelines/pipeline_thread.h"
#include "runner/pipelines/stall_watch.h"
#include "runner/services.h"

namespace omv::runner {

/// Sends, and connects anew after an error, or when the other side takes nothing for kStall; later each time. Waits
/// for the network nowhere. take() is for any thread, everything else for the loop's.
class StreamLink {
 public:
  static constexpr Time kStall = std::chrono::seconds(10);
  static constexpr Time kPatience = std::chrono::minutes(1);  ///< with a connection that has failed and does not stop
  static constexpr int kMostGivenUp = 8;                      ///< of those; what comes then is waited for
  static constexpr Time kFarewell = std::chrono::seconds(2);  ///< for what is queued when the rig ends, and for goodbye

  /// `sink` as rig::sink_text(). Everything outlives this object.
  StreamLink(const rig::Record& record, const std::string& camera, std::string sink, const Services& services);
  StreamLink(const StreamLink&) = delete;
  StreamLink& operator=(const StreamLink&) = delete;
  ~StreamLink() { close(); }

  void start();

  /// Waits for nothing: a frame that the queue has no room for is lost.
  void take(GstBuffer* frame, GstCaps* caps);

  /// No more frames: the queue is sent, if that takes no longer than kFarewell. Then `on_finished`, from the loop; it
  /// may end this object. Once.
  void finish(std::function<void()> on_finished);

  /// Sets state, message, frames and bytes that were sent, and frames that were lost.
  void describe(RecordStatus& status) const;
  std::uint64_t lost() const { return lost_ + not_taken_; }

 private:
  // What one connection has sent; its pipeline may outlive the link.
  struct Sent {
    std::atomic<std::uint64_t> frames = 0;
    std::atomic<std::uint64_t> bytes = 0;
  };

  static GstPadProbeReturn on_frame(GstPad* pad, GstPadProbeInfo* info, gpointer sent);
  void launch();
  void count_frames();
  void close();
  void leave();
  void settle();
  void on_message(GstMessage* message);
  void on_warning(GstMessage* message);
  void on_stopped();
  void give_up();
  void fail(const std::string& reason);
  void look();
  bool has_taken();
  std::uint64_t offered_now();
  void go_on();
  std::string place() const;
  std::string label() const { return record_.name + " of " + camera_; }
  LogFields fields() const { return {{"record", record_.name}, {"camera", camera_}}; }

  const rig::Record record_;
  const std::string camera_;
  const std::string sink_text_;
  Services services_;
  Backoff backoff_;

  std::mutex input_mutex_;  // guards what follows to `taken_`
  ElementPtr input_;        // appsrc; null: frames go nowhere
  GstCaps* caps_ = nullptr;
  std::uint64_t offered_ = 0;  // to this connection
  std::uint64_t taken_ = 0;    // by it
  std::atomic<std::uint64_t> not_taken_ = 0;

  std::unique_ptr<Pipeline> pipeline_;  // null while the last one stops
  std::unique_ptr<PipelineThread> thread_;
  std::shared_ptr<Sent> sent_;
  StallWatch stall_{Time(0)};
  Watch look_;
  Watch retry_;
  Watch farewell_;
  Watch patience_;
  int given_up_ = 0;  // threads, in the life of this link
  std::function<void()> on_finished_;
  RecordState state_ = RecordState::idle;
  std::string message_;
  std::string warning_;     // the last one
  std::uint64_t lost_ = 0;  // by connections that are gone; likewise below
  std::uint64_t frames_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace omv::runner
