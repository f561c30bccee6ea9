// SPDX-License-Identifier: LGPL-2.1-or-later
// Holds the last frames in memory, and lets them and what follows through when a trigger asks.

/**
 * SECTION:element-omvring
 * @title: omvring
 *
 * Keeps the last seconds, frames or bytes of any coded or raw video in memory and lets nothing through, until a trigger
 * comes: then the frames from before it leave, beginning with a key frame, and those that follow, until some time after
 * the last trigger. Each such clip has timestamps from 0. A trigger is the action signal #GstOmvRing::trigger, the
 * property #GstOmvRing:trigger, or a custom event `omv-trigger` from upstream (serialized) or downstream.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc ! jpegenc ! omvring trigger=start max-clips=1 ! matroskamux ! filesink location=a.mkv
 * ]|
 */

#include "omvring.h"

#include <memory>
#include <optional>

#include "common/clip_message.h"
#include "common/clip_output.h"
#include "common/clip_settings.h"
#include "common/error.h"
#include "common/pads.h"
#include "common/ring_input.h"
#include "common/trigger.h"
#include "common/trigger_inbox.h"
#include "omv/recording/clips/clip_ring.h"

GST_DEBUG_CATEGORY_STATIC(omv_ring_debug);
#define GST_CAT_DEFAULT omv_ring_debug

namespace {

using omv::Time;
using omv::clips::ClipRing;
using omv::clips::ClipSettings;
using omv::clips::RingStats;
using omv::clips::Trigger;
using omv::gst::ClipOutput;
using omv::gst::HeldFrame;
using omv::gst::RingInput;
using omv::gst::TriggerInbox;

// From READY to READY.
struct Stream {
  RingInput input;
  ClipOutput output;
  ClipRing<HeldFrame> ring;

  Stream(GstElement* element, GstPad* source_pad, const ClipSettings& settings)
      : output(element, source_pad), ring(settings, output) {}
};

struct Shared {
  ClipSettings settings;          // behind the object lock
  bool settings_changed = false;  // behind the object lock
  RingStats stats;                // behind the object lock
  TriggerInbox inbox;
};

}  // namespace

struct _GstOmvRing {
  GstElement parent;
  GstPad* sink_pad;
  GstPad* src_pad;
  Stream* stream;  // touched by the streaming thread only, and by state changes while it does not run
  Shared* shared;
};

