// SPDX-License-Identifier: LGPL-2.1-or-later
// The four queries that a recording answers.
#include "common/recording_query.h"

namespace omv::gst {

namespace {

bool is_known(const RecordingView& view, GstFormat format) {
  return view.searchable && (format == GST_FORMAT_TIME || format == GST_FORMAT_DEFAULT);
}

gint64 in_format(const SharedRecording::Extent& extent, GstFormat format) {
  return static_cast<gint64>(format == GST_FORMAT_TIME ? extent.time : extent.frames);
}

bool answer_duration(const RecordingView& view, GstQuery* query) {
  GstFormat format = GST_FORMAT_UNDEFINED;
  gst_query_parse_duration(query, &format, nullptr);
  if (!is_known(view, format) || view.endless) return false;
  const auto extent = view.recording.extent(view.source);
  if (extent) gst_query_set_duration(query, format, in_format(*extent, format));
  return extent.has_value();
}

bool answer_position(const RecordingView& view, GstQuery* query) {
  GstFormat format = GST_FORMAT_UNDEFINED;
  gst_query_parse_position(query, &format, nullptr);
  if ((format != GST_FORMAT_TIME && format != GST_FORMAT_DEFAULT) || view.position_time < 0) return false;
  gst_query_set_position(query, format, format == GST_FORMAT_TIME ? view.position_time : view.position_frame);
  return true;
}

bool answer_seeking(const RecordingView& view, GstQuery* query) {
  GstFormat format = GST_FORMAT_UNDEFINED;
  gst_query_parse_seeking(query, &format, nullptr, nullptr, nullptr);
  if (format != GST_FORMAT_TIME && format != GST_FORMAT_DEFAULT) return false;
  gint64 end = -1;
  if (view.searchable)
    if (const auto extent = view.recording.extent(view.source)) end = in_format(*extent, format);
  gst_query_set_seeking(query, format, view.searchable, 0, end);
  return true;
}

bool answer_convert(const RecordingView& view, GstQuery* query) {
  GstFormat from = GST_FORMAT_UNDEFINED;
  GstFormat to = GST_FORMAT_UNDEFINED;
  gint64 value = 0;
  gst_query_parse_convert(query, &from, &value, &to, nullptr);
  if (value < 0 || !is_known(view, from)) return false;
  if (from == GST_FORMAT_DEFAULT && to == GST_FORMAT_TIME) {
    const auto time = view.recording.time_of_frame(view.source, static_cast<std::uint64_t>(value));
    if (time) gst_query_set_convert(query, from, value, to, static_cast<gint64>(*time));
    return time.has_value();
  }
  if (from != GST_FORMAT_TIME || to != GST_FORMAT_DEFAULT) return false;
  const auto frame = view.recording.frame_at_time(view.source, static_cast<GstClockTime>(value));
  if (frame) gst_query_set_convert(query, from, value, to, static_cast<gint64>(*frame));
  return frame.has_value();
}

}  // namespace

bool answer_query(const RecordingView& view, GstQuery* query) {
  switch (GST_QUERY_TYPE(query)) {
    case GST_QUERY_DURATION: return answer_duration(view, query);
    case GST_QUERY_POSITION: return answer_position(view, query);
    case GST_QUERY_SEEKING: return answer_seeking(view, query);
    case GST_QUERY_CONVERT: return answer_convert(view, query);
    default: return false;
  }
}

}  // namespace omv::gst
