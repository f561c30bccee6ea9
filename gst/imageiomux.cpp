// SPDX-License-Identifier: LGPL-2.1-or-later
// Records frames of mixed formats and sizes into an OpenMV ImageIO V2.0 stream.

/**
 * SECTION:element-imageiomux
 * @title: imageiomux
 *
 * Records JPEG, PNG, raw, Bayer and BINARY frames into an OpenMV ImageIO recording, which the camera, the maker's
 * tools and imageiodemux read. The stream is valid at every moment: there is no trailer and no index. Formats and
 * sizes may change from frame to frame.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=30 ! video/x-raw,format=RGB16 ! imageiomux ! filesink location=test.bin
 * ]|
 */

#include "imageiomux.h"

#include <gst/video/video.h>

#include <array>
#include <cstring>
#include <optional>
#include <string>

#include "common/caps.h"
#include "common/error.h"
#include "common/frame_layout.h"
#include "common/mux_input.h"
#include "common/pads.h"
#include "omv/recording/imageio_format.h"

GST_DEBUG_CATEGORY_STATIC(imageio_mux_debug);
#define GST_CAT_DEFAULT imageio_mux_debug

namespace {

using omv::Errc;
using omv::Error;
using omv::FrameInfo;
using omv::Result;

// Padding of every chunk points into these.
constexpr std::array<std::uint8_t, omv::imageio::kAlignment> kZeros{};

struct Stream {
  GstSegment segment;
  std::optional<FrameInfo> caps_info;
  GstClockTime nominal_duration = GST_CLOCK_TIME_NONE;  // from the caps' framerate
  omv::imageio::IntervalRounder intervals;
  std::optional<GstClockTimeDiff> last_time;
  GstClockTime last_duration = GST_CLOCK_TIME_NONE;
  std::uint64_t frames = 0;
  std::uint64_t bytes = 0;
  std::uint64_t rejected = 0;
  bool headers_sent = false;
  bool warned_about_range = false;

  Stream() { gst_segment_init(&segment, GST_FORMAT_TIME); }
};

}  // namespace

struct _GstImageioMux {
  GstElement parent;
  GstPad* sink_pad;
  GstPad* src_pad;
  Stream* stream;  // touched by the streaming thread only, and by state changes while it does not run
};

G_DEFINE_TYPE(GstImageioMux, gst_imageio_mux, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE(imageiomux, "imageiomux", GST_RANK_PRIMARY, GST_TYPE_IMAGEIO_MUX,
                                      GST_DEBUG_CATEGORY_INIT(imageio_mux_debug, "imageiomux", 0, "ImageIO muxer"))

namespace {

// ---- headers -------------------------------------------------------------------------------------------------------

GstBuffer* new_magic_buffer() {
  const auto magic = omv::imageio::make_magic(omv::imageio::Version::v2_0);
  GstBuffer* buffer = gst_buffer_new_memdup(magic.data(), magic.size());
  GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_HEADER);
  return buffer;
}

// The magic goes into the caps as well, so that multifilesink and network sinks can start a stream anywhere.
GstCaps* stream_caps(GstBuffer* magic) {
  GstCaps* caps = gst_caps_new_empty_simple(omv::gst::kImageioMediaType);
  GValue list = G_VALUE_INIT;
  GValue item = G_VALUE_INIT;
  g_value_init(&list, GST_TYPE_ARRAY);
  g_value_init(&item, GST_TYPE_BUFFER);
  gst_value_set_buffer(&item, magic);
  gst_value_array_append_and_take_value(&list, &item);
  gst_structure_take_value(gst_caps_get_structure(caps, 0), "streamheader", &list);
  return caps;
}

// stream-start, caps, a byte segment, and the 16 bytes that make even an empty recording valid.
GstFlowReturn push_headers(GstImageioMux* self) {
  Stream& stream = *self->stream;
  if (stream.headers_sent) return GST_FLOW_OK;
  stream.headers_sent = true;
  omv::gst::push_stream_start(GST_ELEMENT(self), self->sink_pad, self->src_pad);
  GstBuffer* magic = new_magic_buffer();
  GstCaps* caps = stream_caps(magic);
  gst_pad_push_event(self->src_pad, gst_event_new_caps(caps));
  gst_caps_unref(caps);
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_BYTES);
  gst_pad_push_event(self->src_pad, gst_event_new_segment(&segment));
  GST_BUFFER_OFFSET(magic) = 0;
  GST_BUFFER_OFFSET_END(magic) = omv::imageio::kMagicBytes;
  stream.bytes = omv::imageio::kMagicBytes;
  return gst_pad_push(self->src_pad, magic);
}

