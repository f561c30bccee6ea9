// SPDX-License-Identifier: LGPL-2.1-or-later
// Events, buffers and messages of clips.
#include "common/clip_output.h"

#include <algorithm>

#include "common/clip_message.h"
#include "common/split_request.h"

namespace omv::gst {

namespace {

// Tags of the stream and tags of all streams go by different names.
bool is_same_kind(GstEvent* a, GstEvent* b) {
  return gst_event_has_name(a, gst_structure_get_name(gst_event_get_structure(b))) != FALSE;
}

GstClockTime stamp(Time time) { return static_cast<GstClockTime>(std::max(time, Time(0)).count()); }

// From the first frame of a clip to that of the next. How long the last frame lasts is not always known.
Time length_of(const clips::Clip& clip, const clips::Clip& next) {
  if (next.continues && next.start > clip.start) return next.start - clip.start;
  const Time shown = clip.end - clip.start;
  const auto frames = static_cast<std::int64_t>(clip.frames);
  return shown + (frames > 1 ? shown / (frames - 1) : std::chrono::milliseconds(1));
}

}  // namespace

ClipOutput::~ClipOutput() {
  forget_tags();
  gst_clear_caps(&caps_);
}

void ClipOutput::begin(const clips::Clip& clip) {
  if (before_) base_ += length_of(*before_, clip);
  start_ = clip.start;
}

void ClipOutput::frame(const clips::Clip& clip, const clips::RingFrame& frame, const HeldFrame& held) {
  if (flow_ != GST_FLOW_OK) return;
  const bool is_first = clip.frames == 1;
  if (is_first)
    begin_stream(clip, frame, held);
  else if (held.format->number != format_)
    push_format(held);
  if (is_first || held.format->number != format_) push_headers(*held.format);
  format_ = held.format->number;
  GstBuffer* buffer = stamped(frame, held);
  if (is_first) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
  if (flow_ == GST_FLOW_OK)
    flow_ = gst_pad_push(source_pad_, buffer);
  else
    gst_buffer_unref(buffer);
}

void ClipOutput::end(const clips::Clip& clip) {
  before_ = clip;
  post(clip_done_structure(clip, wall_clock_));
}

// The message comes first: whoever handles it at once is in time for the clip's first byte.
void ClipOutput::begin_stream(const clips::Clip& clip, const clips::RingFrame& frame, const HeldFrame& held) {
  shift_ = frame.time - frame.decode_time;
  wall_clock_ = capture_time_.of(element_, held.buffer.get(), frame.time);
  post(clip_structure(kClipStarted, clip, wall_clock_));
  if (had_segment_) request_split(source_pad_, stamp(base_));
  push_format(held);
  push_segment();
  GstStructure* facts = clip_structure(kClipEvent, clip, wall_clock_);
  gst_pad_push_event(source_pad_, gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, facts));
}

void ClipOutput::push_format(const HeldFrame& held) {
  GstCaps* caps = held.format->caps;
  if (caps_ != nullptr && gst_caps_is_equal(caps_, caps)) return;
  gst_caps_replace(&caps_, caps);
  gst_pad_push_event(source_pad_, gst_event_new_caps(caps));
}

void ClipOutput::push_segment() {
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.start = segment.position = stamp(shift_);
  segment.time = 0;
  segment.base = stamp(base_);
  gst_pad_push_event(source_pad_, gst_event_new_segment(&segment));
  had_segment_ = true;
  std::vector<GstEvent*> events;
  events.swap(waiting_);
  for (GstEvent* event : events) gst_pad_push_event(source_pad_, event);
}

void ClipOutput::push_headers(const RingFormat& format) {
  for (const BufferPtr& header : format.headers)
    if (flow_ == GST_FLOW_OK) flow_ = gst_pad_push(source_pad_, gst_buffer_ref(header.get()));
}

// The frame's bytes are shared with the ring.
GstBuffer* ClipOutput::stamped(const clips::RingFrame& frame, const HeldFrame& held) const {
  GstBuffer* buffer = gst_buffer_copy(held.buffer.get());
  GST_BUFFER_PTS(buffer) = stamp(frame.time - start_ + shift_);
  if (GST_BUFFER_DTS_IS_VALID(buffer)) GST_BUFFER_DTS(buffer) = stamp(frame.decode_time - start_ + shift_);
  return buffer;
}

void ClipOutput::post(GstStructure* structure) {
  gst_element_post_message(element_, gst_message_new_element(GST_OBJECT(element_), structure));
}

void ClipOutput::push_tags(GstEvent* event) {
  if (had_segment_) {
    gst_pad_push_event(source_pad_, event);
    return;
  }
  const auto before =
      std::find_if(waiting_.begin(), waiting_.end(), [event](GstEvent* other) { return is_same_kind(event, other); });
  if (before == waiting_.end()) {
    waiting_.push_back(event);
  } else {
    gst_event_unref(*before);
    *before = event;
  }
}

void ClipOutput::forget_tags() {
  for (GstEvent* event : waiting_) gst_event_unref(event);
  waiting_.clear();
}

void ClipOutput::new_stream() {
  had_eos_ = false;
  forget_tags();
}

void ClipOutput::push_eos() {
  if (had_eos_) return;
  had_eos_ = true;
  gst_pad_push_event(source_pad_, gst_event_new_eos());
}

void ClipOutput::flush() {
  flow_ = GST_FLOW_OK;
  had_eos_ = false;
  base_ = Time(0);
  before_.reset();
}

}  // namespace omv::gst
