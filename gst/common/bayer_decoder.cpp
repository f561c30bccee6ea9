// SPDX-License-Identifier: LGPL-2.1-or-later
// Bayer in, RGBx out, one frame for one frame.
#include "common/bayer_decoder.h"

#include "common/caps.h"
#include "common/error.h"
#include "common/pads.h"
#include "omv/image/debayer.h"

struct _GstOmvBayerDecoder {
  GstElement parent;
  GstPad* sink_pad;
  GstPad* src_pad;
  omv::FrameInfo info;  // streaming thread only; width 0: no caps yet
};

G_DEFINE_TYPE(GstOmvBayerDecoder, gst_omv_bayer_decoder, GST_TYPE_ELEMENT)

namespace {

constexpr std::size_t kBytesPerPixel = 4;

void decode(const omv::ImageView& mosaic, std::uint8_t* rgbx) {
  const std::size_t stride = mosaic.info.width * kBytesPerPixel;
  for (std::uint32_t y = 0; y < mosaic.info.height; ++y) omv::debayer_row(mosaic, y, rgbx + y * stride);
}

// NULL when the buffer is smaller than its caps say.
GstBuffer* decode_buffer(GstBuffer* mosaic, const omv::FrameInfo& info) {
  const std::size_t stride = omv::gst::default_stride(info);
  GstMapInfo in;
  GstMapInfo out;
  if (!gst_buffer_map(mosaic, &in, GST_MAP_READ)) return nullptr;
  GstBuffer* picture = nullptr;
  if (in.size >= stride * info.height)
    picture = gst_buffer_new_allocate(nullptr, info.width * kBytesPerPixel * info.height, nullptr);
  if (picture != nullptr && gst_buffer_map(picture, &out, GST_MAP_WRITE)) {
    decode({info, in.data, stride}, out.data);
    gst_buffer_unmap(picture, &out);
    const auto flags = static_cast<GstBufferCopyFlags>(GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS);
    gst_buffer_copy_into(picture, mosaic, flags, 0, static_cast<gsize>(-1));
  }
  gst_buffer_unmap(mosaic, &in);
  return picture;
}

GstFlowReturn chain(GstPad*, GstObject* parent, GstBuffer* buffer) {
  GstOmvBayerDecoder* self = GST_OMV_BAYER_DECODER(parent);
  GstBuffer* picture = self->info.width > 0 ? decode_buffer(buffer, self->info) : nullptr;
  gst_buffer_unref(buffer);
  if (picture != nullptr) return gst_pad_push(self->src_pad, picture);
  GST_ELEMENT_ERROR(self, STREAM, DECODE, ("A Bayer frame is smaller than its caps say"), (nullptr));
  return GST_FLOW_ERROR;
}

gboolean set_caps(GstOmvBayerDecoder* self, GstCaps* caps) {
  const auto info = omv::gst::frame_from_caps(caps);
  if (!info || !omv::is_bayer(info->format)) return FALSE;
  self->info = *info;
  gint numerator = 0;
  gint denominator = 1;
  gst_structure_get_fraction(gst_caps_get_structure(caps, 0), "framerate", &numerator, &denominator);
  GstCaps* raw = gst_caps_new_simple(
      "video/x-raw", "format", G_TYPE_STRING, "RGBx", "width", G_TYPE_INT, static_cast<gint>(info->width), "height",
      G_TYPE_INT, static_cast<gint>(info->height), "framerate", GST_TYPE_FRACTION, numerator, denominator, nullptr);
  const gboolean accepted = gst_pad_push_event(self->src_pad, gst_event_new_caps(raw));
  gst_caps_unref(raw);
  return accepted;
}

gboolean sink_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) return gst_pad_event_default(pad, parent, event);
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  const gboolean done = set_caps(GST_OMV_BAYER_DECODER(parent), caps);
  gst_event_unref(event);
  return done;
}

}  // namespace

static void gst_omv_bayer_decoder_class_init(GstOmvBayerDecoderClass* klass) {
  GstElementClass* element_class = GST_ELEMENT_CLASS(klass);
  gst_element_class_set_static_metadata(element_class, "OpenMV Bayer decoder", "Codec/Decoder/Video",
                                        "Interpolates Bayer mosaics as the camera does", "The gst-openmv developers");
  GstCaps* bayer = gst_caps_new_empty_simple("video/x-bayer");
  GstCaps* raw = gst_caps_from_string("video/x-raw, format=(string)RGBx");
  omv::gst::add_pad_template(element_class, "sink", GST_PAD_SINK, GST_PAD_ALWAYS, bayer);
  omv::gst::add_pad_template(element_class, "src", GST_PAD_SRC, GST_PAD_ALWAYS, raw);
}

static void gst_omv_bayer_decoder_init(GstOmvBayerDecoder* self) {
  self->info = {};
  self->sink_pad = omv::gst::new_pad(GST_ELEMENT(self), "sink");
  gst_pad_set_chain_function(self->sink_pad, chain);
  gst_pad_set_event_function(self->sink_pad, sink_event);
  gst_element_add_pad(GST_ELEMENT(self), self->sink_pad);
  self->src_pad = omv::gst::new_pad(GST_ELEMENT(self), "src");
  gst_pad_use_fixed_caps(self->src_pad);
  gst_element_add_pad(GST_ELEMENT(self), self->src_pad);
}
