// SPDX-License-Identifier: LGPL-2.1-or-later
// The status page and the socket of a rig that runs, as its file wants them.
#pragma once

#include <memory>
#include <string>

#include "rig/model.h"
#include "runner/log.h"
#include "runner/web/server.h"

namespace omv::runner {

/// Of the loop's thread. What can't be had is told in the log: a rig records without its page.
class PageHost {
 public:
  /// Both outlive this object.
  PageHost(Control& control, Log& log) : control_(control), log_(log) {}

  /// Begins, or changes what is another than before, or could not be had then.
  void apply(const rig::General& general);

 private:
  void start(const web::ServerOptions& wanted);
  bool try_to_start(const web::ServerOptions& options);

  Control& control_;
  Log& log_;
  web::ServerOptions running_;  // what the server was started with
  std::unique_ptr<web::Server> server_;
  std::string last_error_;
};

}  // namespace omv::runner
