// SPDX-License-Identifier: LGPL-2.1-or-later
// Time and size of frames on their way into a container.
#include "common/mux_input.h"

namespace omv::gst {

std::optional<GstClockTimeDiff> running_time(const GstSegment& segment, GstBuffer* buffer) {
  const GstClockTime stamp = GST_BUFFER_DTS_OR_PTS(buffer);
  const GstClockTime pts = GST_BUFFER_PTS_IS_VALID(buffer) ? GST_BUFFER_PTS(buffer) : stamp;
  if (!GST_CLOCK_TIME_IS_VALID(pts)) return std::nullopt;
  guint64 running = 0;
  const int sign = gst_segment_to_running_time_full(&segment, GST_FORMAT_TIME, pts, &running);
  if (sign == 0) return std::nullopt;
  return sign * static_cast<GstClockTimeDiff>(running);
}

GstClockTime nominal_duration(const GstCaps* caps) {
  gint numerator = 0;
  gint denominator = 1;
  gst_structure_get_fraction(gst_caps_get_structure(caps, 0), "framerate", &numerator, &denominator);
  return numerator > 0 ? gst_util_uint64_scale_int(GST_SECOND, denominator, numerator) : GST_CLOCK_TIME_NONE;
}

Result<CodedSize> coded_size(PixelFormat format, GstBuffer* buffer) {
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return Error{Errc::io, "the buffer can't be read"};
  const ConstByteSpan bytes(map.data, map.size);
  auto size = format == PixelFormat::png ? read_png_size(bytes) : read_jpeg_size(bytes);
  gst_buffer_unmap(buffer, &map);
  return size;
}

}  // namespace omv::gst
