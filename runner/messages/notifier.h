// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells others what happens: the command of [notify], run for each event, and its broker.
#pragma once

#include <list>
#include <memory>

#include "rig/model.h"
#include "runner/child_process.h"
#include "runner/services.h"

namespace omv::runner {

/// Of the loop's thread.
class Notifier {
 public:
  static constexpr std::size_t kAtOnce = 8;  ///< commands that run; what comes meanwhile is not told

  explicit Notifier(const Services& services) : services_(services) {}

  void apply(const rig::Notify& notify) { notify_ = notify; }

  /// Runs the command and publishes, if this is an event that is to be told.
  void tell(const LogLine& line);

 private:
  void run_command(const LogLine& line, const std::string& json);
  void forget(const ChildProcess* child);

  Services services_;
  rig::Notify notify_;
  std::list<std::unique_ptr<ChildProcess>> children_;
};

}  // namespace omv::runner
