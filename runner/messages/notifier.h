// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells others what happens: the command of [notify], run for each event, and its broker.
#pragma once

#include <functional>
#include <list>
#include <memory>

#include "rig/model.h"
#include "runner/child_process.h"
#include "runner/services.h"

namespace omv::runner {

/// Of the loop's thread.
class Notifier {
 public:
  static constexpr Time kFarewell = std::chrono::seconds(2);  ///< for commands that run when the rig ends
  static constexpr std::size_t kAtOnce = 8;                   ///< commands that run; what comes meanwhile is not told

  explicit Notifier(const Services& services) : services_(services) {}

  void apply(const rig::Notify& notify) { notify_ = notify; }

  /// Runs the command and publishes, if this is an event that is to be told.
  void tell(const LogLine& line);

  /// Calls `on_finished` from the loop once no command runs any more, after kFarewell at the latest. Once.
  void finish(std::function<void()> on_finished);

 private:
  void run_command(const LogLine& line, const std::string& json);
  void forget(const ChildProcess* child);
  void end();

  Services services_;
  rig::Notify notify_;
  std::list<std::unique_ptr<ChildProcess>> children_;
  std::function<void()> on_finished_;
  Watch farewell_;
};

}  // namespace omv::runner
