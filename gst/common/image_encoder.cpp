// SPDX-License-Identifier: LGPL-2.1-or-later
// Workers encode; the task of the source pad takes their results in order and pushes them.
#include "common/image_encoder.h"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "common/encode_job.h"
#include "common/error.h"
#include "common/image_tags.h"
#include "common/in_flight.h"
#include "common/pads.h"
#include "common/picture.h"
#include "omv/base/ordered_pool.h"

GST_DEBUG_CATEGORY_STATIC(image_encoder_debug);
#define GST_CAT_DEFAULT image_encoder_debug

namespace {

using omv::Error;
using omv::gst::EncodeJob;
using omv::gst::FullRange;

constexpr guint kDefaultThreads = 0;
constexpr guint kMaxThreads = 256;
constexpr std::size_t kFramesPerThread = 2;  // one that is encoded, one that waits for its turn before or behind
constexpr guint64 kUnknownDuration = 40 * GST_MSECOND;

enum Property : guint { kPropThreads = 1 };

struct FreeFrame {
  void operator()(GstVideoCodecFrame* frame) const { gst_video_codec_frame_unref(frame); }
};
using Frame = std::unique_ptr<GstVideoCodecFrame, FreeFrame>;

// A frame that a worker is done with: its output buffer is set, or there is an error.
struct Encoded {
  Frame frame;
  std::optional<Error> error;
};
using Pool = omv::OrderedPool<Encoded>;

Encoded encode(const EncodeJob& job, Frame frame) {
  auto buffer = omv::gst::encode_picture(job, frame->input_buffer);
  if (!buffer) return {std::move(frame), std::move(buffer).error()};
  frame->output_buffer = *buffer;
  return {std::move(frame), std::nullopt};
}

// A job that a std::function can hold, which has to be copyable.
Pool::Job pool_job(EncodeJob job, Frame frame) {
  auto parts = std::make_shared<std::pair<EncodeJob, Frame>>(std::move(job), std::move(frame));
  return [parts] { return encode(parts->first, std::move(parts->second)); };
}

struct State {
  ~State() { gst_clear_tag_list(&tags); }

  std::atomic<guint> wanted_threads = kDefaultThreads;

  // Of one run from PAUSED to READY.
  std::unique_ptr<Pool> pool;  // none: frames are encoded in the streaming thread
  omv::gst::InFlight in_flight;
  std::atomic<GstFlowReturn> flow = GST_FLOW_OK;  // of the last push that was not OK
  bool task_runs = false;

  // Touched by the streaming thread only.
  std::shared_ptr<const FullRange> pictures;
  std::shared_ptr<const omv::formats::Metadata> metadata;
  GstTagList* tags = nullptr;  // of the stream
  GstClockTime latency = 0;
};

GstCaps* coded_caps(const omv::formats::Format& format) {
  return gst_caps_new_empty_simple(std::string(format.media_type).c_str());
}

guint threads_for(guint wanted) { return wanted != 0 ? wanted : g_get_num_processors(); }

}  // namespace

struct GstOmvImageEncoderPrivate {
  State* state;
};

G_DEFINE_ABSTRACT_TYPE_WITH_CODE(GstOmvImageEncoder, gst_omv_image_encoder, GST_TYPE_VIDEO_ENCODER,
                                 G_ADD_PRIVATE(GstOmvImageEncoder) G_IMPLEMENT_INTERFACE(GST_TYPE_TAG_SETTER, nullptr)
                                     GST_DEBUG_CATEGORY_INIT(image_encoder_debug, "omvimageencoder", 0,
                                                             "Base class of OpenMV still encoders"))

