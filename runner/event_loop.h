// SPDX-License-Identifier: LGPL-2.1-or-later
// The one thread on which a rig decides: timers, signals, descriptors and buses, as functions that are called.
#pragma once

#include <glib.h>

#include <functional>
#include <memory>

#include "omv/base/clock.h"

namespace omv::runner {

struct SourceDeleter {
  void operator()(GSource* source) const;
};

/// What a loop calls as long as this object lives. May go while it is called. Of the loop's thread.
using Watch = std::unique_ptr<GSource, SourceDeleter>;

/// GLib's default main context. Everything but post() is for the thread that runs it.
class EventLoop {
 public:
  EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  void run();   ///< until quit()
  void quit();  ///< also before run(), which then returns at once

  Watch after(Time delay, std::function<void()> call);   ///< once
  Watch every(Time period, std::function<void()> call);  ///< the first time after a period
  Watch on_signal(int signal, std::function<void()> call);
  Watch on_readable(int fd, std::function<void()> call);

  /// Any thread, also one that outlives the loop: `call` is called on the loop's, behind what it does now, as long as
  /// it runs.
  static void post(std::function<void()> call);

 private:
  GMainLoop* loop_;
  bool quit_ = false;
};

}  // namespace omv::runner
