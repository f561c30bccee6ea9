// SPDX-License-Identifier: LGPL-2.1-or-later
// JPEG frames behind their lengths, for a socket.

/**
 * SECTION:element-omvlenpay
 * @title: omvlenpay
 *
 * Puts the size of each JPEG frame in front of it, 32 bits, little endian, and a zero behind the last one: what the
 * receivers of picamera's streaming recipes read from a socket.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 omvsrc device='emulator:' num-buffers=90 ! omvlenpay ! filesink location=a.stream
 * ]|
 */

#include "omvlenpay.h"

#include <algorithm>

#include "common/error.h"
#include "common/pads.h"
#include "omv/recording/length_stream.h"

GST_DEBUG_CATEGORY_STATIC(omv_len_pay_debug);
#define GST_CAT_DEFAULT omv_len_pay_debug

namespace {

struct Stats {  // behind the object lock
  guint64 frames = 0;
  guint64 bytes = 0;  // with lengths
  guint64 empty = 0;
};

enum { kPropStats = 1 };

}  // namespace

struct _GstOmvLenPay {
  GstElement parent;
  GstPad* sink_pad;
  GstPad* src_pad;
  Stats stats;
};

G_DEFINE_TYPE(GstOmvLenPay, gst_omv_len_pay, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE(omvlenpay, "omvlenpay", GST_RANK_NONE, GST_TYPE_OMV_LEN_PAY,
                                      GST_DEBUG_CATEGORY_INIT(omv_len_pay_debug, "omvlenpay", 0, "length payloader"))

namespace {

GstMemory* length_memory(gsize size) {
  const auto field = omv::length_field(static_cast<guint32>(size));
  GstMemory* memory = gst_allocator_alloc(nullptr, field.size(), nullptr);
  GstMapInfo map;
  if (gst_memory_map(memory, &map, GST_MAP_WRITE)) {
    std::copy(field.begin(), field.end(), map.data);
    gst_memory_unmap(memory, &map);
  }
  return memory;
}

void push_caps(GstOmvLenPay* self) {
  GstCaps* caps = gst_pad_get_pad_template_caps(self->src_pad);
  gst_pad_push_event(self->src_pad, gst_event_new_caps(caps));
  gst_caps_unref(caps);
}

// ---- frames --------------------------------------------------------------------------------------------------------

// A length of zero would end the stream.
GstFlowReturn leave_out(GstOmvLenPay* self) {
  GST_OBJECT_LOCK(self);
  ++self->stats.empty;
  GST_OBJECT_UNLOCK(self);
  GST_DEBUG_OBJECT(self, "an empty buffer is no frame");
  return GST_FLOW_OK;
}

// The frame's own memory, with the length in front.
GstFlowReturn send(GstOmvLenPay* self, GstBuffer* frame) {
  const gsize size = gst_buffer_get_size(frame);
  if (size == 0) return leave_out(self);
  if (size > G_MAXUINT32) {
    GST_ELEMENT_ERROR(self, STREAM, ENCODE, ("A frame of %" G_GSIZE_FORMAT " bytes is longer than 32 bits tell", size),
                      (nullptr));
    return GST_FLOW_ERROR;
  }
  GstBuffer* out = gst_buffer_copy(frame);
  gst_buffer_prepend_memory(out, length_memory(size));
  GST_OBJECT_LOCK(self);
  ++self->stats.frames;
  self->stats.bytes += omv::kLengthBytes + size;
  GST_OBJECT_UNLOCK(self);
  return gst_pad_push(self->src_pad, out);
}

GstFlowReturn chain(GstPad*, GstObject* parent, GstBuffer* buffer) {
  GstOmvLenPay* self = GST_OMV_LEN_PAY(parent);
  const GstFlowReturn flow = omv::gst::guarded(self, GST_FLOW_ERROR, [&] { return send(self, buffer); });
  gst_buffer_unref(buffer);
  return flow;
}

bool has_sent(GstPad* pad, GstEventType type) {
  GstEvent* event = gst_pad_get_sticky_event(pad, type, 0);
  const bool sent = event != nullptr;
  gst_clear_event(&event);
  return sent;
}

// Also of a stream without a frame, whose end came before caps and segment.
void send_end(GstOmvLenPay* self) {
  if (!has_sent(self->src_pad, GST_EVENT_CAPS)) push_caps(self);
  if (!has_sent(self->src_pad, GST_EVENT_SEGMENT)) {
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(self->src_pad, gst_event_new_segment(&segment));
  }
  GstBuffer* end = gst_buffer_new();
  gst_buffer_append_memory(end, length_memory(0));
  gst_pad_push(self->src_pad, end);
}

gboolean sink_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  GstOmvLenPay* self = GST_OMV_LEN_PAY(parent);
  return omv::gst::guarded(self, FALSE, [&]() -> gboolean {
    if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
      gst_event_unref(event);
      push_caps(self);
      return TRUE;
    }
    if (GST_EVENT_TYPE(event) == GST_EVENT_EOS) send_end(self);
    return gst_pad_event_default(pad, parent, event);
  });
}

}  // namespace