namespace {

State& state_of(gpointer self) {
  auto* encoder = static_cast<GstOmvImageEncoder*>(self);
  return *static_cast<GstOmvImageEncoderPrivate*>(gst_omv_image_encoder_get_instance_private(encoder))->state;
}

std::size_t limit_of(const State& state) { return state.pool ? state.pool->threads() * kFramesPerThread : 1; }

// ---- output --------------------------------------------------------------------------------------------------------

// Hands a frame to the base class, which pushes it, or forgets it when there was an error.
GstFlowReturn finish(GstOmvImageEncoder* self, Encoded encoded) {
  if (encoded.error)
    GST_ELEMENT_ERROR(self, STREAM, ENCODE, ("A frame can't be encoded: %s", encoded.error->message.c_str()),
                      (nullptr));
  GST_VIDEO_CODEC_FRAME_SET_SYNC_POINT(encoded.frame.get());
  const GstFlowReturn flow = gst_video_encoder_finish_frame(GST_VIDEO_ENCODER(self), encoded.frame.release());
  return encoded.error ? GST_FLOW_ERROR : flow;
}

// The task of the source pad. After an error it goes on, so that whoever waits for room sees it.
void take_result(gpointer data) {
  auto* self = GST_OMV_IMAGE_ENCODER(data);
  State& state = state_of(self);
  auto encoded = state.pool->next();
  if (!encoded) {
    gst_pad_pause_task(GST_VIDEO_ENCODER_SRC_PAD(self));
    return;
  }
  const GstFlowReturn flow = omv::gst::guarded(self, GST_FLOW_ERROR, [&] { return finish(self, *std::move(encoded)); });
  if (flow != GST_FLOW_OK) state.flow = flow;
  state.in_flight.done();
}

// Until every frame that came in has been pushed or has failed. Without locks, in the streaming thread.
void drain(State& state) { state.in_flight.wait_below(1); }

// ---- input ---------------------------------------------------------------------------------------------------------

EncodeJob job_for(GstOmvImageEncoder* self) {
  const State& state = state_of(self);
  GstOmvImageEncoderClass* klass = GST_OMV_IMAGE_ENCODER_GET_CLASS(self);
  EncodeJob job = {klass->format, {}, state.metadata, state.pictures};
  klass->settings(self, &job.options);
  return job;
}

// Properties that are controlled have the values of this frame's time.
void sync_properties(GstVideoEncoder* encoder, const GstVideoCodecFrame* frame) {
  const GstClockTime time = gst_segment_to_stream_time(&encoder->input_segment, GST_FORMAT_TIME, frame->pts);
  if (GST_CLOCK_TIME_IS_VALID(time)) gst_object_sync_values(GST_OBJECT(encoder), time);
}

// The base class holds its lock, which the source pad's task needs to make room.
bool wait_for_room(GstVideoEncoder* encoder, State& state) {
  GST_VIDEO_ENCODER_STREAM_UNLOCK(encoder);
  const bool room = state.in_flight.wait_below(limit_of(state));
  GST_VIDEO_ENCODER_STREAM_LOCK(encoder);
  return room;
}

GstFlowReturn submit(GstVideoEncoder* encoder, State& state, EncodeJob job, Frame frame) {
  if (!wait_for_room(encoder, state)) return GST_FLOW_FLUSHING;
  if (const GstFlowReturn flow = state.flow; flow != GST_FLOW_OK) {
    gst_video_encoder_finish_frame(encoder, frame.release());  // without output: it is forgotten
    return flow;
  }
  state.in_flight.add();
  if (!state.pool->submit(pool_job(std::move(job), std::move(frame)))) return GST_FLOW_FLUSHING;
  if (!state.task_runs)
    state.task_runs = gst_pad_start_task(GST_VIDEO_ENCODER_SRC_PAD(encoder), take_result, encoder, nullptr) != FALSE;
  return GST_FLOW_OK;
}

// ---- events --------------------------------------------------------------------------------------------------------

void update_metadata(GstOmvImageEncoder* self) {
  State& state = state_of(self);
  GstTagList* tags = omv::gst::merged_tags(GST_TAG_SETTER(self), state.tags);
  state.metadata = std::make_shared<const omv::formats::Metadata>(omv::gst::metadata_from_tags(tags));
  gst_tag_list_unref(tags);
}

void add_stream_tags(GstOmvImageEncoder* self, GstEvent* event) {
  State& state = state_of(self);
  GstTagList* tags = nullptr;
  gst_event_parse_tag(event, &tags);
  GstTagList* merged = gst_tag_list_merge(state.tags, tags, GST_TAG_MERGE_REPLACE);
  gst_clear_tag_list(&state.tags);
  state.tags = merged;
  update_metadata(self);
}

bool set_caps(GstOmvImageEncoder* self, GstEvent* event) {
  State& state = state_of(self);
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  auto layout = omv::gst::picture_layout(caps);
  if (!layout) {
    omv::gst::post_error(GST_ELEMENT(self), layout.error(), "These pictures can't be encoded");
    return false;
  }
  drain(state);
  state.pictures = std::make_shared<const FullRange>(*layout, GST_OMV_IMAGE_ENCODER_GET_CLASS(self)->limited_range);
  update_metadata(self);
  return true;
}

}  // namespace