G_DEFINE_TYPE(GstOmvRing, gst_omv_ring, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE(omvring, "omvring", GST_RANK_NONE, GST_TYPE_OMV_RING,
                                      GST_DEBUG_CATEGORY_INIT(omv_ring_debug, "omvring", 0, "pre-trigger ring"))

namespace {

// ---- settings and statistics ---------------------------------------------------------------------------------------

ClipSettings settings_of(GstOmvRing* self) {
  GST_OBJECT_LOCK(self);
  const ClipSettings settings = self->shared->settings;
  self->shared->settings_changed = false;
  GST_OBJECT_UNLOCK(self);
  return settings;
}

bool settings_changed(GstOmvRing* self) {
  GST_OBJECT_LOCK(self);
  const bool changed = self->shared->settings_changed;
  GST_OBJECT_UNLOCK(self);
  return changed;
}

void publish_stats(GstOmvRing* self) {
  const RingStats stats = self->stream->ring.stats();
  GST_OBJECT_LOCK(self);
  self->shared->stats = stats;
  GST_OBJECT_UNLOCK(self);
}

GstStructure* stats_structure(GstOmvRing* self) {
  GST_OBJECT_LOCK(self);
  RingStats stats = self->shared->stats;
  GST_OBJECT_UNLOCK(self);
  const std::uint64_t refused = self->shared->inbox.refused();
  stats.triggers += refused;
  stats.ignored += refused;
  GstStructure* structure = gst_structure_new_empty("omvring-stats");
  omv::gst::add_ring_stats(structure, stats);
  return structure;
}

// ---- triggers ------------------------------------------------------------------------------------------------------

// From any thread; the streaming thread takes it up with the next frame or event. Holds no lock.
gboolean raise_trigger(GstOmvRing* self, const GstStructure* structure) {
  return omv::gst::guarded(self, FALSE, [&]() -> gboolean {
    Trigger trigger = omv::gst::to_trigger(structure);
    if (!trigger.time) trigger.time = omv::gst::time_of_clock(self->sink_pad);
    return self->shared->inbox.put(std::move(trigger)) ? TRUE : FALSE;
  });
}

void take_triggers(GstOmvRing* self) {
  for (const Trigger& trigger : self->shared->inbox.take()) {
    GST_DEBUG_OBJECT(self, "trigger of %s", trigger.source.c_str());
    self->stream->ring.trigger(trigger);
  }
}

// What has changed since the last frame.
void catch_up(GstOmvRing* self) {
  if (settings_changed(self)) self->stream->ring.change(settings_of(self));
  take_triggers(self);
}

// ---- frames --------------------------------------------------------------------------------------------------------

GstFlowReturn result_of(GstOmvRing* self) {
  Stream& stream = *self->stream;
  publish_stats(self);
  if (stream.output.flow() != GST_FLOW_OK) return stream.output.flow();
  if (!stream.ring.is_done()) return GST_FLOW_OK;
  stream.output.push_eos();
  return GST_FLOW_EOS;
}

GstFlowReturn take_frame(GstOmvRing* self, GstBuffer* buffer) {
  Stream& stream = *self->stream;
  omv::clips::Frame frame;
  HeldFrame held;
  const GstFlowReturn taken = omv::gst::take_buffer(GST_ELEMENT(self), stream.input, buffer, frame, held);
  if (!held.buffer) return taken;
  catch_up(self);
  stream.ring.push(frame, std::move(held));
  return result_of(self);
}

GstFlowReturn chain(GstPad*, GstObject* parent, GstBuffer* buffer) {
  GstOmvRing* self = GST_OMV_RING(parent);
  const GstFlowReturn flow = omv::gst::guarded(self, GST_FLOW_ERROR, [&] { return take_frame(self, buffer); });
  gst_buffer_unref(buffer);
  return flow;
}

// ---- events --------------------------------------------------------------------------------------------------------

void set_caps(GstOmvRing* self, GstEvent* event) {
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  self->stream->input.set_caps(caps);
}

// After max-clips there is nothing to come any more, whatever comes.
void begin_stream(GstOmvRing* self) {
  if (!self->stream->ring.is_done()) self->stream->output.new_stream();
}

void pass_gap(GstOmvRing* self, GstEvent* event) {
  catch_up(self);
  const auto end = self->stream->input.gap_end(event);
  if (end) self->stream->ring.advance(*end);
  result_of(self);
}

void finish(GstOmvRing* self) {
  catch_up(self);
  self->stream->ring.end_of_stream();
  publish_stats(self);
  self->stream->output.push_eos();
}

gboolean flush(GstOmvRing* self, GstPad* pad, GstEvent* event) {
  Stream& stream = *self->stream;
  stream.ring.flush();
  stream.input.flush();
  stream.output.flush();
  publish_stats(self);
  return gst_pad_event_default(pad, GST_OBJECT(self), event);
}

// In order with the frames: one that does not say when it was means where the last frame ends.
void trigger_in_order(GstOmvRing* self, const GstStructure* structure) {
  catch_up(self);
  self->stream->ring.trigger(omv::gst::to_trigger(structure));
  result_of(self);
}

// Whether the event ends here: clips have caps, segments and an end of their own.
bool take_event(GstOmvRing* self, GstEvent* event) {
  switch (GST_EVENT_TYPE(event)) {
    case GST_EVENT_CAPS: set_caps(self, event); return true;
    case GST_EVENT_SEGMENT: self->stream->input.set_segment(event); return true;
    case GST_EVENT_GAP: pass_gap(self, event); return true;
    case GST_EVENT_EOS: finish(self); return true;
    case GST_EVENT_STREAM_START: begin_stream(self); return false;
    case GST_EVENT_TAG: self->stream->output.push_tags(gst_event_ref(event)); return true;
    default: break;
  }
  const GstStructure* trigger = omv::gst::trigger_of(event);
  if (trigger == nullptr) return false;
  trigger_in_order(self, trigger);
  return true;
}

gboolean sink_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  GstOmvRing* self = GST_OMV_RING(parent);
  return omv::gst::guarded(self, FALSE, [&]() -> gboolean {
    if (GST_EVENT_TYPE(event) == GST_EVENT_FLUSH_STOP) return flush(self, pad, event);
    const GstStructure* trigger = omv::gst::trigger_of(event);
    const bool is_out_of_order = trigger != nullptr && GST_EVENT_TYPE(event) == GST_EVENT_CUSTOM_DOWNSTREAM_OOB;
    if (is_out_of_order) raise_trigger(self, trigger);
    if (!is_out_of_order && !take_event(self, event)) return gst_pad_event_default(pad, parent, event);
    gst_event_unref(event);
    return TRUE;
  });
}

// Clips come when they come: nobody upstream shall hurry, or seek, because of them.
gboolean src_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  GstOmvRing* self = GST_OMV_RING(parent);
  const GstStructure* trigger = omv::gst::trigger_of(event);
  gboolean taken = FALSE;
  if (trigger != nullptr)
    taken = raise_trigger(self, trigger);
  else if (GST_EVENT_TYPE(event) != GST_EVENT_QOS && GST_EVENT_TYPE(event) != GST_EVENT_SEEK)
    return gst_pad_event_default(pad, parent, event);
  gst_event_unref(event);
  return taken;
}

// How long a clip is, nobody knows beforehand, and upstream least of all.
gboolean src_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  switch (GST_QUERY_TYPE(query)) {
    case GST_QUERY_DURATION:
    case GST_QUERY_POSITION:
    case GST_QUERY_SEEKING: return FALSE;
    default: return gst_pad_query_default(pad, parent, query);
  }
}

// ---- start and stop ------------------------------------------------------------------------------------------------