// ---- the object ----------------------------------------------------------------------------------------------------

static void gst_omv_len_pay_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  if (id != kPropStats) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    return;
  }
  GST_OBJECT_LOCK(object);
  const Stats stats = GST_OMV_LEN_PAY(object)->stats;
  GST_OBJECT_UNLOCK(object);
  g_value_take_boxed(value,
                     gst_structure_new("omvlenpay-stats", "frames", G_TYPE_UINT64, stats.frames, "bytes", G_TYPE_UINT64,
                                       stats.bytes, "empty", G_TYPE_UINT64, stats.empty, nullptr));
}

static GstStateChangeReturn gst_omv_len_pay_change_state(GstElement* element, GstStateChange transition) {
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    GST_OBJECT_LOCK(element);
    GST_OMV_LEN_PAY(element)->stats = {};
    GST_OBJECT_UNLOCK(element);
  }
  return GST_ELEMENT_CLASS(gst_omv_len_pay_parent_class)->change_state(element, transition);
}

static void gst_omv_len_pay_class_init(GstOmvLenPayClass* klass) {
  GstElementClass* element_class = GST_ELEMENT_CLASS(klass);
  GObjectClass* object_class = G_OBJECT_CLASS(klass);
  object_class->get_property = gst_omv_len_pay_get_property;
  element_class->change_state = gst_omv_len_pay_change_state;
  g_object_class_install_property(
      object_class, kPropStats,
      g_param_spec_boxed("stats", "Statistics", "Frames and bytes that were sent, and buffers without a byte",
                         GST_TYPE_STRUCTURE, static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)));
  gst_element_class_set_static_metadata(element_class, "Length payloader for JPEG", "Codec/Payloader",
                                        "Puts its length in front of each JPEG, as picamera's streaming recipes do",
                                        "The gst-openmv developers");
  omv::gst::add_pad_template(element_class, "sink", GST_PAD_SINK, GST_PAD_ALWAYS,
                             gst_caps_new_empty_simple("image/jpeg"));
  omv::gst::add_pad_template(element_class, "src", GST_PAD_SRC, GST_PAD_ALWAYS,
                             gst_caps_new_empty_simple("application/x-length-prefixed-jpeg"));
}

static void gst_omv_len_pay_init(GstOmvLenPay* self) {
  self->sink_pad = omv::gst::new_pad(GST_ELEMENT(self), "sink");
  gst_pad_set_chain_function(self->sink_pad, chain);
  gst_pad_set_event_function(self->sink_pad, sink_event);
  gst_element_add_pad(GST_ELEMENT(self), self->sink_pad);
  self->src_pad = omv::gst::new_pad(GST_ELEMENT(self), "src");
  gst_pad_use_fixed_caps(self->src_pad);
  gst_element_add_pad(GST_ELEMENT(self), self->src_pad);
}
