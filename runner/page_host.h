// SPDX-License-Identifier: LGPL-2.1-or-later
// The status page and the socket of a rig that runs, as its file wants them.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "rig/model.h"
#include "runner/event_loop.h"
#include "runner/log.h"
#include "runner/web/server.h"

namespace omv::runner {

/// Of the loop's thread. What can't be had is told in the log, and tried again: a rig records without its page, and an
/// address may come later than the rig.
class PageHost {
 public:
  static constexpr Time kRetry = std::chrono::seconds(30);

  /// All outlive this object.
  PageHost(EventLoop& loop, Control& control, Log& log) : loop_(loop), control_(control), log_(log) {}

  /// Begins, or changes what is another than before, or could not be had then.
  void apply(const rig::General& general);

 private:
  void try_all();
  void complain(const std::string& why);
  bool can_start(const web::ServerOptions& options);
  bool start(const web::ServerOptions& wanted);
  bool try_to_start(const web::ServerOptions& options);

  EventLoop& loop_;
  Control& control_;
  Log& log_;
  web::ServerOptions running_;  // what the server was started with
  std::unique_ptr<web::Server> server_;
  rig::General general_;
  std::set<std::string> told_;  // of what is wrong
  Watch retry_;
};

}  // namespace omv::runner
