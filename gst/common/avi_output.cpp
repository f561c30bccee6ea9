// SPDX-License-Identifier: LGPL-2.1-or-later
// Buffer lists forwards, single buffers backwards.
#include "common/avi_output.h"

#include <utility>

namespace omv::gst {

bool AviOutput::can_patch(GstPad* pad) {
  GstQuery* query = gst_query_new_seeking(GST_FORMAT_BYTES);
  gboolean seekable = FALSE;
  if (gst_pad_peer_query(pad, query)) gst_query_parse_seeking(query, nullptr, &seekable, nullptr, nullptr);
  gst_query_unref(query);
  return seekable != FALSE;
}

void AviOutput::wait_for_push(GstBuffer* buffer) {
  if (waiting_ == nullptr) waiting_ = gst_buffer_list_new();
  GST_BUFFER_OFFSET(buffer) = end_;
  end_ += gst_buffer_get_size(buffer);
  GST_BUFFER_OFFSET_END(buffer) = end_;
  gst_buffer_list_add(waiting_, buffer);
}

void AviOutput::append(ConstByteSpan bytes) { wait_for_push(gst_buffer_new_memdup(bytes.data(), bytes.size())); }

// The memory of the frame that came in; a recording has no timestamps of its own.
void AviOutput::append_payload() {
  GstBuffer* buffer = gst_buffer_new();
  gst_buffer_copy_into(buffer, payload_, static_cast<GstBufferCopyFlags>(GST_BUFFER_COPY_MEMORY), 0, -1);
  GST_BUFFER_PTS(buffer) = GST_BUFFER_PTS(payload_);
  GST_BUFFER_DTS(buffer) = GST_BUFFER_DTS(payload_);
  GST_BUFFER_DURATION(buffer) = GST_BUFFER_DURATION(payload_);
  wait_for_push(buffer);
}

GstFlowReturn AviOutput::flush() {
  GstBufferList* list = std::exchange(waiting_, nullptr);
  if (list != nullptr && flow_ == GST_FLOW_OK)
    flow_ = gst_pad_push_list(pad_, list);
  else if (list != nullptr)
    gst_buffer_list_unref(list);
  return flow_;
}

void AviOutput::push(GstBuffer* buffer) {
  if (flow_ == GST_FLOW_OK)
    flow_ = gst_pad_push(pad_, buffer);
  else
    gst_buffer_unref(buffer);
}

void AviOutput::move_to(std::uint64_t offset) {
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_BYTES);
  segment.start = offset;
  segment.time = offset;
  gst_pad_push_event(pad_, gst_event_new_segment(&segment));
}

// The move makes filesink write what it holds back. An empty buffer that asks for a sync then makes it wait for the
// medium; on the patch itself the flag does the same. (On a buffer behind others that filesink still holds back the
// flag would turn their order round.)
void AviOutput::patch(std::uint64_t offset, ConstByteSpan bytes) {
  flush();
  move_to(offset);
  if (durable_ && !is_away_) {
    GstBuffer* nothing = gst_buffer_new();
    GST_BUFFER_FLAG_SET(nothing, GST_BUFFER_FLAG_SYNC_AFTER);
    push(nothing);
  }
  is_away_ = true;
  GstBuffer* buffer = gst_buffer_new_memdup(bytes.data(), bytes.size());
  GST_BUFFER_OFFSET(buffer) = offset;
  GST_BUFFER_OFFSET_END(buffer) = offset + bytes.size();
  if (durable_) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_SYNC_AFTER);
  push(buffer);
}

void AviOutput::barrier() {
  flush();
  if (is_away_) move_to(end_);
  is_away_ = false;
}

}  // namespace omv::gst