// ---- time ----------------------------------------------------------------------------------------------------------

// Running time of a frame. Without a timestamp: the end of the frame before (its duration, or the caps' rate).
Result<GstClockTimeDiff> frame_time(const Stream& stream, GstBuffer* buffer) {
  if (const auto time = omv::gst::running_time(stream.segment, buffer)) return *time;
  if (!stream.last_time) return GstClockTimeDiff{0};
  const GstClockTime step =
      GST_CLOCK_TIME_IS_VALID(stream.last_duration) ? stream.last_duration : stream.nominal_duration;
  if (!GST_CLOCK_TIME_IS_VALID(step))
    return Error{Errc::invalid, "frame " + std::to_string(stream.frames) +
                                    " has no timestamp, and neither a duration nor a framerate to derive it from"};
  return *stream.last_time + static_cast<GstClockTimeDiff>(step);
}

std::uint32_t next_interval(Stream& stream, GstClockTimeDiff time, GstBuffer* buffer) {
  stream.last_time = time;
  stream.last_duration = GST_BUFFER_DURATION(buffer);
  return stream.intervals.next(std::chrono::nanoseconds(time));
}

// ---- frames --------------------------------------------------------------------------------------------------------

Result<FrameInfo> frame_info(const Stream& stream, GstBuffer* buffer) {
  if (!omv::is_compressed(stream.caps_info->format)) return *stream.caps_info;
  OMV_TRY(const omv::CodedSize size, omv::gst::coded_size(stream.caps_info->format, buffer));
  FrameInfo info = *stream.caps_info;
  info.width = size.width;
  info.height = size.height;
  return info;
}

void mark(GstBuffer* buffer, GstBuffer* like, std::uint64_t offset) {
  GST_BUFFER_PTS(buffer) = GST_BUFFER_PTS(like);
  GST_BUFFER_DTS(buffer) = GST_BUFFER_DTS(like);
  GST_BUFFER_OFFSET(buffer) = offset;
  GST_BUFFER_OFFSET_END(buffer) = offset + gst_buffer_get_size(buffer);
}

// Header, payload and padding of one chunk. The payload's memory is the one that came in; only the header buffer
// is a key unit, so that whoever cuts the stream cuts it between chunks. Consumes `payload`.
GstBufferList* make_chunk(const omv::ConstByteSpan header, GstBuffer* payload, std::uint64_t offset) {
  const gsize size = gst_buffer_get_size(payload);
  GstBufferList* list = gst_buffer_list_new_sized(3);
  GstBuffer* head = gst_buffer_new_memdup(header.data(), header.size());
  mark(head, payload, offset);
  gst_buffer_list_add(list, head);
  payload = gst_buffer_make_writable(payload);
  mark(payload, payload, offset + header.size());
  GST_BUFFER_FLAG_SET(payload, GST_BUFFER_FLAG_DELTA_UNIT);
  GST_BUFFER_FLAG_UNSET(payload, GST_BUFFER_FLAG_DISCONT);
  gst_buffer_list_add(list, payload);
  if (const std::size_t pad = omv::imageio::pad_bytes(size); pad != 0) {
    auto* zeros = const_cast<std::uint8_t*>(kZeros.data());  // read-only memory: GStreamer never writes to it
    GstBuffer* tail = gst_buffer_new_wrapped_full(GST_MEMORY_FLAG_READONLY, zeros, pad, 0, pad, nullptr, nullptr);
    mark(tail, payload, offset + header.size() + size);
    GST_BUFFER_FLAG_SET(tail, GST_BUFFER_FLAG_DELTA_UNIT);
    gst_buffer_list_add(list, tail);
  }
  return list;
}