void begin(GstOmvRing* self) {
  self->stream = new Stream(GST_ELEMENT(self), self->src_pad, settings_of(self));
  publish_stats(self);
}

void end(GstOmvRing* self) {
  if (self->stream == nullptr) return;
  self->stream->ring.stop();
  publish_stats(self);
  delete self->stream;
  self->stream = nullptr;
  self->shared->inbox.drop();
}

}  // namespace

static GstStateChangeReturn gst_omv_ring_change_state(GstElement* element, GstStateChange transition) {
  GstOmvRing* self = GST_OMV_RING(element);
  const bool begins = transition == GST_STATE_CHANGE_READY_TO_PAUSED;
  if (begins && !omv::gst::guarded(self, false, [&] { return begin(self), true; })) return GST_STATE_CHANGE_FAILURE;
  const auto changed = GST_ELEMENT_CLASS(gst_omv_ring_parent_class)->change_state(element, transition);
  const bool ends = transition == GST_STATE_CHANGE_PAUSED_TO_READY || (begins && changed == GST_STATE_CHANGE_FAILURE);
  if (ends) omv::gst::guarded(self, false, [&] { return end(self), true; });
  return changed;
}

// ---- properties ----------------------------------------------------------------------------------------------------

static void trigger_from_property(GstOmvRing* self, const GValue* value) {
  const auto trigger = omv::gst::trigger_from_property(GST_ELEMENT(self), g_value_get_string(value));
  if (trigger) raise_trigger(self, trigger.get());
}

static void gst_omv_ring_set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  GstOmvRing* self = GST_OMV_RING(object);
  if (id == omv::gst::kClipTrigger) return trigger_from_property(self, value);
  GST_OBJECT_LOCK(self);
  const bool known = omv::gst::set_clip_setting(self->shared->settings, id, value);
  self->shared->settings_changed = true;
  GST_OBJECT_UNLOCK(self);
  if (!known) G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
}

static void gst_omv_ring_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  GstOmvRing* self = GST_OMV_RING(object);
  if (id == omv::gst::kClipStats) return g_value_take_boxed(value, stats_structure(self));
  GST_OBJECT_LOCK(self);
  const ClipSettings settings = self->shared->settings;
  GST_OBJECT_UNLOCK(self);
  if (!omv::gst::get_clip_setting(settings, id, value)) G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
}

// ---- type ----------------------------------------------------------------------------------------------------------

static gboolean gst_omv_ring_trigger(GstOmvRing* self, const GstStructure* structure) {
  return raise_trigger(self, structure);
}

static void gst_omv_ring_finalize(GObject* object) {
  GstOmvRing* self = GST_OMV_RING(object);
  delete self->stream;
  delete self->shared;
  G_OBJECT_CLASS(gst_omv_ring_parent_class)->finalize(object);
}

static void gst_omv_ring_class_init(GstOmvRingClass* klass) {
  GstElementClass* element_class = GST_ELEMENT_CLASS(klass);
  GObjectClass* object_class = G_OBJECT_CLASS(klass);
  object_class->set_property = gst_omv_ring_set_property;
  object_class->get_property = gst_omv_ring_get_property;
  object_class->finalize = gst_omv_ring_finalize;
  omv::gst::install_clip_settings(object_class);
  /**
   * GstOmvRing::trigger:
   * @structure: (nullable): `source`, `running-time` (of a live pipeline that plays: unset is now; else the end of the
   *   last frame), and whatever the clip's facts are to say of it
   *
   * Asks for a clip. Returns FALSE when too many triggers are waiting for the stream.
   */
  omv::gst::install_trigger_signal(object_class, G_CALLBACK(gst_omv_ring_trigger));
  element_class->change_state = gst_omv_ring_change_state;
  gst_element_class_set_static_metadata(element_class, "OpenMV ring", "Generic",
                                        "Keeps the last frames in memory and lets them through when a trigger comes",
                                        "The gst-openmv developers");
  omv::gst::add_pad_template(element_class, "sink", GST_PAD_SINK, GST_PAD_ALWAYS, gst_caps_new_any());
  omv::gst::add_pad_template(element_class, "src", GST_PAD_SRC, GST_PAD_ALWAYS, gst_caps_new_any());
}

static void gst_omv_ring_init(GstOmvRing* self) {
  self->shared = new Shared();
  self->sink_pad = omv::gst::new_pad(GST_ELEMENT(self), "sink");
  gst_pad_set_chain_function(self->sink_pad, chain);
  gst_pad_set_event_function(self->sink_pad, sink_event);
  GST_PAD_SET_PROXY_CAPS(self->sink_pad);
  gst_element_add_pad(GST_ELEMENT(self), self->sink_pad);
  self->src_pad = omv::gst::new_pad(GST_ELEMENT(self), "src");
  gst_pad_set_event_function(self->src_pad, src_event);
  gst_pad_set_query_function(self->src_pad, src_query);
  GST_PAD_SET_PROXY_CAPS(self->src_pad);
  gst_element_add_pad(GST_ELEMENT(self), self->src_pad);
}