// ---- vfuncs --------------------------------------------------------------------------------------------------------

static gboolean gst_omv_image_encoder_sink_event(GstVideoEncoder* encoder, GstEvent* event) {
  auto* self = GST_OMV_IMAGE_ENCODER(encoder);
  State& state = state_of(self);
  const bool good = omv::gst::guarded(self, false, [&] {
    switch (GST_EVENT_TYPE(event)) {
      case GST_EVENT_CAPS: return set_caps(self, event);
      case GST_EVENT_STREAM_START: gst_clear_tag_list(&state.tags); break;
      case GST_EVENT_TAG: add_stream_tags(self, event); break;
      case GST_EVENT_EOS: drain(state); break;
      case GST_EVENT_FLUSH_STOP:  // downstream is still flushing, so that this ends soon
        drain(state);
        state.flow = GST_FLOW_OK;
        break;
      default: break;
    }
    return true;
  });
  if (good) return GST_VIDEO_ENCODER_CLASS(gst_omv_image_encoder_parent_class)->sink_event(encoder, event);
  gst_event_unref(event);
  return FALSE;
}

// A worker has a frame for so long without falling behind.
static void gst_omv_image_encoder_update_latency(GstVideoEncoder* encoder, const GstVideoInfo& video) {
  State& state = state_of(encoder);
  const guint64 duration =
      video.fps_n > 0 ? gst_util_uint64_scale(GST_SECOND, video.fps_d, video.fps_n) : kUnknownDuration;
  const GstClockTime latency = state.pool ? state.pool->threads() * duration : 0;
  if (latency == state.latency) return;
  state.latency = latency;
  gst_video_encoder_set_latency(encoder, latency, latency);
}

static gboolean gst_omv_image_encoder_set_format(GstVideoEncoder* encoder, GstVideoCodecState* input) {
  GstCaps* caps = coded_caps(*GST_OMV_IMAGE_ENCODER_GET_CLASS(encoder)->format);
  GstVideoCodecState* output = gst_video_encoder_set_output_state(encoder, caps, input);
  if (output == nullptr) return FALSE;
  output->info.colorimetry = state_of(encoder).pictures->layout().video.colorimetry;
  gst_video_codec_state_unref(output);
  gst_omv_image_encoder_update_latency(encoder, input->info);
  return TRUE;
}

static GstFlowReturn gst_omv_image_encoder_handle_frame(GstVideoEncoder* encoder, GstVideoCodecFrame* codec_frame) {
  return omv::gst::guarded(encoder, GST_FLOW_ERROR, [&] {
    Frame frame(codec_frame);
    State& state = state_of(encoder);
    sync_properties(encoder, frame.get());
    EncodeJob job = job_for(GST_OMV_IMAGE_ENCODER(encoder));
    if (state.pool) return submit(encoder, state, std::move(job), std::move(frame));
    return finish(GST_OMV_IMAGE_ENCODER(encoder), encode(job, std::move(frame)));
  });
}

// Any stride will do, and so many buffers are kept at once.
static gboolean gst_omv_image_encoder_propose_allocation(GstVideoEncoder* encoder, GstQuery* query) {
  GstCaps* caps = nullptr;
  gst_query_parse_allocation(query, &caps, nullptr);
  GstVideoInfo video;
  if (caps == nullptr || !gst_video_info_from_caps(&video, caps)) return FALSE;
  const auto kept = static_cast<guint>(limit_of(state_of(encoder)) + 1);
  const auto size = static_cast<guint>(GST_VIDEO_INFO_SIZE(&video));
  if (size > 0) gst_query_add_allocation_pool(query, nullptr, size, kept, 0);
  gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr);
  return TRUE;
}

