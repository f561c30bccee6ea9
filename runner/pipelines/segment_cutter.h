// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a continuous recording goes on in the next file: by size, and by the clock on the wall.
#pragma once

#include <gst/gst.h>

#include <functional>
#include <memory>
#include <mutex>

#include "rig/model.h"
#include "runner/gst_ptr.h"
#include "runner/pipelines/segment_fill.h"
#include "runner/services.h"
#include "runner/triggers/wall_timer.h"

namespace omv::runner {

/// Raises triggers of an omvclipsink with retrigger=new. segment_time is the sink's own.
class SegmentCutter {
 public:
  /// The sink has stopped before this object goes.
  SegmentCutter(const rig::Record& record, const Services& services, GstElement* sink);
  SegmentCutter(const SegmentCutter&) = delete;
  SegmentCutter& operator=(const SegmentCutter&) = delete;
  ~SegmentCutter();

  /// A file has begun, with the frame of this running time: a while ago, if the disk is slow.
  void begin_segment(Time start);

 private:
  static GstPadProbeReturn on_frame(GstPad* pad, GstPadProbeInfo* info, gpointer self);
  bool is_too_much(GstBuffer* frame);
  void cut_at(std::time_t moment);

  const std::uint64_t most_;
  Services services_;
  GstElement* sink_;
  PadPtr pad_;
  gulong probe_ = 0;
  std::mutex mutex_;  // guards what follows to `fill_`
  SegmentFill fill_;
  std::unique_ptr<WallTimer> timer_;
};

/// A trigger as omvclipsink and omvimagesink take it, for the caller.
GstStructure* trigger_structure(const char* source, Time running_time);

}  // namespace omv::runner
