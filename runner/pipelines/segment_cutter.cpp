// SPDX-License-Identifier: LGPL-2.1-or-later
// Triggers in front of the frame that would be too much, and at the moment.
#include "runner/pipelines/segment_cutter.h"

namespace omv::runner {

namespace {

// What containers add to a frame and to a file, at most.
constexpr std::uint64_t kFrameOverhead = 64;
constexpr std::uint64_t kFileOverhead = 64U << 10;

constexpr Time kLate = std::chrono::seconds(1);  // that a timer may be

Time time_of(GstBuffer* frame) { return Time(static_cast<gint64>(GST_BUFFER_PTS(frame))); }

rig::Schedule every(rig::Duration period) {
  rig::ScheduleRule rule;
  rule.every = std::chrono::duration_cast<std::chrono::seconds>(period);
  return {{rule}};
}

}  // namespace

GstStructure* trigger_structure(const char* source, Time running_time) {
  return gst_structure_new("omv-trigger", "source", G_TYPE_STRING, source, "running-time", G_TYPE_UINT64,
                           static_cast<guint64>(std::max(running_time, Time(0)).count()), nullptr);
}

SegmentCutter::SegmentCutter(const rig::Record& record, const Services& services, GstElement* sink)
    : most_(record.segment_size),
      services_(services),
      sink_(sink),
      pad_(gst_element_get_static_pad(sink, "sink")),
      fill_(most_) {
  if (most_ > 0) probe_ = gst_pad_add_probe(pad_.get(), GST_PAD_PROBE_TYPE_BUFFER, on_frame, this, nullptr);
  if (record.segment_clock.count() > 0)
    timer_ = std::make_unique<WallTimer>(services.loop, every(record.segment_clock),
                                         [this](std::time_t moment) { cut_at(moment); });
}

SegmentCutter::~SegmentCutter() {
  if (probe_ != 0) gst_pad_remove_probe(pad_.get(), probe_);
}

GstPadProbeReturn SegmentCutter::on_frame(GstPad* pad, GstPadProbeInfo* info, gpointer self) {
  GstBuffer* frame = GST_PAD_PROBE_INFO_BUFFER(info);
  if (static_cast<SegmentCutter*>(self)->is_too_much(frame)) {
    GstStructure* trigger = trigger_structure("size", time_of(frame));
    gst_pad_send_event(pad, gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, trigger));
  }
  return GST_PAD_PROBE_OK;
}

// Counts it either way.
bool SegmentCutter::is_too_much(GstBuffer* frame) {
  const std::uint64_t bytes = gst_buffer_get_size(frame) + kFrameOverhead;
  const std::lock_guard hold(mutex_);
  const bool is_first = fill_.bytes() == 0;
  const bool is_over = !is_first && fill_.bytes() + bytes + kFileOverhead > most_;
  if (is_over) fill_.cut();
  fill_.add(time_of(frame), bytes);
  return is_over;
}

void SegmentCutter::begin_segment(Time start) {
  const std::lock_guard hold(mutex_);
  fill_.begin_at(start);
}

// Frames of a moment that a clock put forward has leapt over do not exist.
void SegmentCutter::cut_at(std::time_t moment) {
  const Time late = wall_clock_now() - Time(std::chrono::seconds(moment));
  const StructurePtr trigger(trigger_structure("clock", services_.timebase.now() - (late < kLate ? late : Time(0))));
  gboolean taken = FALSE;
  g_signal_emit_by_name(sink_, "trigger", trigger.get(), &taken);
}

}  // namespace omv::runner
