// SPDX-License-Identifier: LGPL-2.1-or-later
// One thread for what a disk may take long for.
#pragma once

#include <functional>
#include <memory>

#include "omv/base/clock.h"

namespace omv::runner {

/// Does one thing after the other; nobody waits for it. Of the loop's thread.
class DiskThread {
 public:
  DiskThread();
  DiskThread(const DiskThread&) = delete;
  DiskThread& operator=(const DiskThread&) = delete;
  ~DiskThread();  ///< waits for nothing

  /// `work` is done behind what was posted before.
  void post(std::function<void()> work);

  /// True when everything that was posted is done, after `patience` at most, and the thread is gone. Else the disk
  /// hangs, and what the work refers to must stay. Nothing can be posted any more.
  bool finish(Time patience);

 private:
  struct Shared;

  std::shared_ptr<Shared> shared_;  // the thread has it too
};

}  // namespace omv::runner
