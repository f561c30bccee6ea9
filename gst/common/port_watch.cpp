// SPDX-License-Identifier: LGPL-2.1-or-later
// A main loop on a thread: the application may run none, or another one.
#include "common/port_watch.h"

#include <glib.h>

#include <future>
#include <thread>
#include <utility>

#include "omv/camera/discovery.h"
#ifdef HAVE_GUDEV
#include <gudev/gudev.h>
#endif

namespace omv::gst {

namespace {

constexpr guint kPeriodSeconds = 1;

gboolean on_time(gpointer look) {
  (*static_cast<std::function<void()>*>(look))();
  return G_SOURCE_CONTINUE;
}

gboolean on_stop(gpointer loop) {
  g_main_loop_quit(static_cast<GMainLoop*>(loop));
  return G_SOURCE_REMOVE;
}

void attach(GSource* source, GMainContext* context, GSourceFunc call, gpointer data) {
  g_source_set_callback(source, call, data, nullptr);
  g_source_attach(source, context);
  g_source_unref(source);
}

#ifdef HAVE_GUDEV
void on_uevent(GUdevClient*, gchar*, GUdevDevice*, gpointer look) { on_time(look); }

// Speaks to the context that is the thread's default now. NULL where udev has nothing to tell.
GUdevClient* watch_udev(std::function<void()>& look) {
  if (camera::DeviceRoots::from_environment().sysfs != camera::DeviceRoots().sysfs) return nullptr;
  const gchar* const subsystems[] = {"tty", nullptr};
  GUdevClient* client = g_udev_client_new(subsystems);
  g_signal_connect(client, "uevent", G_CALLBACK(on_uevent), &look);
  return client;
}
#else
GObject* watch_udev(std::function<void()>&) { return nullptr; }
#endif

}  // namespace

class PortWatch::Loop {
 public:
  explicit Loop(std::function<void()> look)
      : look_(std::move(look)),
        context_(g_main_context_new(), g_main_context_unref),
        loop_(g_main_loop_new(context_.get(), FALSE), g_main_loop_unref) {
    std::promise<void> looked;
    thread_ = std::thread([this, &looked] { run(looked); });
    looked.get_future().wait();
  }

  ~Loop() {
    attach(g_idle_source_new(), context_.get(), on_stop, loop_.get());
    thread_.join();
  }

 private:
  void run(std::promise<void>& looked) {
    g_main_context_push_thread_default(context_.get());
    auto* udev = watch_udev(look_);
    if (udev == nullptr) attach(g_timeout_source_new_seconds(kPeriodSeconds), context_.get(), on_time, &look_);
    look_();  // behind the subscription, so that nothing is missed in between
    looked.set_value();
    g_main_loop_run(loop_.get());
    if (udev != nullptr) g_object_unref(udev);
    g_main_context_pop_thread_default(context_.get());
  }

  std::function<void()> look_;
  std::unique_ptr<GMainContext, decltype(&g_main_context_unref)> context_;
  std::unique_ptr<GMainLoop, decltype(&g_main_loop_unref)> loop_;
  std::thread thread_;
};

PortWatch::PortWatch(std::function<void()> look) : loop_(std::make_unique<Loop>(std::move(look))) {}

PortWatch::~PortWatch() = default;

}  // namespace omv::gst
