// SPDX-License-Identifier: LGPL-2.1-or-later
// Starts and stops a pipeline on a thread of its own: elements of the network wait for the other side there.
#pragma once

#include <functional>
#include <memory>

#include "runner/gst_ptr.h"

namespace omv::runner {

/// The pipeline plays as long as this object lives; nothing here waits for it. The thread outlives the object by as
/// long as the pipeline needs to stop, if need be until the process ends. Of the loop's thread.
class PipelineThread {
 public:
  /// Called on the loop's thread once the pipeline has stopped, however it was asked to.
  using OnStopped = std::function<void()>;

  PipelineThread(ElementPtr pipeline, OnStopped on_stopped);
  PipelineThread(const PipelineThread&) = delete;
  PipelineThread& operator=(const PipelineThread&) = delete;
  ~PipelineThread();  ///< nobody is told any more

  void stop();

 private:
  struct Shared;

  std::shared_ptr<Shared> shared_;
};

}  // namespace omv::runner
