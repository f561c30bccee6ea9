// SPDX-License-Identifier: LGPL-2.1-or-later
// Facts of clips as structures.
#include "common/clip_message.h"

#include <algorithm>

#include "common/trigger.h"

namespace omv::gst {

namespace {

void set_number(GstStructure* structure, const char* name, std::uint64_t value) {
  gst_structure_set(structure, name, G_TYPE_UINT64, guint64{value}, nullptr);
}

void set_time(GstStructure* structure, const char* name, Time time) {
  set_number(structure, name, static_cast<std::uint64_t>(std::max(time, Time(0)).count()));
}

void set_flag(GstStructure* structure, const char* name, bool value) {
  gst_structure_set(structure, name, G_TYPE_BOOLEAN, value ? TRUE : FALSE, nullptr);
}

GstStructure* trigger_structure(const clips::ClipTrigger& trigger) {
  GstStructure* structure = gst_structure_new(kTriggerName, "source", G_TYPE_STRING, trigger.source.c_str(), "offset",
                                              G_TYPE_INT64, gint64{trigger.offset.count()}, nullptr);
  set_time(structure, "running-time", trigger.time);
  if (trigger.frame) set_number(structure, "frame", *trigger.frame);
  if (!trigger.details.empty())
    gst_structure_set(structure, "details", G_TYPE_STRING, trigger.details.c_str(), nullptr);
  return structure;
}

void set_triggers(GstStructure* structure, const clips::Clip& clip) {
  GValue list = G_VALUE_INIT;
  g_value_init(&list, GST_TYPE_ARRAY);
  for (std::size_t i = 0; i < std::min(clip.triggers.size(), kToldTriggers); ++i) {
    GValue value = G_VALUE_INIT;
    g_value_init(&value, GST_TYPE_STRUCTURE);
    g_value_take_boxed(&value, trigger_structure(clip.triggers[i]));
    gst_value_array_append_and_take_value(&list, &value);
  }
  gst_structure_take_value(structure, "triggers", &list);
  set_number(structure, "trigger-count", clip.trigger_count);
  const char* source = clip.triggers.empty() ? "" : clip.triggers.front().source.c_str();
  gst_structure_set(structure, "source", G_TYPE_STRING, source, nullptr);
}

}  // namespace

GstStructure* clip_structure(const char* name, const clips::Clip& clip, std::optional<Time> wall_clock) {
  GstStructure* structure = gst_structure_new_empty(name);
  set_number(structure, "number", clip.number);
  set_flag(structure, "continues", clip.continues);
  set_number(structure, "missing-before", clip.missing_before);
  set_number(structure, "first-sequence", clip.first_sequence);
  set_time(structure, "start", clip.start);
  set_time(structure, "pre-asked", clip.pre_asked);
  set_time(structure, "pre-got", clip.pre_got);
  set_flag(structure, "preroll-short", clip.preroll_short);
  set_triggers(structure, clip);
  if (wall_clock) gst_structure_set(structure, "wall-clock", G_TYPE_INT64, gint64{wall_clock->count()}, nullptr);
  return structure;
}

GstStructure* clip_done_structure(const clips::Clip& clip, std::optional<Time> wall_clock) {
  GstStructure* structure = clip_structure(kClipDone, clip, wall_clock);
  gst_structure_set(structure, "end-reason", G_TYPE_STRING, clips::to_string(clip.end_reason), nullptr);
  set_time(structure, "end", clip.end);
  set_number(structure, "frames", clip.frames);
  set_number(structure, "bytes", clip.bytes);
  set_number(structure, "last-sequence", clip.last_sequence);
  return structure;
}

void add_ring_stats(GstStructure* stats, const clips::RingStats& ring) {
  set_number(stats, "frames", ring.frames);
  set_number(stats, "bytes", ring.bytes);
  set_number(stats, "held-frames", ring.held_frames);
  set_number(stats, "held-bytes", ring.held_memory);
  set_time(stats, "held-time", ring.held_time);
  set_number(stats, "frames-out", ring.frames_out);
  set_number(stats, "dropped", ring.dropped);
  set_number(stats, "triggers", ring.triggers);
  set_number(stats, "used", ring.used);
  set_number(stats, "merged", ring.merged);
  set_number(stats, "ignored", ring.ignored);
  set_number(stats, "waiting", ring.waiting);
  set_number(stats, "clips", ring.clips);
  set_number(stats, "preroll-short", ring.preroll_short);
}

}  // namespace omv::gst
