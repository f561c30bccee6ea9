// SPDX-License-Identifier: LGPL-2.1-or-later
// A pipeline that is driven by the thread that owns it, as fast as it goes: no loop, no clock.
#pragma once

#include <gst/gst.h>

#include <string>

#include "omv/base/result.h"
#include "runner/gst_ptr.h"

namespace omv::runner {

/// Stops when it goes. One thread.
class OfflinePipeline {
 public:
  /// A launch line of elements of which at least two are linked, or stand side by side; `what` begins the sentences of
  /// its errors. Errc::unsupported: an element is missing.
  static Result<OfflinePipeline> launch(const std::string& text, std::string what);

  OfflinePipeline(OfflinePipeline&&) noexcept = default;
  OfflinePipeline& operator=(OfflinePipeline&&) noexcept = default;
  ~OfflinePipeline();

  GstElement* get() const { return pipeline_.get(); }
  ElementPtr find(const char* name) const;

  /// Begins to change the state. Errors are the pipeline's own.
  Result<void> set_state(GstState state);

  /// What went wrong so far.
  Result<void> check();

  /// Waits until it has come to its end.
  Result<void> wait_for_end();

  /// Waits at most so long.
  Result<bool> has_ended(GstClockTime timeout);

 private:
  OfflinePipeline(ElementPtr pipeline, std::string what) : pipeline_(std::move(pipeline)), what_(std::move(what)) {}
  Error error_of(GstMessage* message) const;
  Result<bool> wait_for(GstMessageType type, GstClockTime timeout);

  ElementPtr pipeline_;
  std::string what_;
};

}  // namespace omv::runner
