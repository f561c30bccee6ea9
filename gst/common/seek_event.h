// SPDX-License-Identifier: LGPL-2.1-or-later
// A seek event taken apart.
#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <optional>

namespace omv::gst {

struct SeekEvent {
  gdouble rate = 1;
  GstFormat format = GST_FORMAT_TIME;
  GstSeekFlags flags = GST_SEEK_FLAG_NONE;
  GstSeekType start_type = GST_SEEK_TYPE_NONE;
  gint64 start = 0;
  GstSeekType stop_type = GST_SEEK_TYPE_NONE;
  gint64 stop = 0;
  GstClockTime trick_interval = 0;
  std::optional<std::uint64_t> frame;  ///< the frame to show first, where the seek is in frames
  guint32 seqnum = 0;
};

SeekEvent parse_seek(GstEvent* event);

/// The segment can't be made without knowing the duration of the stream.
bool needs_duration(const SeekEvent& seek);

/// Applies the seek to `segment`; `duration` is NONE where it is not needed. False: it makes no sense.
bool apply_to_segment(const SeekEvent& seek, GstClockTime duration, GstSegment& segment);

}  // namespace omv::gst
