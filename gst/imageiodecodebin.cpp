// SPDX-License-Identifier: LGPL-2.1-or-later
// imageiodemux with a decoder for every format behind it: what playbin and decodebin use.

/**
 * SECTION:element-imageiodecodebin
 * @title: imageiodecodebin
 *
 * Plays an OpenMV ImageIO recording as raw video, also when it mixes JPEG, PNG, raw and Bayer frames: the decoder
 * changes with the caps. `playbin` and `decodebin` choose it over imageiodemux because their own chain of decoders is
 * fixed by the first frame.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 filesrc location=test.bin ! imageiodecodebin ! videoconvert ! autovideosink
 * ]|
 */

#include "imageiodecodebin.h"

#include <array>
#include <string_view>

#include "common/bayer_decoder.h"
#include "common/caps.h"
#include "common/error.h"
#include "common/pads.h"

GST_DEBUG_CATEGORY_STATIC(imageio_decode_bin_debug);
#define GST_CAT_DEFAULT imageio_decode_bin_debug

enum { kPropLoop = 1 };

namespace {

// All of them are synchronous: a frame that goes in comes out before the next one.
struct DecoderRow {
  const char* media_type;
  const char* factory;  // nullptr: our own, for Bayer
};

constexpr std::array kDecoders = {
    DecoderRow{"image/jpeg", "jpegdec"},
    DecoderRow{"image/png", "pngdec"},
    DecoderRow{"video/x-bayer", nullptr},
};

}  // namespace

struct _GstImageioDecodeBin {
  GstBin parent;
  GstElement* demux;
  GstElement* filter;                                  // raw video only; also what all branches end at
  std::array<GstElement*, kDecoders.size()> decoders;  // created when first needed; the bin owns them
  GstElement* current;                                 // decoder in use; nullptr: frames are raw already
  GstPad* src_pad;                                     // there from the first caps on
};

G_DEFINE_TYPE(GstImageioDecodeBin, gst_imageio_decode_bin, GST_TYPE_BIN)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE(imageiodecodebin, "imageiodecodebin", GST_RANK_PRIMARY + 1,
                                      GST_TYPE_IMAGEIO_DECODE_BIN,
                                      GST_DEBUG_CATEGORY_INIT(imageio_decode_bin_debug, "imageiodecodebin", 0,
                                                              "ImageIO decoding bin"))

namespace {

// Row of the decoder that `caps` need; kDecoders.size() when they are raw.
std::size_t decoder_row(const GstCaps* caps) {
  const std::string_view name = gst_structure_get_name(gst_caps_get_structure(caps, 0));
  std::size_t row = 0;
  while (row < kDecoders.size() && name != kDecoders[row].media_type) ++row;
  return row;
}

GstElement* make_decoder(GstImageioDecodeBin* self, const char* factory) {
  GstElement* decoder = factory != nullptr ? gst_element_factory_make(factory, nullptr)
                                           : GST_ELEMENT(g_object_new(GST_TYPE_OMV_BAYER_DECODER, nullptr));
  if (decoder == nullptr) {
    GST_ELEMENT_ERROR(self, CORE, MISSING_PLUGIN, ("The recording holds frames that need the element %s", factory),
                      ("install the GStreamer plugin that has it"));
    return nullptr;
  }
  gst_bin_add(GST_BIN(self), decoder);
  gst_element_sync_state_with_parent(decoder);
  return decoder;
}

// A decoder that was not linked has missed the flushes of seeks since, and may hold rests of what came before them.
void flush(GstElement* decoder) {
  GstPad* sink = gst_element_get_static_pad(decoder, "sink");
  gst_pad_send_event(sink, gst_event_new_flush_start());
  gst_pad_send_event(sink, gst_event_new_flush_stop(FALSE));
  gst_object_unref(sink);
}

bool select_branch(GstImageioDecodeBin* self, std::size_t row) {
  GstElement* wanted = nullptr;
  if (row < kDecoders.size()) {
    if (self->decoders[row] == nullptr) self->decoders[row] = make_decoder(self, kDecoders[row].factory);
    wanted = self->decoders[row];
    if (wanted == nullptr) return false;
  }
  if (wanted == self->current) return true;
  if (self->current != nullptr) gst_element_unlink(self->current, self->filter);
  gst_element_unlink(self->demux, self->current != nullptr ? self->current : self->filter);
  self->current = wanted;
  if (wanted != nullptr) flush(wanted);
  if (wanted == nullptr) return gst_element_link(self->demux, self->filter);
  return gst_element_link(wanted, self->filter) && gst_element_link(self->demux, wanted);
}

// A recording without frames has a segment but no caps, and players that wait for caps would wait for ever: it gets
// those of the smallest picture, and its end behind them.
void announce_nothing(GstImageioDecodeBin* self) {
  const omv::FrameInfo smallest{omv::PixelFormat::grayscale, 1, 1};
  GstCaps* caps = omv::gst::caps_for_frame(smallest);
  GstPad* sink = gst_element_get_static_pad(self->filter, "sink");
  gst_pad_send_event(sink, gst_event_new_caps(caps));
  gst_object_unref(sink);
  gst_caps_unref(caps);
}

// Runs in the streaming thread, in front of the frames that the caps belong to; the frames before have all passed.
// Sticky events follow to the new branch by themselves.
GstPadProbeReturn on_event(GstPad* pad, GstPadProbeInfo* info, gpointer user_data) {
  GstImageioDecodeBin* self = GST_IMAGEIO_DECODE_BIN(user_data);
  GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
  if (GST_EVENT_TYPE(event) == GST_EVENT_SEGMENT && !gst_pad_has_current_caps(pad)) announce_nothing(self);
  if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) return GST_PAD_PROBE_OK;
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  const bool done = omv::gst::guarded(self, false, [&] { return select_branch(self, decoder_row(caps)); });
  return done ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

GstPad* new_ghost_pad(GstImageioDecodeBin* self, GstElement* element, const char* name) {
  GstPad* target = gst_element_get_static_pad(element, name);
  GstPadTemplate* pad_template = gst_element_class_get_pad_template(GST_ELEMENT_GET_CLASS(self), name);
  GstPad* pad = gst_ghost_pad_new_from_template(name, target, pad_template);
  gst_object_unref(target);
  return pad;
}

gboolean copy_sticky_event(GstPad*, GstEvent** event, gpointer to) {
  gst_pad_store_sticky_event(GST_PAD(to), *event);
  return TRUE;
}

// The pad appears in the streaming thread, when there is something to link to: an application that links it then
// loses neither frame nor event, which it could if the pad were there from the start.
GstPadProbeReturn on_raw_caps(GstPad* pad, GstPadProbeInfo* info, gpointer user_data) {
  GstImageioDecodeBin* self = GST_IMAGEIO_DECODE_BIN(user_data);
  if (self->src_pad != nullptr || GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
  self->src_pad = new_ghost_pad(self, self->filter, "src");
  gst_pad_set_active(self->src_pad, TRUE);
  gst_pad_sticky_events_foreach(pad, copy_sticky_event, self->src_pad);
  gst_element_add_pad(GST_ELEMENT(self), self->src_pad);
  gst_element_no_more_pads(GST_ELEMENT(self));
  return GST_PAD_PROBE_OK;
}

void add_event_probe(GstElement* element, GstPadProbeCallback callback, gpointer user_data) {
  GstPad* pad = gst_element_get_static_pad(element, "src");
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, callback, user_data, nullptr);
  gst_object_unref(pad);
}

GstCaps* raw_video_caps() {
  GstCaps* caps = gst_caps_new_empty_simple("video/x-raw");
  return caps;
}

}  // namespace

