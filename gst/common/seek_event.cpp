// SPDX-License-Identifier: LGPL-2.1-or-later
// Seek events and segments.
#include "common/seek_event.h"

#include "common/playback.h"

namespace omv::gst {

namespace {

// The frame that a seek in frames shows first: forwards the start, backwards the one before the stop.
std::optional<std::uint64_t> first_frame(const SeekEvent& seek) {
  if (seek.format != GST_FORMAT_DEFAULT) return std::nullopt;
  if (seek.rate > 0 && seek.start_type == GST_SEEK_TYPE_SET && seek.start >= 0)
    return static_cast<std::uint64_t>(seek.start);
  if (seek.rate < 0 && seek.stop_type == GST_SEEK_TYPE_SET && seek.stop > 0)
    return static_cast<std::uint64_t>(seek.stop - 1);
  return std::nullopt;
}

}  // namespace

SeekEvent parse_seek(GstEvent* event) {
  SeekEvent seek;
  gst_event_parse_seek(event, &seek.rate, &seek.format, &seek.flags, &seek.start_type, &seek.start, &seek.stop_type,
                       &seek.stop);
  gst_event_parse_seek_trickmode_interval(event, &seek.trick_interval);
  seek.seqnum = gst_event_get_seqnum(event);
  seek.frame = first_frame(seek);
  return seek;
}

bool needs_duration(const SeekEvent& seek) {
  return seek.rate < 0 || seek.start_type == GST_SEEK_TYPE_END || seek.stop_type == GST_SEEK_TYPE_END ||
         has_flag(seek.flags, GST_SEEK_FLAG_SEGMENT);
}

bool apply_to_segment(const SeekEvent& seek, GstClockTime duration, GstSegment& segment) {
  gboolean updated = FALSE;
  segment.duration = duration;
  if (!gst_segment_do_seek(&segment, seek.rate, seek.format, seek.flags, seek.start_type,
                           static_cast<guint64>(seek.start), seek.stop_type, static_cast<guint64>(seek.stop), &updated))
    return false;
  if (segment.rate < 0 && !GST_CLOCK_TIME_IS_VALID(segment.stop)) segment.stop = segment.position = duration;
  return true;
}

}  // namespace omv::gst
