// SPDX-License-Identifier: LGPL-2.1-or-later
// One clock and one zero for all pipelines of a rig, so that their running times compare.
#pragma once

#include <gst/gst.h>

#include "omv/base/clock.h"
#include "runner/gst_ptr.h"

namespace omv::runner {

/// The machine's monotonic clock, from the moment this was made. Any thread.
class Timebase {
 public:
  Timebase() : clock_(gst_system_clock_obtain()), zero_(gst_clock_get_time(clock_.get())) {}

  Time now() const { return Time(static_cast<gint64>(gst_clock_get_time(clock_.get()) - zero_)); }

  /// Running time of this pipeline is now() from then on, however often it pauses.
  void apply(GstElement* pipeline) const {
    gst_pipeline_use_clock(GST_PIPELINE(pipeline), clock_.get());
    gst_element_set_start_time(pipeline, GST_CLOCK_TIME_NONE);
    gst_element_set_base_time(pipeline, zero_);
  }

 private:
  ClockPtr clock_;
  GstClockTime zero_;
};

}  // namespace omv::runner
