// SPDX-License-Identifier: LGPL-2.1-or-later
// What the clock on the wall said when a buffer was captured.
#pragma once

#include <gst/gst.h>

#include <chrono>
#include <optional>

namespace omv::gst {

/// Wall clock and running time are put side by side once for each base time, so that frames are as far apart as their
/// timestamps say, however the wall clock is slewed; and anew when it was set by a second or more, so that what is
/// recorded for weeks does not keep the time of a machine that did not know it yet. One thread at a time.
class CaptureTime {
 public:
  /// Since 1970: of a GstReferenceTimestampMeta in timestamp/x-unix, else of the running time, else of now.
  std::chrono::nanoseconds of(GstElement* element, GstBuffer* buffer,
                              std::optional<std::chrono::nanoseconds> running_time);

 private:
  std::optional<std::chrono::nanoseconds> epoch(GstElement* element);

  GstClockTime base_time_ = GST_CLOCK_TIME_NONE;  // what epoch_ was found for
  std::chrono::nanoseconds epoch_{0};             // wall clock at running time 0
};

}  // namespace omv::gst
