// SPDX-License-Identifier: LGPL-2.1-or-later
// What all parts of a running rig share.
#pragma once

#include "runner/event_loop.h"
#include "runner/files/finished_file.h"
#include "runner/log.h"
#include "runner/timebase.h"

namespace omv::runner {

class Broker;

struct Services {
  EventLoop& loop;
  const Timebase& timebase;
  Log& log;
  ExpectFile expect;         ///< is told of files that are about to get their names
  Broker* broker = nullptr;  ///< in a rig that runs there is one
};

}  // namespace omv::runner
