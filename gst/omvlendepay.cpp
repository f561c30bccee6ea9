// SPDX-License-Identifier: LGPL-2.1-or-later
// JPEG frames out of a byte stream in which each follows its length.

/**
 * SECTION:element-omvlendepay
 * @title: omvlendepay
 *
 * Reads what picamera's streaming recipes send: the size of each JPEG frame, 32 bits, little endian, then the frame;
 * zero at the end. A frame is stamped with the time at which its first byte came.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=30 ! jpegenc ! omvlenpay ! omvlendepay ! jpegdec ! autovideosink
 * ]|
 */

#include "omvlendepay.h"

#include <gst/base/gstadapter.h>

#include <array>
#include <memory>
#include <string>

#include "common/caps.h"
#include "common/doubling.h"
#include "common/error.h"
#include "common/mux_input.h"
#include "common/pads.h"
#include "omv/recording/length_stream.h"

GST_DEBUG_CATEGORY_STATIC(omv_len_depay_debug);
#define GST_CAT_DEFAULT omv_len_depay_debug

namespace {

using omv::FrameInfo;
using omv::LengthStream;

struct Stats {  // behind the object lock
  guint64 frames = 0;
  guint64 bytes = 0;
  guint64 damaged = 0;
  guint64 truncated = 0;
};

struct FreeAdapter {
  void operator()(GstAdapter* adapter) const { g_object_unref(adapter); }
};

// What has come and not gone yet.
struct Stream {
  std::unique_ptr<GstAdapter, FreeAdapter> adapter{gst_adapter_new()};
  LengthStream lengths;
  GstClockTime stamp = GST_CLOCK_TIME_NONE;  // of the frame that comes
  FrameInfo announced;
  bool has_caps = false;
  GstSegment segment;        // upstream's, if that has time
  bool has_segment = false;  // downstream
  bool timed = false;        // upstream's segment is in time

  explicit Stream(guint max_size) : lengths(max_size) { gst_segment_init(&segment, GST_FORMAT_TIME); }
};

enum { kPropMaxSize = 1, kPropStats };

}  // namespace

struct _GstOmvLenDepay {
  GstElement parent;
  GstPad* sink_pad;
  GstPad* src_pad;
  Stream* stream;  // touched by the streaming thread only, and by state changes while it does not run
  Stats stats;
  guint max_size;  // behind the object lock
};

