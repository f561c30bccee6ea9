// SPDX-License-Identifier: LGPL-2.1-or-later
// From buffers to frames.
#include "common/ring_input.h"

#include <algorithm>
#include <utility>

#include "common/mux_input.h"

namespace omv::gst {

namespace {

constexpr std::size_t kMaxHeaders = 64;

constexpr std::uint64_t kPage = 4096;

// Encoders allocate for the worst case and trim: of the rest, what shares a page with the frame is in memory too.
std::uint64_t resident_bytes(GstBuffer* buffer) {
  gsize offset = 0;
  gsize most = 0;
  const gsize size = gst_buffer_get_sizes(buffer, &offset, &most);
  return size + std::min<std::uint64_t>(most - size, kPage) + kFrameOverhead;
}

Time as_time(GstClockTime time) { return Time(static_cast<gint64>(std::min<guint64>(time, G_MAXINT64))); }

bool same_bytes(const BufferPtr& a, const BufferPtr& b) {
  GstMapInfo map;
  if (!gst_buffer_map(a.get(), &map, GST_MAP_READ)) return false;
  const bool same = gst_buffer_get_size(b.get()) == map.size && gst_buffer_memcmp(b.get(), 0, map.data, map.size) == 0;
  gst_buffer_unmap(a.get(), &map);
  return same;
}

}  // namespace

void RingInput::reset() {
  flush();
  format_.reset();
  nominal_duration_ = GST_CLOCK_TIME_NONE;
}

std::shared_ptr<RingFormat> RingInput::new_format(GstCaps* caps) {
  auto format = std::make_shared<RingFormat>();
  format->number = ++formats_;
  format->caps = gst_caps_ref(caps);
  format_is_used_ = false;
  headers_.clear();
  return format;
}

void RingInput::set_caps(GstCaps* caps) {
  if (format_ && gst_caps_is_equal(format_->caps, caps)) return;
  format_ = new_format(caps);
  nominal_duration_ = nominal_duration(caps);
}

// Frames of a stream that knows no time (files) may have timestamps all the same, which count as they are.
void RingInput::set_segment(GstEvent* event) {
  gst_event_copy_segment(event, &segment_);
  if (segment_.format != GST_FORMAT_TIME) flush();
}

bool RingInput::take_header(GstBuffer* buffer) {
  const bool is_header = GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_HEADER) && !GST_BUFFER_PTS_IS_VALID(buffer) &&
                         !GST_BUFFER_DTS_IS_VALID(buffer);
  if (!is_header) return false;
  std::vector<BufferPtr>& headers = format_is_used_ ? headers_ : format_->headers;
  if (headers.size() == kMaxHeaders) return true;
  if (BufferPtr kept = keeper_.keep(buffer)) headers.push_back(std::move(kept));
  return true;
}

void RingInput::take_up_headers() {
  if (headers_.empty()) return;
  std::vector<BufferPtr> headers;
  headers.swap(headers_);
  const std::vector<BufferPtr>& known = format_->headers;
  if (std::equal(headers.begin(), headers.end(), known.begin(), known.end(), same_bytes)) return;
  format_ = new_format(format_->caps);
  format_->headers = std::move(headers);
}

clips::Frame RingInput::take_frame(GstBuffer* buffer, HeldFrame& held) {
  take_up_headers();
  clips::Frame frame;
  frame.time = running_time(GST_BUFFER_PTS(buffer));
  frame.decode_time = running_time(GST_BUFFER_DTS(buffer));
  const GstClockTime duration = GST_BUFFER_DURATION_IS_VALID(buffer) ? GST_BUFFER_DURATION(buffer) : nominal_duration_;
  if (GST_CLOCK_TIME_IS_VALID(duration)) frame.duration = as_time(duration);
  frame.bytes = gst_buffer_get_size(buffer);
  frame.key = !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  frame.format = format_->number;
  format_is_used_ = true;
  held.buffer = keeper_.keep(buffer);
  if (held.buffer) frame.memory = resident_bytes(held.buffer.get());
  held.format = format_;
  return frame;
}

std::optional<Time> RingInput::gap_end(GstEvent* event) const {
  GstClockTime start = GST_CLOCK_TIME_NONE;
  GstClockTime duration = GST_CLOCK_TIME_NONE;
  gst_event_parse_gap(event, &start, &duration);
  if (!GST_CLOCK_TIME_IS_VALID(start)) return std::nullopt;
  return running_time(GST_CLOCK_TIME_IS_VALID(duration) ? start + duration : start);
}

// Positions outside of the segment count too: decode times are often in front of it.
std::optional<Time> RingInput::running_time(GstClockTime position) const {
  guint64 time = 0;
  if (!GST_CLOCK_TIME_IS_VALID(position)) return std::nullopt;
  const int sign = gst_segment_to_running_time_full(&segment_, GST_FORMAT_TIME, position, &time);
  return sign == 0 ? std::nullopt : std::optional(sign > 0 ? as_time(time) : -as_time(time));
}

GstFlowReturn take_buffer(GstElement* element, RingInput& input, GstBuffer* buffer, clips::Frame& frame,
                          HeldFrame& held) {
  if (!input.has_caps()) {
    GST_ELEMENT_ERROR(element, CORE, NEGOTIATION, ("The frames have no caps"), (nullptr));
    return GST_FLOW_NOT_NEGOTIATED;
  }
  if (input.take_header(buffer)) return GST_FLOW_OK;
  frame = input.take_frame(buffer, held);
  if (held.buffer) return GST_FLOW_OK;
  GST_ELEMENT_ERROR(element, RESOURCE, NO_SPACE_LEFT,
                    ("No memory for a frame of %" G_GUINT64_FORMAT " bytes", guint64{frame.bytes}), (nullptr));
  return GST_FLOW_ERROR;
}

}  // namespace omv::gst