// A frame that can't be stored is left out and said; the recording goes on.
GstFlowReturn reject(GstImageioMux* self, const Error& error) {
  ++self->stream->rejected;
  const std::string what = "Frame left out of the recording (" + std::to_string(self->stream->rejected) + " so far)";
  omv::gst::post_warning(GST_ELEMENT(self), error, what.c_str());
  return GST_FLOW_OK;
}

GstFlowReturn write_frame(GstImageioMux* self, GstBuffer* buffer) {
  Stream& stream = *self->stream;
  auto time = frame_time(stream, buffer);
  if (!time) {
    gst_buffer_unref(buffer);
    GST_ELEMENT_ERROR(self, STREAM, MUX, ("%s", time.error().message.c_str()),
                      ("put videorate in front, or caps with a framerate"));
    return GST_FLOW_ERROR;
  }
  auto info = frame_info(stream, buffer);
  if (!info) {
    gst_buffer_unref(buffer);
    return reject(self, info.error());
  }
  auto payload = omv::gst::pack_frame(buffer, *info);
  if (!payload) return reject(self, payload.error());
  const gsize size = gst_buffer_get_size(*payload);
  auto header = omv::imageio::make_header(*info, 0, size);
  if (!header) {
    gst_buffer_unref(*payload);
    return reject(self, header.error());
  }
  omv::store_le<std::uint32_t>(header->data(), next_interval(stream, *time, *payload));
  GstBufferList* chunk = make_chunk(*header, *payload, stream.bytes);
  stream.bytes += header->size() + size + omv::imageio::pad_bytes(size);
  ++stream.frames;
  return gst_pad_push_list(self->src_pad, chunk);
}

GstFlowReturn chain(GstPad*, GstObject* parent, GstBuffer* buffer) {
  GstImageioMux* self = GST_IMAGEIO_MUX(parent);
  return omv::gst::guarded(self, GST_FLOW_ERROR, [&] {
    if (!self->stream->caps_info) {
      gst_buffer_unref(buffer);
      GST_ELEMENT_ERROR(self, CORE, NEGOTIATION, ("The frames have no caps"), (nullptr));
      return GST_FLOW_NOT_NEGOTIATED;
    }
    const GstFlowReturn ready = push_headers(self);
    if (ready != GST_FLOW_OK) {
      gst_buffer_unref(buffer);
      return ready;
    }
    return write_frame(self, buffer);
  });
}

// ---- events --------------------------------------------------------------------------------------------------------

// 4:2:2 frames have no range field: the camera's are full range, and so is what a player will assume.
void check_range(GstImageioMux* self, const GstCaps* caps, const FrameInfo& info) {
  GstVideoInfo video;
  if (!omv::is_packed_422(info.format) || self->stream->warned_about_range || !gst_video_info_from_caps(&video, caps))
    return;
  if (video.colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255) return;
  self->stream->warned_about_range = true;
  GST_ELEMENT_WARNING(self, STREAM, FORMAT,
                      ("The 4:2:2 frames are not full range, but ImageIO's are: colours will shift"),
                      ("put videoconvert in front"));
}

gboolean set_caps(GstImageioMux* self, const GstCaps* caps) {
  auto info = omv::gst::frame_from_caps(caps);
  if (!info) {
    GST_ELEMENT_ERROR(self, STREAM, FORMAT, ("%s", info.error().message.c_str()), ("caps: %" GST_PTR_FORMAT, caps));
    return FALSE;
  }
  check_range(self, caps, *info);
  Stream& stream = *self->stream;
  stream.caps_info = *info;
  stream.nominal_duration = omv::gst::nominal_duration(caps);
  return TRUE;
}

gboolean set_segment(GstImageioMux* self, GstEvent* event) {
  GstSegment segment;
  gst_event_copy_segment(event, &segment);
  if (segment.format != GST_FORMAT_TIME) {
    GST_ELEMENT_ERROR(self, STREAM, MUX,
                      ("The frames come without timestamps (a %s segment)", gst_format_get_name(segment.format)),
                      (nullptr));
    return FALSE;
  }
  self->stream->segment = segment;
  return TRUE;
}

