// SPDX-License-Identifier: LGPL-2.1-or-later
// One asynchronous wait on the clock at a time, whose end is handed on: the clock's thread is everybody's.
#include "common/sync_timer.h"

#include <utility>

namespace omv::gst {

namespace {

GstClockTime now() {
  GstClock* clock = gst_system_clock_obtain();
  const GstClockTime time = gst_clock_get_time(clock);
  gst_object_unref(clock);
  return time;
}

}  // namespace

// The clock may let go of one that was cancelled later than everybody else of the element.
struct SyncTimer::Wait {
  explicit Wait(SyncTimer& of) : timer(of) { g_weak_ref_init(&element, of.element_); }
  ~Wait() { g_weak_ref_clear(&element); }
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  SyncTimer& timer;  // there as long as the element is
  GWeakRef element;
};

void SyncTimer::begin(GstClockTime patience) {
  const std::lock_guard hold(lock_);
  if (is_waiting_) return;
  is_waiting_ = true;
  since_ = now();
  patience_ = patience;
  if (is_running_ && id_ == nullptr) schedule(since_ + patience_);
}

// The wait on the clock goes on: to call it off and begin another for every sync costs more than to be woken once.
void SyncTimer::clear() {
  const std::lock_guard hold(lock_);
  is_waiting_ = is_due_ = false;
}

bool SyncTimer::is_due() const {
  const std::lock_guard hold(lock_);
  return is_due_;
}

void SyncTimer::run() {
  const std::lock_guard hold(lock_);
  is_running_ = true;
  since_ = now();
  if (is_waiting_ && id_ == nullptr) schedule(since_ + patience_);
}

void SyncTimer::stop() {
  const std::lock_guard hold(lock_);
  is_running_ = is_due_ = false;
  cancel();
}

void SyncTimer::schedule(GstClockTime time) {
  GstClock* clock = gst_system_clock_obtain();
  id_ = gst_clock_new_single_shot_id(clock, time);
  gst_clock_id_wait_async(id_, on_time, new Wait(*this), [](gpointer wait) { delete static_cast<Wait*>(wait); });
  gst_object_unref(clock);
}

void SyncTimer::cancel() {
  if (id_ == nullptr) return;
  gst_clock_id_unschedule(id_);
  gst_clock_id_unref(std::exchange(id_, nullptr));
}

gboolean SyncTimer::on_time(GstClock*, GstClockTime, GstClockID id, gpointer wait) {
  Wait& self = *static_cast<Wait*>(wait);
  gpointer element = g_weak_ref_get(&self.element);
  if (element == nullptr) return TRUE;
  self.timer.expire(id);
  gst_object_unref(element);
  return TRUE;
}

void SyncTimer::expire(GstClockID id) {
  const std::lock_guard hold(lock_);
  if (id_ != id) return;  // it was cancelled at the last moment
  gst_clock_id_unref(std::exchange(id_, nullptr));
  if (!is_waiting_) return;
  if (now() < since_ + patience_) return schedule(since_ + patience_);
  is_due_ = true;
  gst_element_call_async(element_, on_due_, nullptr, nullptr);
}

}  // namespace omv::gst
