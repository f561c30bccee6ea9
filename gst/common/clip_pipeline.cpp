// SPDX-License-Identifier: LGPL-2.1-or-later
// A pad without an element pushes into the chain, so that every result comes straight back.
#include "common/clip_pipeline.h"

#include <string>

#include "common/output_sink.h"

namespace omv::gst {

namespace {

// Where the clip begins on the private time line: muxers get timestamps, decoding may begin before presentation.
constexpr GstClockTime kZero = 1000 * 3600 * GST_SECOND;

constexpr const char* kStills = "stills";

constexpr GstClockTime kLook = 100 * GST_MSECOND;
constexpr int kPatience = 100;  // looks at the bus without any progress until a muxer counts as stuck

Error of_gerror(const GError* error) {
  return {error->domain == GST_RESOURCE_ERROR ? Errc::io : Errc::unsupported, error->message};
}

Error of_message(GstMessage* message) {
  GError* error = nullptr;
  gchar* debug = nullptr;
  gst_message_parse_error(message, &error, &debug);
  gchar* name = gst_object_get_name(GST_MESSAGE_SRC(message));
  Error result = of_gerror(error);
  result.message =
      std::string(name) + ": " + result.message + (debug != nullptr ? std::string(" (") + debug + ")" : "");
  g_free(name);
  g_free(debug);
  g_error_free(error);
  return result;
}

// Whoever asks upstream is told that there is nothing to seek in, no latency, and which frames there are.
gboolean answer(GstPad* pad, GstObject* parent, GstQuery* query) {
  switch (GST_QUERY_TYPE(query)) {
    case GST_QUERY_LATENCY: gst_query_set_latency(query, FALSE, 0, GST_CLOCK_TIME_NONE); return TRUE;
    case GST_QUERY_CAPS: return gst_pad_query_default(pad, parent, query);
    default: return FALSE;
  }
}

// The element that frames enter by: its sink is a pad that nothing is linked to, or one that can be had.
GstPad* entrance(GstElement* bin, GstPad* source, GstCaps* caps) {
  if (GstPad* pad = gst_bin_find_unlinked_pad(GST_BIN(bin), GST_PAD_SINK); pad != nullptr) return pad;
  GstIterator* all = gst_bin_iterate_elements(GST_BIN(bin));
  GValue item = G_VALUE_INIT;
  GstPad* found = nullptr;
  while (found == nullptr && gst_iterator_next(all, &item) == GST_ITERATOR_OK) {
    auto* element = static_cast<GstElement*>(g_value_get_object(&item));
    if (element->numsinkpads == 0) found = gst_element_get_compatible_pad(element, source, caps);
    g_value_reset(&item);
  }
  gst_iterator_free(all);
  return found;
}

GstPad* new_source() {
  GstPad* pad = gst_pad_new("src", GST_PAD_SRC);
  gst_pad_set_query_function(pad, answer);
  gst_pad_set_active(pad, TRUE);
  return pad;
}

}  // namespace

Result<std::unique_ptr<ClipPipeline>> ClipPipeline::start(const ClipChain& chain, storage::Output* output) {
  GError* failed = nullptr;
  GstElement* elements = gst_parse_bin_from_description_full(chain.description.c_str(), FALSE, nullptr,
                                                             GST_PARSE_FLAG_FATAL_ERRORS, &failed);
  if (elements == nullptr) {
    Error error{Errc::unsupported, "muxer=" + chain.description + ": " + failed->message};
    g_error_free(failed);
    return error;
  }
  GstElement* pipeline = gst_pipeline_new(nullptr);
  gst_bin_add(GST_BIN(pipeline), elements);
  GstElement* sink = output != nullptr ? new_output_sink(output) : nullptr;
  if (sink != nullptr) gst_bin_add(GST_BIN(elements), sink);
  std::unique_ptr<ClipPipeline> clip(new ClipPipeline(pipeline, sink, output));
  if (output == nullptr) clip->set_stills_location(chain.stills_location);
  OMV_CHECK(clip->connect(chain, elements));
  if (gst_element_set_state(pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    return clip->what_went_wrong(GST_FLOW_ERROR);
  clip->begin_stream(chain);
  OMV_CHECK(clip->push_headers(*chain.format));
  return clip;
}

void ClipPipeline::set_stills_location(const std::string& location) {
  GstElement* stills = gst_bin_get_by_name(GST_BIN(pipeline_), kStills);
  g_object_set(stills, "location", location.c_str(), nullptr);
  gst_object_unref(stills);
}

std::uint64_t ClipPipeline::stills_saved() const {
  GstElement* stills = gst_bin_get_by_name(GST_BIN(pipeline_), kStills);
  GstStructure* stats = nullptr;
  g_object_get(stills, "stats", &stats, nullptr);
  guint64 saved = 0;
  gst_structure_get_uint64(stats, "saved", &saved);
  gst_structure_free(stats);
  gst_object_unref(stills);
  return saved;
}

Result<void> ClipPipeline::connect(const ClipChain& chain, GstElement* elements) {
  if (sink_ != nullptr) {
    GstPad* into = gst_element_get_static_pad(sink_, "sink");
    GstPad* bytes = gst_bin_find_unlinked_pad(GST_BIN(elements), GST_PAD_SRC);
    const bool linked = bytes != nullptr && gst_pad_link(bytes, into) == GST_PAD_LINK_OK;
    gst_object_unref(into);
    gst_clear_object(&bytes);
    if (!linked) return Error{Errc::unsupported, "muxer=" + chain.description + ": no bytes come out of it"};
  }
  pad_ = new_source();
  GstPad* into = entrance(elements, pad_, chain.format->caps);
  const bool linked = into != nullptr && gst_pad_link(pad_, into) == GST_PAD_LINK_OK;
  gst_clear_object(&into);
  if (linked) return {};
  gchar* caps = gst_caps_to_string(chain.format->caps);
  Error error{Errc::unsupported, "muxer=" + chain.description + ": takes no " + caps};
  g_free(caps);
  return error;
}

void ClipPipeline::begin_stream(const ClipChain& chain) {
  gst_pad_push_event(pad_, gst_event_new_stream_start("clip"));
  gst_pad_push_event(pad_, gst_event_new_caps(chain.format->caps));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.start = kZero;
  segment.time = 0;
  gst_pad_push_event(pad_, gst_event_new_segment(&segment));
  if (chain.tags != nullptr) gst_pad_push_event(pad_, gst_event_new_tag(gst_tag_list_ref(chain.tags)));
}

ClipPipeline::~ClipPipeline() {
  gst_element_set_state(pipeline_, GST_STATE_NULL);
  if (pad_ != nullptr) {
    gst_pad_set_active(pad_, FALSE);
    gst_object_unref(pad_);
  }
  gst_object_unref(pipeline_);
}

bool ClipPipeline::has_output_failed() const { return sink_ != nullptr && output_sink_error(sink_).has_value(); }

Error ClipPipeline::what_went_wrong(GstFlowReturn flow) {
  if (has_output_failed()) return *output_sink_error(sink_);
  GstBus* bus = gst_element_get_bus(pipeline_);
  GstMessage* message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR);
  gst_object_unref(bus);
  if (message == nullptr) return {Errc::io, std::string("the muxer says ") + gst_flow_get_name(flow)};
  Error error = of_message(message);
  gst_message_unref(message);
  return error;
}

Result<void> ClipPipeline::change_format(const RingFormat& format) {
  if (!gst_pad_push_event(pad_, gst_event_new_caps(format.caps))) return what_went_wrong(GST_FLOW_NOT_NEGOTIATED);
  return push_headers(format);
}

Result<void> ClipPipeline::push_headers(const RingFormat& format) {
  for (const BufferPtr& header : format.headers) {
    const GstFlowReturn flow = gst_pad_push(pad_, gst_buffer_ref(header.get()));
    if (flow != GST_FLOW_OK) return what_went_wrong(flow);
  }
  return {};
}

Result<void> ClipPipeline::push(GstBuffer* frame, GstClockTimeDiff pts, GstClockTimeDiff dts) {
  const auto on_line = [](GstClockTimeDiff time) {
    return GST_CLOCK_STIME_IS_VALID(time) ? static_cast<GstClockTime>(static_cast<GstClockTimeDiff>(kZero) + time)
                                          : GST_CLOCK_TIME_NONE;
  };
  GstBuffer* copy = gst_buffer_copy(frame);  // its memory is shared
  GST_BUFFER_PTS(copy) = on_line(pts);
  GST_BUFFER_DTS(copy) = on_line(dts);
  const GstFlowReturn flow = gst_pad_push(pad_, copy);
  if (flow == GST_FLOW_OK) return {};
  return what_went_wrong(flow);
}

Result<void> ClipPipeline::finish() {
  gst_pad_push_event(pad_, gst_event_new_eos());
  GstBus* bus = gst_element_get_bus(pipeline_);
  const auto losses = output_ != nullptr ? GST_MESSAGE_ERROR : GST_MESSAGE_ERROR | GST_MESSAGE_WARNING;
  const auto types = static_cast<GstMessageType>(GST_MESSAGE_EOS | losses);
  GstMessage* message = nullptr;
  std::uint64_t before = progress();
  for (int idle = 0; message == nullptr && !has_output_failed() && idle < kPatience; ++idle) {
    message = gst_bus_timed_pop_filtered(bus, kLook, types);
    const std::uint64_t now = progress();
    if (now != before || now % 2 != 0) idle = -1;
    before = now;
  }
  gst_object_unref(bus);
  Result<void> ended;
  if (message == nullptr)
    ended = Error{Errc::timeout, "the muxer does not come to an end"};
  else if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_EOS)
    ended = of_message(message);
  gst_clear_message(&message);
  if (has_output_failed()) return *output_sink_error(sink_);
  return ended;
}

}  // namespace omv::gst
