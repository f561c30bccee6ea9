// SPDX-License-Identifier: LGPL-2.1-or-later
// Telling systemd that the rig is ready, alive, reloading or stopping: sd_notify(3) over its socket.
#pragma once

#include <memory>
#include <string>

#include "runner/event_loop.h"

namespace omv::runner {

/// Says nothing when no manager wants to know (NOTIFY_SOCKET). Of the loop's thread, which the watchdog watches.
class ServiceManager {
 public:
  /// Takes the environment's variables away, so that no child speaks for the rig.
  explicit ServiceManager(EventLoop& loop);
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;
  ~ServiceManager();

  void ready();
  void reloading();
  void stopping();
  void status(const std::string& text);  ///< one line, that `systemctl status` shows

 private:
  void send(const std::string& state);

  int fd_ = -1;
  std::string address_;
  Watch watchdog_;
};

}  // namespace omv::runner