// Downstream has dropped what it had, filesink even from its file: the recording begins again with its magic.
void begin_anew(Stream& stream) {
  gst_segment_init(&stream.segment, GST_FORMAT_TIME);
  stream.intervals.restart();
  stream.last_time.reset();
  stream.headers_sent = false;
}

gboolean sink_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  GstImageioMux* self = GST_IMAGEIO_MUX(parent);
  return omv::gst::guarded(self, FALSE, [&]() -> gboolean {
    gboolean done = TRUE;
    switch (GST_EVENT_TYPE(event)) {
      case GST_EVENT_CAPS: {
        GstCaps* caps = nullptr;
        gst_event_parse_caps(event, &caps);
        done = set_caps(self, caps);
        break;
      }
      case GST_EVENT_SEGMENT: done = set_segment(self, event); break;
      case GST_EVENT_STREAM_START:  // our own is sent with the headers
      case GST_EVENT_GAP: break;    // time that passed is in the next frame's interval
      case GST_EVENT_EOS: push_headers(self); return gst_pad_event_default(pad, parent, event);
      case GST_EVENT_FLUSH_STOP: begin_anew(*self->stream); return gst_pad_event_default(pad, parent, event);
      case GST_EVENT_TAG: break;  // the container has no place for tags
      default: return gst_pad_event_default(pad, parent, event);
    }
    gst_event_unref(event);
    return done;
  });
}

gboolean sink_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  if (GST_QUERY_TYPE(query) != GST_QUERY_ALLOCATION) return gst_pad_query_default(pad, parent, query);
  gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr);  // any stride will do
  return TRUE;
}

gboolean src_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  if (GST_EVENT_TYPE(event) != GST_EVENT_SEEK) return gst_pad_event_default(pad, parent, event);
  gst_event_unref(event);  // a recording is written from front to back
  return FALSE;
}

}  // namespace

static GstStateChangeReturn gst_imageio_mux_change_state(GstElement* element, GstStateChange transition) {
  GstImageioMux* self = GST_IMAGEIO_MUX(element);
  const GstStateChangeReturn result =
      GST_ELEMENT_CLASS(gst_imageio_mux_parent_class)->change_state(element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) *self->stream = Stream();
  return result;
}

static void gst_imageio_mux_finalize(GObject* object) {
  delete GST_IMAGEIO_MUX(object)->stream;
  G_OBJECT_CLASS(gst_imageio_mux_parent_class)->finalize(object);
}

static void gst_imageio_mux_class_init(GstImageioMuxClass* klass) {
  GstElementClass* element_class = GST_ELEMENT_CLASS(klass);
  G_OBJECT_CLASS(klass)->finalize = gst_imageio_mux_finalize;
  element_class->change_state = gst_imageio_mux_change_state;
  gst_element_class_set_static_metadata(
      element_class, "OpenMV ImageIO muxer", "Codec/Muxer",
      "Records JPEG, PNG, raw, Bayer and BINARY frames into an OpenMV ImageIO (.bin) recording",
      "The gst-openmv developers");
  GstCaps* frames = omv::gst::frame_template_caps();
  GstCaps* recording = gst_caps_new_empty_simple(omv::gst::kImageioMediaType);
  omv::gst::add_pad_template(element_class, "sink", GST_PAD_SINK, GST_PAD_ALWAYS, frames);
  omv::gst::add_pad_template(element_class, "src", GST_PAD_SRC, GST_PAD_ALWAYS, recording);
}

static void gst_imageio_mux_init(GstImageioMux* self) {
  self->stream = new Stream();
  self->sink_pad = omv::gst::new_pad(GST_ELEMENT(self), "sink");
  gst_pad_set_chain_function(self->sink_pad, chain);
  gst_pad_set_event_function(self->sink_pad, sink_event);
  gst_pad_set_query_function(self->sink_pad, sink_query);
  gst_element_add_pad(GST_ELEMENT(self), self->sink_pad);
  self->src_pad = omv::gst::new_pad(GST_ELEMENT(self), "src");
  gst_pad_set_event_function(self->src_pad, src_event);
  gst_pad_use_fixed_caps(self->src_pad);
  gst_element_add_pad(GST_ELEMENT(self), self->src_pad);
}