G_DEFINE_TYPE(GstOmvLenDepay, gst_omv_len_depay, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE(omvlendepay, "omvlendepay", GST_RANK_NONE, GST_TYPE_OMV_LEN_DEPAY,
                                      GST_DEBUG_CATEGORY_INIT(omv_len_depay_debug, "omvlendepay", 0,
                                                              "length depayloader"))

namespace {

template <typename Change>
Stats count(GstOmvLenDepay* self, Change change) {
  GST_OBJECT_LOCK(self);
  change(self->stats);
  const Stats stats = self->stats;
  GST_OBJECT_UNLOCK(self);
  return stats;
}

void begin_anew(GstOmvLenDepay* self) {
  GST_OBJECT_LOCK(self);
  const guint max_size = self->max_size;
  GST_OBJECT_UNLOCK(self);
  delete self->stream;
  self->stream = new Stream(max_size);
}

// ---- what goes on --------------------------------------------------------------------------------------------------

// Behind the caps, as events have to be.
void push_segment(GstOmvLenDepay* self) {
  Stream& stream = *self->stream;
  if (stream.has_segment) return;
  stream.has_segment = true;
  gst_pad_push_event(self->src_pad, gst_event_new_segment(&stream.segment));
}

void announce(GstOmvLenDepay* self, const FrameInfo& info) {
  Stream& stream = *self->stream;
  if (!stream.has_caps || stream.announced != info) {
    GstCaps* caps = omv::gst::caps_for_frame(info);
    gst_pad_push_event(self->src_pad, gst_event_new_caps(caps));
    gst_caps_unref(caps);
    stream.announced = info;
    stream.has_caps = true;
  }
  push_segment(self);
}

// Bytes that are no JPEG are left out; the lengths lead to the next frame.
GstFlowReturn leave_out(GstOmvLenDepay* self, const omv::Error& error) {
  const guint64 damaged = count(self, [](Stats& stats) { ++stats.damaged; }).damaged;
  if (!omv::gst::is_doubling(damaged)) return GST_FLOW_OK;
  const std::string what = "Frame left out (" + std::to_string(damaged) + " so far)";
  omv::gst::post_warning(GST_ELEMENT(self), error, what.c_str());
  return GST_FLOW_OK;
}

GstFlowReturn push_frame(GstOmvLenDepay* self, GstBuffer* frame) {
  const auto size = omv::gst::coded_size(omv::PixelFormat::jpeg, frame);
  if (!size) {
    gst_buffer_unref(frame);
    return leave_out(self, size.error());
  }
  announce(self, {omv::PixelFormat::jpeg, size->width, size->height});
  frame = gst_buffer_make_writable(frame);
  GST_BUFFER_PTS(frame) = self->stream->stamp;
  GST_BUFFER_DTS(frame) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION(frame) = GST_CLOCK_TIME_NONE;
  const Stats stats = count(self, [frame](Stats& all) {
    ++all.frames;
    all.bytes += gst_buffer_get_size(frame);
  });
  GST_BUFFER_OFFSET(frame) = stats.frames - 1;
  return gst_pad_push(self->src_pad, frame);
}

// The end of the stream, of which upstream may know later or never.
GstFlowReturn end(GstOmvLenDepay* self) {
  GST_DEBUG_OBJECT(self, "the sender ends the stream");
  push_segment(self);
  gst_pad_push_event(self->src_pad, gst_event_new_eos());
  return GST_FLOW_EOS;
}

// ---- what comes ----------------------------------------------------------------------------------------------------

GstFlowReturn take_length(GstOmvLenDepay* self) {
  Stream& stream = *self->stream;
  stream.stamp = gst_adapter_prev_pts(stream.adapter.get(), nullptr);
  std::array<std::uint8_t, omv::kLengthBytes> bytes;
  gst_adapter_copy(stream.adapter.get(), bytes.data(), 0, bytes.size());
  gst_adapter_flush(stream.adapter.get(), bytes.size());
  const auto taken = stream.lengths.take_length(bytes);
  if (taken) return stream.lengths.part() == LengthStream::Part::end ? end(self) : GST_FLOW_OK;
  GST_ELEMENT_ERROR(self, STREAM, DEMUX, ("The stream can't be read: %s", taken.error().message.c_str()),
                    ("raise max-size if that is what the camera sends; else it is no stream of lengths and JPEGs"));
  return GST_FLOW_ERROR;
}

GstFlowReturn take_parts(GstOmvLenDepay* self) {
  Stream& stream = *self->stream;
  GstAdapter* adapter = stream.adapter.get();
  GstFlowReturn flow = stream.lengths.part() == LengthStream::Part::end ? GST_FLOW_EOS : GST_FLOW_OK;
  while (flow == GST_FLOW_OK && gst_adapter_available(adapter) >= stream.lengths.wanted()) {
    if (stream.lengths.part() == LengthStream::Part::length) {
      flow = take_length(self);
      continue;
    }
    GstBuffer* frame = gst_adapter_take_buffer(adapter, stream.lengths.wanted());
    stream.lengths.take_picture();
    flow = push_frame(self, frame);
  }
  return flow;
}

// Of a source that does not say when bytes came (do-timestamp=false): now. None before the pipeline has a clock.
GstBuffer* stamped(GstOmvLenDepay* self, GstBuffer* buffer) {
  if (GST_BUFFER_PTS_IS_VALID(buffer) || self->stream->timed) return buffer;
  const GstClockTime now = gst_element_get_current_running_time(GST_ELEMENT(self));
  if (!GST_CLOCK_TIME_IS_VALID(now)) return buffer;
  buffer = gst_buffer_make_writable(buffer);
  GST_BUFFER_PTS(buffer) = now;
  return buffer;
}

GstFlowReturn chain(GstPad*, GstObject* parent, GstBuffer* buffer) {
  GstOmvLenDepay* self = GST_OMV_LEN_DEPAY(parent);
  return omv::gst::guarded(self, GST_FLOW_ERROR, [&] {
    gst_adapter_push(self->stream->adapter.get(), stamped(self, buffer));
    return take_parts(self);
  });
}

// Upstream has no more. A sender that was killed leaves half a frame behind, and no zero.
void finish(GstOmvLenDepay* self) {
  Stream& stream = *self->stream;
  const gsize left = gst_adapter_available(stream.adapter.get());
  if (left > 0 || stream.lengths.part() == LengthStream::Part::picture) {
    count(self, [](Stats& stats) { ++stats.truncated; });
    GST_ELEMENT_WARNING(self, STREAM, DEMUX,
                        ("The stream ends within a frame: %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " bytes came", left,
                         stream.lengths.wanted()),
                        (nullptr));
  }
  push_segment(self);
}

// A stream of bytes has no time; its frames are stamped with running time.
void set_segment(GstOmvLenDepay* self, GstEvent* event) {
  Stream& stream = *self->stream;
  gst_event_copy_segment(event, &stream.segment);
  stream.timed = stream.segment.format == GST_FORMAT_TIME;
  if (!stream.timed) gst_segment_init(&stream.segment, GST_FORMAT_TIME);
  stream.has_segment = false;
  if (stream.has_caps) push_segment(self);
}

gboolean sink_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  GstOmvLenDepay* self = GST_OMV_LEN_DEPAY(parent);
  return omv::gst::guarded(self, FALSE, [&]() -> gboolean {
    const bool ended = self->stream->lengths.part() == LengthStream::Part::end;
    bool goes_on = true;
    switch (GST_EVENT_TYPE(event)) {
      case GST_EVENT_CAPS: goes_on = false; break;  // those of the frames come with the first
      case GST_EVENT_SEGMENT:
        set_segment(self, event);
        goes_on = false;
        break;
      case GST_EVENT_EOS:
        if (!ended) finish(self);
        goes_on = !ended;
        break;
      case GST_EVENT_STREAM_START:
      case GST_EVENT_FLUSH_STOP: begin_anew(self); break;
      default: break;
    }
    if (goes_on) return gst_pad_event_default(pad, parent, event);
    gst_event_unref(event);
    return TRUE;
  });
}

}  // namespace

