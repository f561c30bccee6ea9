// SPDX-License-Identifier: LGPL-2.1-or-later
// A running rig at one moment, put together from all of its parts.
#pragma once

#include <deque>
#include <map>
#include <string>

#include "runner/control.h"
#include "runner/log.h"
#include "runner/rate_meter.h"

namespace omv::runner {

class ClipAnimator;
class Keeper;
class Outbox;
class RunningRig;

/// What it is put together from.
struct RigParts {
  const std::string& name;  ///< of the rig
  RunningRig& running;
  const Keeper& keeper;
  const Outbox& outbox;
  const ClipAnimator& animator;
};

/// Of the loop's thread.
class StatusBoard {
 public:
  StatusBoard();

  void add_event(const LogLine& line);
  void set_stopping() { stopping_ = true; }

  /// The rig file was read again. `error` empty: it runs now.
  void on_reload(const std::string& error);

  /// To be called several times a second, as rates are of the calls before. `now` as Timebase::now().
  Status look(const RigParts& parts, Time now);

 private:
  const WallTime started_;
  bool stopping_ = false;
  std::uint64_t reloads_ = 0;
  std::string config_error_;
  std::deque<Event> events_;  // the latest first
  std::map<std::string, RateMeter> rates_;
};

}  // namespace omv::runner
