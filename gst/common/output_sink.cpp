// SPDX-License-Identifier: LGPL-2.1-or-later
// A GstBaseSink over storage::Output.
#include "common/output_sink.h"

#include <array>
#include <mutex>
#include <span>

#include "common/error.h"
#include "common/pads.h"

namespace {

using omv::ConstByteSpan;
using omv::Error;
using omv::Result;

constexpr guint kMaxParts = 8;  // of one write

struct State {
  omv::storage::Output* output = nullptr;
  std::uint64_t position = 0;  // streaming thread
  std::mutex lock;
  std::optional<Error> error;
};

}  // namespace

struct OmvOutputSink {
  GstBaseSink parent;
  State* state;
};

struct OmvOutputSinkClass {
  GstBaseSinkClass parent_class;
};

static GType omv_output_sink_get_type();
G_DEFINE_TYPE(OmvOutputSink, omv_output_sink, GST_TYPE_BASE_SINK)

namespace {

State& state_of(gpointer sink) { return *static_cast<OmvOutputSink*>(sink)->state; }

// The memory of up to kMaxParts buffers while it is written.
class Mapped {
 public:
  Mapped() = default;
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  ~Mapped() {
    for (guint i = 0; i < count_; ++i) gst_buffer_unmap(buffers_[i], &maps_[i]);
  }

  bool add(GstBuffer* buffer) {
    if (!gst_buffer_map(buffer, &maps_[count_], GST_MAP_READ)) return false;
    parts_[count_] = {maps_[count_].data, maps_[count_].size};
    buffers_[count_++] = buffer;
    return true;
  }
  bool is_full() const { return count_ == kMaxParts; }
  std::span<const ConstByteSpan> parts() const { return {parts_.data(), count_}; }
  std::uint64_t size() const {
    std::uint64_t size = 0;
    for (const ConstByteSpan part : parts()) size += part.size();
    return size;
  }

 private:
  std::array<GstMapInfo, kMaxParts> maps_;
  std::array<GstBuffer*, kMaxParts> buffers_{};
  std::array<ConstByteSpan, kMaxParts> parts_;
  guint count_ = 0;
};

GstFlowReturn write(State& state, const Mapped& mapped) {
  {
    const std::lock_guard hold(state.lock);
    if (state.error) return GST_FLOW_ERROR;
  }
  auto written = state.output->write_at(state.position, mapped.parts());
  state.position += mapped.size();
  if (written) return GST_FLOW_OK;
  const std::lock_guard hold(state.lock);
  state.error = std::move(written).error();
  return GST_FLOW_ERROR;
}

// What muxers push together stands or falls together.
GstFlowReturn render_list(State& state, GstBufferList* list) {
  const guint count = gst_buffer_list_length(list);
  for (guint i = 0; i < count;) {
    Mapped mapped;
    for (; i < count && !mapped.is_full(); ++i)
      if (!mapped.add(gst_buffer_list_get(list, i))) return GST_FLOW_ERROR;
    if (const GstFlowReturn flow = write(state, mapped); flow != GST_FLOW_OK) return flow;
  }
  return GST_FLOW_OK;
}

void take_segment(State& state, GstEvent* event) {
  const GstSegment* segment = nullptr;
  gst_event_parse_segment(event, &segment);
  if (segment->format == GST_FORMAT_BYTES) state.position = segment->start;
}

}  // namespace

static GstFlowReturn omv_output_sink_render(GstBaseSink* sink, GstBuffer* buffer) {
  return omv::gst::guarded(sink, GST_FLOW_ERROR, [&] {
    Mapped mapped;
    return mapped.add(buffer) ? write(state_of(sink), mapped) : GST_FLOW_ERROR;
  });
}

static GstFlowReturn omv_output_sink_render_list(GstBaseSink* sink, GstBufferList* list) {
  return omv::gst::guarded(sink, GST_FLOW_ERROR, [&] { return render_list(state_of(sink), list); });
}

static gboolean omv_output_sink_event(GstBaseSink* sink, GstEvent* event) {
  if (GST_EVENT_TYPE(event) == GST_EVENT_SEGMENT) take_segment(state_of(sink), event);
  return GST_BASE_SINK_CLASS(omv_output_sink_parent_class)->event(sink, event);
}

static gboolean omv_output_sink_query(GstBaseSink* sink, GstQuery* query) {
  if (GST_QUERY_TYPE(query) != GST_QUERY_SEEKING)
    return GST_BASE_SINK_CLASS(omv_output_sink_parent_class)->query(sink, query);
  GstFormat format = GST_FORMAT_UNDEFINED;
  gst_query_parse_seeking(query, &format, nullptr, nullptr, nullptr);
  const bool seekable =
      state_of(sink).output->can_seek() && (format == GST_FORMAT_BYTES || format == GST_FORMAT_DEFAULT);
  gst_query_set_seeking(query, format, seekable ? TRUE : FALSE, 0, -1);
  return TRUE;
}

static void omv_output_sink_finalize(GObject* object) {
  delete static_cast<OmvOutputSink*>(static_cast<gpointer>(object))->state;
  G_OBJECT_CLASS(omv_output_sink_parent_class)->finalize(object);
}

static void omv_output_sink_class_init(OmvOutputSinkClass* klass) {
  GstElementClass* element_class = GST_ELEMENT_CLASS(klass);
  GstBaseSinkClass* sink_class = GST_BASE_SINK_CLASS(klass);
  G_OBJECT_CLASS(klass)->finalize = omv_output_sink_finalize;
  sink_class->render = omv_output_sink_render;
  sink_class->render_list = omv_output_sink_render_list;
  sink_class->event = omv_output_sink_event;
  sink_class->query = omv_output_sink_query;
  gst_element_class_set_static_metadata(element_class, "Output of a clip", "Sink", "Writes the file of a clip",
                                        "The gst-openmv developers");
  omv::gst::add_pad_template(element_class, "sink", GST_PAD_SINK, GST_PAD_ALWAYS, gst_caps_new_any());
}

static void omv_output_sink_init(OmvOutputSink* self) {
  self->state = new State();
  gst_base_sink_set_sync(GST_BASE_SINK(self), FALSE);
  gst_base_sink_set_async_enabled(GST_BASE_SINK(self), FALSE);
  gst_base_sink_set_last_sample_enabled(GST_BASE_SINK(self), FALSE);
}

namespace omv::gst {

GstElement* new_output_sink(storage::Output* output) {
  auto* sink = static_cast<GstElement*>(g_object_new(omv_output_sink_get_type(), nullptr));
  state_of(sink).output = output;
  return sink;
}

std::optional<Error> output_sink_error(GstElement* sink) {
  State& state = state_of(sink);
  const std::lock_guard hold(state.lock);
  return state.error;
}

}  // namespace omv::gst