// ---- the object ----------------------------------------------------------------------------------------------------

static void gst_omv_len_depay_set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  if (id != kPropMaxSize) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    return;
  }
  GST_OBJECT_LOCK(object);
  GST_OMV_LEN_DEPAY(object)->max_size = g_value_get_uint(value);
  GST_OBJECT_UNLOCK(object);
}

static void gst_omv_len_depay_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  GST_OBJECT_LOCK(object);
  const Stats stats = GST_OMV_LEN_DEPAY(object)->stats;
  const guint max_size = GST_OMV_LEN_DEPAY(object)->max_size;
  GST_OBJECT_UNLOCK(object);
  switch (id) {
    case kPropMaxSize: g_value_set_uint(value, max_size); break;
    case kPropStats:
      g_value_take_boxed(value, gst_structure_new("omvlendepay-stats", "frames", G_TYPE_UINT64, stats.frames, "bytes",
                                                  G_TYPE_UINT64, stats.bytes, "damaged", G_TYPE_UINT64, stats.damaged,
                                                  "truncated", G_TYPE_UINT64, stats.truncated, nullptr));
      break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static GstStateChangeReturn gst_omv_len_depay_change_state(GstElement* element, GstStateChange transition) {
  GstOmvLenDepay* self = GST_OMV_LEN_DEPAY(element);
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    count(self, [](Stats& stats) { stats = {}; });
    begin_anew(self);
  }
  return GST_ELEMENT_CLASS(gst_omv_len_depay_parent_class)->change_state(element, transition);
}

static void gst_omv_len_depay_finalize(GObject* object) {
  delete GST_OMV_LEN_DEPAY(object)->stream;
  G_OBJECT_CLASS(gst_omv_len_depay_parent_class)->finalize(object);
}

static void gst_omv_len_depay_class_init(GstOmvLenDepayClass* klass) {
  GstElementClass* element_class = GST_ELEMENT_CLASS(klass);
  GObjectClass* object_class = G_OBJECT_CLASS(klass);
  object_class->set_property = gst_omv_len_depay_set_property;
  object_class->get_property = gst_omv_len_depay_get_property;
  object_class->finalize = gst_omv_len_depay_finalize;
  element_class->change_state = gst_omv_len_depay_change_state;
  g_object_class_install_property(
      object_class, kPropMaxSize,
      g_param_spec_uint(
          "max-size", "Largest frame", "Bytes; a stream that announces a longer frame is an error", 1, G_MAXUINT32,
          omv::kDefaultMaxLength,
          static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY)));
  g_object_class_install_property(
      object_class, kPropStats,
      g_param_spec_boxed("stats", "Statistics", "Frames and their bytes, what was no JPEG, and what was cut off",
                         GST_TYPE_STRUCTURE, static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)));
  gst_element_class_set_static_metadata(element_class, "Length depayloader for JPEG", "Codec/Depayloader",
                                        "Takes JPEGs from behind their lengths, as picamera's streaming recipes send",
                                        "The gst-openmv developers");
  omv::gst::add_pad_template(element_class, "sink", GST_PAD_SINK, GST_PAD_ALWAYS, gst_caps_new_any());
  omv::gst::add_pad_template(element_class, "src", GST_PAD_SRC, GST_PAD_ALWAYS,
                             gst_caps_new_empty_simple("image/jpeg"));
}

static void gst_omv_len_depay_init(GstOmvLenDepay* self) {
  self->max_size = omv::kDefaultMaxLength;
  self->stream = new Stream(self->max_size);
  self->sink_pad = omv::gst::new_pad(GST_ELEMENT(self), "sink");
  gst_pad_set_chain_function(self->sink_pad, chain);
  gst_pad_set_event_function(self->sink_pad, sink_event);
  gst_element_add_pad(GST_ELEMENT(self), self->sink_pad);
  self->src_pad = omv::gst::new_pad(GST_ELEMENT(self), "src");
  gst_pad_use_fixed_caps(self->src_pad);
  gst_element_add_pad(GST_ELEMENT(self), self->src_pad);
}
