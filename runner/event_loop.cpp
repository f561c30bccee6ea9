// SPDX-License-Identifier: LGPL-2.1-or-later
// Sources of GLib with functions behind them.
#include "runner/event_loop.h"

#include <glib-unix.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "runner/guarded.h"

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace omv::runner {

namespace {

// GLib's lock orders what comes before a post and its call. The thread sanitizer, which does not see it, is told.
void tell_posted([[maybe_unused]] void* call) {
#if defined(__SANITIZE_THREAD__)
  __tsan_release(call);
#endif
}

void tell_called([[maybe_unused]] void* call) {
#if defined(__SANITIZE_THREAD__)
  __tsan_acquire(call);
#endif
}

struct Call {
  std::function<void()> function;
  bool again;
};

gboolean on_source(gpointer data) {
  tell_called(data);
  const auto* call = static_cast<Call*>(data);
  const bool again = call->again;
  guarded(call->function);
  return again ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

gboolean on_descriptor(gint, GIOCondition, gpointer data) { return on_source(data); }

void delete_call(gpointer data) { delete static_cast<Call*>(data); }

// The function outlives a call within which its watch goes: GLib holds it until it returns.
Watch attach(GSource* source, GSourceFunc dispatch, std::function<void()> function, bool again) {
  g_source_set_callback(source, dispatch, new Call{std::move(function), again}, delete_call);
  g_source_attach(source, nullptr);
  return Watch(source);
}

guint milliseconds(Time time) {
  const auto whole = std::chrono::ceil<std::chrono::milliseconds>(time).count();
  return static_cast<guint>(std::clamp<std::int64_t>(whole, 0, G_MAXINT));
}

}  // namespace

void SourceDeleter::operator()(GSource* source) const {
  g_source_destroy(source);
  g_source_unref(source);
}

EventLoop::EventLoop() : loop_(g_main_loop_new(nullptr, FALSE)) {}

EventLoop::~EventLoop() { g_main_loop_unref(loop_); }

void EventLoop::run() {
  if (!quit_) g_main_loop_run(loop_);
}

void EventLoop::quit() {
  quit_ = true;
  g_main_loop_quit(loop_);
}

Watch EventLoop::after(Time delay, std::function<void()> call) {
  return attach(g_timeout_source_new(milliseconds(delay)), on_source, std::move(call), false);
}

Watch EventLoop::every(Time period, std::function<void()> call) {
  return attach(g_timeout_source_new(milliseconds(period)), on_source, std::move(call), true);
}

Watch EventLoop::on_signal(int signal, std::function<void()> call) {
  return attach(g_unix_signal_source_new(signal), on_source, std::move(call), true);
}

Watch EventLoop::on_readable(int fd, std::function<void()> call) {
  const auto dispatch = reinterpret_cast<GSourceFunc>(reinterpret_cast<void (*)()>(on_descriptor));
  return attach(g_unix_fd_source_new(fd, G_IO_IN), dispatch, std::move(call), true);
}

void EventLoop::post(std::function<void()> call) {
  GSource* source = g_idle_source_new();
  g_source_set_priority(source, G_PRIORITY_DEFAULT);
  auto* posted = new Call{std::move(call), false};
  tell_posted(posted);
  g_source_set_callback(source, on_source, posted, delete_call);
  g_source_attach(source, nullptr);
  g_source_unref(source);
}

}  // namespace omv::runner