static void gst_imageio_decode_bin_set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  GstImageioDecodeBin* self = GST_IMAGEIO_DECODE_BIN(object);
  if (id == kPropLoop)
    g_object_set_property(G_OBJECT(self->demux), "loop", value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
}

static void gst_imageio_decode_bin_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  GstImageioDecodeBin* self = GST_IMAGEIO_DECODE_BIN(object);
  if (id == kPropLoop)
    g_object_get_property(G_OBJECT(self->demux), "loop", value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
}

static GstStateChangeReturn gst_imageio_decode_bin_change_state(GstElement* element, GstStateChange transition) {
  GstImageioDecodeBin* self = GST_IMAGEIO_DECODE_BIN(element);
  const GstStateChangeReturn result =
      GST_ELEMENT_CLASS(gst_imageio_decode_bin_parent_class)->change_state(element, transition);
  if (transition != GST_STATE_CHANGE_PAUSED_TO_READY || self->src_pad == nullptr) return result;
  gst_element_remove_pad(element, self->src_pad);
  self->src_pad = nullptr;
  return result;
}

static void gst_imageio_decode_bin_class_init(GstImageioDecodeBinClass* klass) {
  GstElementClass* element_class = GST_ELEMENT_CLASS(klass);
  GObjectClass* object_class = G_OBJECT_CLASS(klass);
  object_class->set_property = gst_imageio_decode_bin_set_property;
  object_class->get_property = gst_imageio_decode_bin_get_property;
  element_class->change_state = gst_imageio_decode_bin_change_state;
  g_object_class_install_property(
      object_class, kPropLoop,
      g_param_spec_boolean("loop", "Loop",
                           "Start over at the end of the recording instead of ending the stream; timestamps go on",
                           FALSE, static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)));
  gst_element_class_set_static_metadata(element_class, "OpenMV ImageIO decoding bin", "Codec/Demuxer",
                                        "Plays OpenMV ImageIO (.bin) recordings of mixed formats as raw video",
                                        "The gst-openmv developers");
  GstCaps* recording = gst_caps_new_empty_simple(omv::gst::kImageioMediaType);
  GstCaps* raw = raw_video_caps();
  omv::gst::add_pad_template(element_class, "sink", GST_PAD_SINK, GST_PAD_ALWAYS, recording);
  omv::gst::add_pad_template(element_class, "src", GST_PAD_SRC, GST_PAD_SOMETIMES, raw);
}

static void gst_imageio_decode_bin_init(GstImageioDecodeBin* self) {
  self->demux = gst_element_factory_make("imageiodemux", "demux");
  self->filter = gst_element_factory_make("capsfilter", "filter");
  self->decoders.fill(nullptr);
  GstCaps* raw = raw_video_caps();
  g_object_set(self->filter, "caps", raw, nullptr);
  gst_caps_unref(raw);
  gst_bin_add_many(GST_BIN(self), self->demux, self->filter, nullptr);
  gst_element_link(self->demux, self->filter);
  add_event_probe(self->demux, on_event, self);
  add_event_probe(self->filter, on_raw_caps, self);
  gst_element_add_pad(GST_ELEMENT(self), new_ghost_pad(self, self->demux, "sink"));
}
