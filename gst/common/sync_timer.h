// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells an element that something has waited for long enough, even when nothing comes in any more.
#pragma once

#include <gst/gst.h>

#include <mutex>

namespace omv::gst {

/// Goes by the system's clock: that of a pipeline may stand still together with the device it belongs to. Has no thread
/// and waits for nobody. For any thread.
class SyncTimer {
 public:
  /// `on_due` is called on a thread of GStreamer's pool, without locks, while the element is held. By then it may be
  /// due no more: is_due() says so. The timer goes with the element, and is stopped then.
  SyncTimer(GstElement* element, GstElementCallAsyncFunc on_due) : element_(element), on_due_(on_due) {}
  SyncTimer(const SyncTimer&) = delete;
  SyncTimer& operator=(const SyncTimer&) = delete;

  /// Something waits, if nothing does yet: from now on it is due in `patience`, more than 0.
  void begin(GstClockTime patience);

  /// Nothing waits.
  void clear();

  bool is_due() const;

  /// Time counts between run() and stop() only. What has waited before a stop() waits anew.
  void run();
  void stop();

 private:
  struct Wait;
  static gboolean on_time(GstClock*, GstClockTime, GstClockID id, gpointer wait);
  void expire(GstClockID id);
  void schedule(GstClockTime time);
  void cancel();

  GstElement* element_;
  GstElementCallAsyncFunc on_due_;
  mutable std::mutex lock_;
  bool is_running_ = false;
  bool is_waiting_ = false;
  bool is_due_ = false;
  GstClockTime since_ = 0;
  GstClockTime patience_ = 0;
  GstClockID id_ = nullptr;  // at the end of this wait, or of one before that was cleared
};

}  // namespace omv::gst