static gboolean gst_omv_image_encoder_start(GstVideoEncoder* encoder) {
  return omv::gst::guarded(encoder, FALSE, [&] {
    State& state = state_of(encoder);
    const guint threads = threads_for(state.wanted_threads);
    state.pool = threads > 1 ? std::make_unique<Pool>(threads) : nullptr;
    state.in_flight.restart();
    state.flow = GST_FLOW_OK;
    return TRUE;
  });
}

// Pads are inactive; nobody waits for workers any more.
static gboolean gst_omv_image_encoder_stop(GstVideoEncoder* encoder) {
  State& state = state_of(encoder);
  gst_pad_stop_task(GST_VIDEO_ENCODER_SRC_PAD(encoder));
  state.task_runs = false;
  state.pool.reset();
  state.pictures.reset();
  state.metadata.reset();
  state.latency = 0;
  gst_clear_tag_list(&state.tags);
  gst_tag_setter_reset_tags(GST_TAG_SETTER(encoder));
  return TRUE;
}

// Deactivating the pads waits for the threads that use them, and those wait for workers.
static GstStateChangeReturn gst_omv_image_encoder_change_state(GstElement* element, GstStateChange transition) {
  State& state = state_of(element);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    state.in_flight.stop();
    if (state.pool) state.pool->cancel();
  }
  return GST_ELEMENT_CLASS(gst_omv_image_encoder_parent_class)->change_state(element, transition);
}

// ---- properties ----------------------------------------------------------------------------------------------------

static void gst_omv_image_encoder_set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  if (id == kPropThreads)
    state_of(object).wanted_threads = g_value_get_uint(value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
}

static void gst_omv_image_encoder_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  if (id == kPropThreads)
    g_value_set_uint(value, state_of(object).wanted_threads);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
}

// ---- type ----------------------------------------------------------------------------------------------------------

static void gst_omv_image_encoder_finalize(GObject* object) {
  delete &state_of(object);
  G_OBJECT_CLASS(gst_omv_image_encoder_parent_class)->finalize(object);
}

static void gst_omv_image_encoder_class_init(GstOmvImageEncoderClass* klass) {
  GObjectClass* object_class = G_OBJECT_CLASS(klass);
  GstVideoEncoderClass* encoder_class = GST_VIDEO_ENCODER_CLASS(klass);
  object_class->set_property = gst_omv_image_encoder_set_property;
  object_class->get_property = gst_omv_image_encoder_get_property;
  object_class->finalize = gst_omv_image_encoder_finalize;
  GST_ELEMENT_CLASS(klass)->change_state = gst_omv_image_encoder_change_state;
  encoder_class->sink_event = gst_omv_image_encoder_sink_event;
  encoder_class->set_format = gst_omv_image_encoder_set_format;
  encoder_class->handle_frame = gst_omv_image_encoder_handle_frame;
  encoder_class->propose_allocation = gst_omv_image_encoder_propose_allocation;
  encoder_class->start = gst_omv_image_encoder_start;
  encoder_class->stop = gst_omv_image_encoder_stop;
  const auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
  g_object_class_install_property(
      object_class, kPropThreads,
      g_param_spec_uint("threads", "Threads",
                        "Frames that are encoded side by side (0: as many as there are processors, 1: in the streaming "
                        "thread, without latency)",
                        0, kMaxThreads, kDefaultThreads, flags));
  gst_type_mark_as_plugin_api(GST_TYPE_OMV_IMAGE_ENCODER, static_cast<GstPluginAPIFlags>(0));
}

static void gst_omv_image_encoder_init(GstOmvImageEncoder* self) {
  auto* own = static_cast<GstOmvImageEncoderPrivate*>(gst_omv_image_encoder_get_instance_private(self));
  own->state = new State();
}

void gst_omv_image_encoder_class_set_format(GstOmvImageEncoderClass* klass, const omv::formats::Format* format) {
  klass->format = format;
  GstCaps* sink = omv::gst::picture_caps(format->holds);
  GstCaps* source = coded_caps(*format);
  omv::gst::add_pad_template(GST_ELEMENT_CLASS(klass), "sink", GST_PAD_SINK, GST_PAD_ALWAYS, sink);
  omv::gst::add_pad_template(GST_ELEMENT_CLASS(klass), "src", GST_PAD_SRC, GST_PAD_ALWAYS, source);
}
