// SPDX-License-Identifier: LGPL-2.1-or-later
// GLib's locks told to the thread sanitizer, which does not see them: GLib and GStreamer are not built with it.
//
// GMutex and GCond are futexes, references are counted with atomic instructions, and queues lock inside of GLib. Linked
// into a program, these take the place of GLib's own for the program, the plugin, and every library but GLib itself. A
// reference that is given up counts as an order between all who give one up, as that is what the last of them relies
// on.
#include <dlfcn.h>
#include <glib-object.h>
#include <gst/gst.h>
#include <sanitizer/tsan_interface.h>

namespace {

template <typename Function>
Function* next(Function*, const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

void order(void* object) {
  __tsan_acquire(object);
  __tsan_release(object);
}

}  // namespace

extern "C" {

void g_mutex_lock(GMutex* mutex) {
  static auto* const real = next(g_mutex_lock, "g_mutex_lock");
  real(mutex);
  __tsan_acquire(mutex);
}

gboolean g_mutex_trylock(GMutex* mutex) {
  static auto* const real = next(g_mutex_trylock, "g_mutex_trylock");
  const gboolean is_locked = real(mutex);
  if (is_locked) __tsan_acquire(mutex);
  return is_locked;
}

void g_mutex_unlock(GMutex* mutex) {
  static auto* const real = next(g_mutex_unlock, "g_mutex_unlock");
  __tsan_release(mutex);
  real(mutex);
}

void g_cond_wait(GCond* cond, GMutex* mutex) {
  static auto* const real = next(g_cond_wait, "g_cond_wait");
  __tsan_release(mutex);
  real(cond, mutex);
  __tsan_acquire(mutex);
}

gboolean g_cond_wait_until(GCond* cond, GMutex* mutex, gint64 end_time) {
  static auto* const real = next(g_cond_wait_until, "g_cond_wait_until");
  __tsan_release(mutex);
  const gboolean is_signalled = real(cond, mutex, end_time);
  __tsan_acquire(mutex);
  return is_signalled;
}

void g_async_queue_push(GAsyncQueue* queue, gpointer data) {
  static auto* const real = next(g_async_queue_push, "g_async_queue_push");
  __tsan_release(queue);
  real(queue, data);
}

gpointer g_async_queue_try_pop(GAsyncQueue* queue) {
  static auto* const real = next(g_async_queue_try_pop, "g_async_queue_try_pop");
  const gpointer data = real(queue);
  __tsan_acquire(queue);
  return data;
}

gpointer g_async_queue_timeout_pop(GAsyncQueue* queue, guint64 timeout) {
  static auto* const real = next(g_async_queue_timeout_pop, "g_async_queue_timeout_pop");
  const gpointer data = real(queue, timeout);
  __tsan_acquire(queue);
  return data;
}

void g_object_unref(gpointer object) {
  static auto* const real = next(g_object_unref, "g_object_unref");
  order(object);
  real(object);
}

void gst_mini_object_unref(GstMiniObject* object) {
  static auto* const real = next(gst_mini_object_unref, "gst_mini_object_unref");
  order(object);
  real(object);
}

}  // extern "C"
