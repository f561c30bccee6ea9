// SPDX-License-Identifier: LGPL-2.1-or-later
// Keeps the last seconds in memory, and writes a file for each trigger: what came before it, and after.

/**
 * SECTION:element-omvclipsink
 * @title: omvclipsink
 *
 * Records into memory all the time. A trigger makes a clip of what came before it and what comes after, in a file of
 * its own with the facts beside it. A slow, stalled or full disk never reaches the streaming thread: what does not fit
 * into the queue is dropped in whole groups of frames and listed.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=90 ! jpegenc ! omvclipsink location=clips/%{index:04d}.avi on-eos=save
 * ]|
 */

#include "omvclipsink.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/capture_time.h"
#include "common/clip_message.h"
#include "common/clip_reporter.h"
#include "common/clip_settings.h"
#include "common/clip_sink_settings.h"
#include "common/clip_writer.h"
#include "common/error.h"
#include "common/file_ready.h"
#include "common/image_tags.h"
#include "common/pads.h"
#include "common/ring_input.h"
#include "common/trigger.h"
#include "common/trigger_inbox.h"
#include "omv/recording/clips/clip_ring.h"

GST_DEBUG_CATEGORY_STATIC(omv_clip_sink_debug);
#define GST_CAT_DEFAULT omv_clip_sink_debug

namespace {

using omv::Result;
using omv::clips::Clip;
using omv::clips::RingFrame;
using omv::gst::BufferPtr;
using omv::gst::ClipCounters;
using omv::gst::ClipDeskOptions;
using omv::gst::ClipReporter;
using omv::gst::ClipWriter;
using omv::gst::HeldFrame;
using omv::gst::RingInput;

constexpr guint kPropIndex = omv::gst::kClipOwn;
constexpr guint kPropWriting = omv::gst::kClipOwn + 1;

using Ring = omv::clips::ClipRing<HeldFrame>;

// Hands what the ring decides to the writer, which waits for nothing. Called with the lock of the state.
class Recorder final : public omv::clips::ClipTarget<HeldFrame> {
 public:
  Recorder(GstElement* element, ClipWriter& writer) : element_(element), writer_(writer) {}

  void set_tags(std::shared_ptr<GstTagList> tags) { tags_ = std::move(tags); }

  void begin(const Clip&) override { is_open_ = false; }

  void frame(const Clip& clip, const RingFrame& frame, const HeldFrame& held) override {
    if (!std::exchange(is_open_, true)) {
      start_ = frame.time;
      writer_.begin({clip, capture_time_.of(element_, held.buffer.get(), frame.time), held.format, tags_, 0});
    }
    const bool has_dts = GST_BUFFER_DTS_IS_VALID(held.buffer.get());
    const GstClockTimeDiff dts = has_dts ? (frame.decode_time - start_).count() : GST_CLOCK_STIME_NONE;
    writer_.add({{BufferPtr(gst_buffer_ref(held.buffer.get())), held.format},
                 (frame.time - start_).count(),
                 dts,
                 frame.sequence,
                 frame.key,
                 frame.memory});
  }

  void end(const Clip& clip) override { writer_.end(clip); }

 private:
  GstElement* element_;
  ClipWriter& writer_;
  std::shared_ptr<GstTagList> tags_;
  omv::gst::CaptureTime capture_time_;
  omv::Time start_{0};
  bool is_open_ = false;
};

// From READY to READY. The ring and its recorder go before the writer.
struct Run {
  GstCaps* caps = nullptr;  // that the muxer takes
  std::string muxer;
  std::shared_ptr<ClipReporter> reporter;
  std::unique_ptr<ClipWriter> writer;
  std::unique_ptr<Recorder> recorder;
  std::unique_ptr<Ring> ring;

  Run() = default;
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() { gst_clear_caps(&caps); }
};

struct State {
  std::mutex lock;  // guards what follows to `interrupted`; never held while waiting or posting
  omv::clips::ClipSettings settings;
  omv::gst::ClipSinkSettings writing;
  std::shared_ptr<Run> run;
  omv::gst::TriggerInbox early;  // before there is a run
  bool interrupted = false;

  std::shared_ptr<ClipCounters> counters = std::make_shared<ClipCounters>();

  // The streaming thread's, and of state changes, which take turns with it.
  RingInput input;
  GstTagList* tags = nullptr;

  ~State() { gst_clear_tag_list(&tags); }
};

}  // namespace

struct _GstOmvClipSink {
  GstBaseSink parent;
  State* state;
};

G_DEFINE_TYPE_WITH_CODE(GstOmvClipSink, gst_omv_clip_sink, GST_TYPE_BASE_SINK,
                        G_IMPLEMENT_INTERFACE(GST_TYPE_TAG_SETTER, nullptr))
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE(omvclipsink, "omvclipsink", GST_RANK_NONE, GST_TYPE_OMV_CLIP_SINK,
                                      GST_DEBUG_CATEGORY_INIT(omv_clip_sink_debug, "omvclipsink", 0,
                                                              "OpenMV clip sink"))

namespace {

// ---- start and stop ------------------------------------------------------------------------------------------------

std::shared_ptr<Run> run_of(State& state) {
  const std::lock_guard hold(state.lock);
  return state.run;
}

std::shared_ptr<GstTagList> describe(GstOmvClipSink* self) {
  GstTagList* all = omv::gst::merged_tags(GST_TAG_SETTER(self), self->state->tags);
  return all != nullptr ? std::shared_ptr<GstTagList>(all, gst_tag_list_unref) : nullptr;
}

void warn_of_small_queue(GstOmvClipSink* self, std::uint64_t queue, std::uint64_t ring) {
  if (queue >= ring) return;
  GST_ELEMENT_WARNING(self, RESOURCE, SETTINGS,
                      ("queue-size=%" G_GUINT64_FORMAT " has no room for a pre-roll of max-bytes=%" G_GUINT64_FORMAT
                       ": frames will be lost when a trigger comes",
                       guint64{queue}, guint64{ring}),
                      (nullptr));
}

bool begin(GstOmvClipSink* self) {
  State& state = *self->state;
  std::unique_lock hold(state.lock);
  const auto settings = state.settings;
  const auto writing = state.writing;
  hold.unlock();
  auto options = omv::gst::clip_desk_options(writing);
  if (!options) {
    GST_ELEMENT_ERROR(self, RESOURCE, SETTINGS, ("%s", options.error().message.c_str()), (nullptr));
    return false;
  }
  options->store.before_name = omv::gst::file_ready_of(GST_ELEMENT(self));
  warn_of_small_queue(self, writing.queue_bytes, settings.max_bytes);
  auto run = std::make_shared<Run>();
  run->caps = omv::gst::clip_muxer_caps(options->muxer);
  run->muxer = options->muxer.name;
  run->reporter = std::make_shared<ClipReporter>(GST_ELEMENT(self));
  run->writer = std::make_unique<ClipWriter>(*std::move(options), writing.queue_bytes, run->reporter, state.counters);
  run->recorder = std::make_unique<Recorder>(GST_ELEMENT(self), *run->writer);
  run->recorder->set_tags(describe(self));
  run->ring = std::make_unique<Ring>(settings, *run->recorder);
  state.input.reset();
  hold.lock();
  run->writer->interrupt(state.interrupted);
  for (const omv::clips::Trigger& early : state.early.take()) run->ring->trigger(early);
  state.run = std::move(run);
  return true;
}

// The clip that is open is finished by the writer's own threads, as are those before it.
void end(GstOmvClipSink* self) {
  State& state = *self->state;
  std::shared_ptr<Run> run;
  {
    const std::lock_guard hold(state.lock);
    run.swap(state.run);
    if (run) run->ring->stop();
  }
  if (!run) return;
  run->reporter->fall_silent();
  state.input.reset();
  gst_clear_tag_list(&state.tags);
}

void set_interrupted(GstOmvClipSink* self, bool interrupted) {
  State& state = *self->state;
  const std::lock_guard hold(state.lock);
  state.interrupted = interrupted;
  if (state.run) state.run->writer->interrupt(interrupted);
}

// ---- triggers ------------------------------------------------------------------------------------------------------

bool trigger(State& state, const omv::clips::Trigger& asked) {
  const std::lock_guard hold(state.lock);
  if (!state.run) return state.early.put(asked);
  state.run->ring->trigger(asked);
  return true;
}

// From any thread, at any time. The clip begins at once, without waiting for the next frame.
bool raise_trigger(GstOmvClipSink* self, const GstStructure* structure) {
  omv::clips::Trigger asked = omv::gst::to_trigger(structure);
  if (!asked.time) asked.time = omv::gst::time_of_clock(GST_BASE_SINK_PAD(self));
  return trigger(*self->state, asked);
}

void trigger_by_text(GstOmvClipSink* self, const gchar* text) {
  const auto structure = omv::gst::trigger_from_property(GST_ELEMENT(self), text);
  if (structure) raise_trigger(self, structure.get());
}

// In order with the frames, one that does not say when it was means where the last frame ends.
void take_event(GstOmvClipSink* self, GstEvent* event) {
  const GstStructure* structure = omv::gst::trigger_of(event);
  if (structure == nullptr) return;
  if (GST_EVENT_TYPE(event) == GST_EVENT_CUSTOM_DOWNSTREAM)
    trigger(*self->state, omv::gst::to_trigger(structure));
  else
    raise_trigger(self, structure);
}

// ---- the stream ----------------------------------------------------------------------------------------------------

void take_tags(GstOmvClipSink* self, GstEvent* event) {
  State& state = *self->state;
  GstTagList* more = nullptr;
  gst_event_parse_tag(event, &more);
  GstTagList* merged = gst_tag_list_merge(state.tags, more, GST_TAG_MERGE_REPLACE);
  gst_clear_tag_list(&state.tags);
  state.tags = merged;
  auto all = describe(self);
  const std::lock_guard hold(state.lock);
  if (state.run) state.run->recorder->set_tags(std::move(all));
}

void pass_time(GstOmvClipSink* self, GstEvent* event) {
  State& state = *self->state;
  const auto time = state.input.gap_end(event);
  const std::lock_guard hold(state.lock);
  if (state.run && time) state.run->ring->advance(*time);
}

void flush(GstOmvClipSink* self) {
  State& state = *self->state;
  state.input.flush();
  const std::lock_guard hold(state.lock);
  if (state.run) state.run->ring->flush();
}

void observe(GstOmvClipSink* self, GstEvent* event) {
  take_event(self, event);
  switch (GST_EVENT_TYPE(event)) {
    case GST_EVENT_SEGMENT: self->state->input.set_segment(event); break;
    case GST_EVENT_TAG: take_tags(self, event); break;
    case GST_EVENT_GAP: pass_time(self, event); break;
    case GST_EVENT_FLUSH_STOP: flush(self); break;
    default: break;
  }
}

GstFlowReturn render(GstOmvClipSink* self, GstBuffer* buffer) {
  State& state = *self->state;
  omv::clips::Frame frame;
  HeldFrame held;
  const GstFlowReturn taken = omv::gst::take_buffer(GST_ELEMENT(self), state.input, buffer, frame, held);
  if (!held.buffer) return taken;
  const std::lock_guard hold(state.lock);
  if (!state.run) return GST_FLOW_FLUSHING;
  state.run->ring->push(frame, std::move(held));
  return state.run->ring->is_done() ? GST_FLOW_EOS : GST_FLOW_OK;  // max-clips
}

// At the end of the stream, everything is on the disk before anybody is told.
GstFlowReturn finish(GstOmvClipSink* self) {
  State& state = *self->state;
  const auto run = run_of(state);
  if (!run) return GST_FLOW_OK;
  {
    const std::lock_guard hold(state.lock);
    run->ring->end_of_stream();
  }
  while (!run->writer->wait_until_done()) {
    const GstFlowReturn resumed = gst_base_sink_wait_preroll(GST_BASE_SINK(self));
    if (resumed != GST_FLOW_OK) return resumed;
  }
  return GST_FLOW_OK;
}

// ---- caps ----------------------------------------------------------------------------------------------------------

// Upstream that can send something else is told what the muxer takes. Upstream that can't is let through, for
// set_caps() says what is wrong, where negotiation would not.
GstCaps* caps_for(GstOmvClipSink* self, GstCaps* filter) {
  const auto run = run_of(*self->state);
  GstCaps* taken = run ? gst_caps_ref(run->caps) : gst_caps_new_any();
  if (filter == nullptr) return taken;
  GstCaps* both = gst_caps_intersect_full(filter, taken, GST_CAPS_INTERSECT_FIRST);
  gst_caps_unref(taken);
  if (!gst_caps_is_empty(both)) return both;
  gst_caps_unref(both);
  return gst_caps_ref(filter);
}

gboolean set_caps(GstOmvClipSink* self, GstCaps* caps) {
  const auto run = run_of(*self->state);
  if (run && !gst_caps_can_intersect(caps, run->caps)) {
    GST_ELEMENT_ERROR(self, STREAM, FORMAT,
                      ("%s does not take %s; put an encoder in front, or set another muxer", run->muxer.c_str(),
                       gst_structure_get_name(gst_caps_get_structure(caps, 0))),
                      ("caps: %" GST_PTR_FORMAT, caps));
    return FALSE;
  }
  self->state->input.set_caps(caps);
  return TRUE;
}

// ---- statistics ----------------------------------------------------------------------------------------------------

GstStructure* stats_of(GstOmvClipSink* self) {
  State& state = *self->state;
  GstStructure* stats = gst_structure_new_empty("omv-clip-stats");
  const auto run = run_of(state);
  omv::clips::RingStats ring;
  if (run) {
    const std::lock_guard hold(state.lock);
    ring = run->ring->stats();
  }
  omv::gst::add_ring_stats(stats, ring);
  omv::gst::add_clip_counters(stats, *state.counters);
  const std::uint64_t queued = run ? run->writer->queued_bytes() : 0;
  const std::uint64_t unfinished = run ? run->writer->unfinished() : 0;
  gst_structure_set(stats, "queued-bytes", G_TYPE_UINT64, guint64{queued}, "unfinished", G_TYPE_UINT64,
                    guint64{unfinished}, nullptr);
  return stats;
}

}  // namespace

// ---- GstBaseSink ---------------------------------------------------------------------------------------------------

// Wrong settings are found before GstBaseSink gets to know: its start() would add an error that explains nothing.
static GstStateChangeReturn gst_omv_clip_sink_change_state(GstElement* element, GstStateChange transition) {
  GstOmvClipSink* self = GST_OMV_CLIP_SINK(element);
  const bool begins = transition == GST_STATE_CHANGE_READY_TO_PAUSED;
  if (begins && !omv::gst::guarded(self, false, [&] { return begin(self); })) return GST_STATE_CHANGE_FAILURE;
  const auto changed = GST_ELEMENT_CLASS(gst_omv_clip_sink_parent_class)->change_state(element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY || (begins && changed == GST_STATE_CHANGE_FAILURE)) end(self);
  return changed;
}

static gboolean gst_omv_clip_sink_unlock(GstBaseSink* sink) {
  set_interrupted(GST_OMV_CLIP_SINK(sink), true);
  return TRUE;
}

static gboolean gst_omv_clip_sink_unlock_stop(GstBaseSink* sink) {
  set_interrupted(GST_OMV_CLIP_SINK(sink), false);
  return TRUE;
}

static GstFlowReturn gst_omv_clip_sink_render(GstBaseSink* sink, GstBuffer* buffer) {
  GstOmvClipSink* self = GST_OMV_CLIP_SINK(sink);
  return omv::gst::guarded(self, GST_FLOW_ERROR, [&] { return render(self, buffer); });
}

static GstFlowReturn gst_omv_clip_sink_wait_event(GstBaseSink* sink, GstEvent* event) {
  GstOmvClipSink* self = GST_OMV_CLIP_SINK(sink);
  const GstFlowReturn waited = GST_BASE_SINK_CLASS(gst_omv_clip_sink_parent_class)->wait_event(sink, event);
  if (waited != GST_FLOW_OK || GST_EVENT_TYPE(event) != GST_EVENT_EOS) return waited;
  return omv::gst::guarded(self, GST_FLOW_ERROR, [&] { return finish(self); });
}

static gboolean gst_omv_clip_sink_event(GstBaseSink* sink, GstEvent* event) {
  GstOmvClipSink* self = GST_OMV_CLIP_SINK(sink);
  return omv::gst::guarded(self, FALSE, [&] {
    observe(self, event);
    return GST_BASE_SINK_CLASS(gst_omv_clip_sink_parent_class)->event(sink, event);
  });
}

// Applications send upstream events to sinks; elements in front may want them too.
static gboolean gst_omv_clip_sink_send_event(GstElement* element, GstEvent* event) {
  GstOmvClipSink* self = GST_OMV_CLIP_SINK(element);
  return omv::gst::guarded(self, FALSE, [&] {
    take_event(self, event);
    return GST_ELEMENT_CLASS(gst_omv_clip_sink_parent_class)->send_event(element, event);
  });
}

static GstCaps* gst_omv_clip_sink_get_caps(GstBaseSink* sink, GstCaps* filter) {
  GstOmvClipSink* self = GST_OMV_CLIP_SINK(sink);
  return omv::gst::guarded(self, static_cast<GstCaps*>(nullptr), [&] { return caps_for(self, filter); });
}

static gboolean gst_omv_clip_sink_set_caps(GstBaseSink* sink, GstCaps* caps) {
  GstOmvClipSink* self = GST_OMV_CLIP_SINK(sink);
  return omv::gst::guarded(self, FALSE, [&] { return set_caps(self, caps); });
}

static gboolean gst_omv_clip_sink_query(GstBaseSink* sink, GstQuery* query) {
  if (GST_QUERY_TYPE(query) != GST_QUERY_ACCEPT_CAPS)
    return GST_BASE_SINK_CLASS(gst_omv_clip_sink_parent_class)->query(sink, query);
  gst_query_set_accept_caps_result(query, TRUE);  // set_caps() finds words for the rest
  return TRUE;
}

// ---- properties ----------------------------------------------------------------------------------------------------

static void gst_omv_clip_sink_set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  GstOmvClipSink* self = GST_OMV_CLIP_SINK(object);
  if (id == omv::gst::kClipTrigger) {
    trigger_by_text(self, g_value_get_string(value));
    return;
  }
  State& state = *self->state;
  const std::lock_guard hold(state.lock);
  if (id == kPropIndex) {
    state.counters->next_index = g_value_get_uint64(value);
  } else if (omv::gst::set_clip_setting(state.settings, id, value)) {
    if (state.run) state.run->ring->change(state.settings);
  } else if (!omv::gst::set_clip_sink_setting(state.writing, id, kPropWriting, value)) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static void gst_omv_clip_sink_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  GstOmvClipSink* self = GST_OMV_CLIP_SINK(object);
  State& state = *self->state;
  if (id == omv::gst::kClipStats) {
    g_value_take_boxed(value, stats_of(self));
    return;
  }
  const std::lock_guard hold(state.lock);
  if (id == kPropIndex)
    g_value_set_uint64(value, state.counters->next_index);
  else if (!omv::gst::get_clip_setting(state.settings, id, value) &&
           !omv::gst::get_clip_sink_setting(state.writing, id, kPropWriting, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
}

// ---- type ----------------------------------------------------------------------------------------------------------

static gboolean gst_omv_clip_sink_trigger(GstOmvClipSink* self, const GstStructure* structure) {
  return omv::gst::guarded(self, FALSE, [&] { return raise_trigger(self, structure) ? TRUE : FALSE; });
}

static void gst_omv_clip_sink_finalize(GObject* object) {
  delete GST_OMV_CLIP_SINK(object)->state;
  G_OBJECT_CLASS(gst_omv_clip_sink_parent_class)->finalize(object);
}

static void install_sink_functions(GstBaseSinkClass* klass) {
  klass->unlock = gst_omv_clip_sink_unlock;
  klass->unlock_stop = gst_omv_clip_sink_unlock_stop;
  klass->render = gst_omv_clip_sink_render;
  klass->wait_event = gst_omv_clip_sink_wait_event;
  klass->event = gst_omv_clip_sink_event;
  klass->get_caps = gst_omv_clip_sink_get_caps;
  klass->set_caps = gst_omv_clip_sink_set_caps;
  klass->query = gst_omv_clip_sink_query;
}

static void gst_omv_clip_sink_class_init(GstOmvClipSinkClass* klass) {
  GObjectClass* object_class = G_OBJECT_CLASS(klass);
  GstElementClass* element_class = GST_ELEMENT_CLASS(klass);
  object_class->set_property = gst_omv_clip_sink_set_property;
  object_class->get_property = gst_omv_clip_sink_get_property;
  object_class->finalize = gst_omv_clip_sink_finalize;
  omv::gst::install_clip_settings(object_class);
  omv::gst::install_clip_sink_settings(object_class, kPropWriting);
  omv::gst::install_trigger_signal(object_class, G_CALLBACK(gst_omv_clip_sink_trigger));
  omv::gst::install_file_ready_signal(object_class);
  g_object_class_install_property(
      object_class, kPropIndex,
      g_param_spec_uint64("index", "Index", "Number of the next file; names that are taken are skipped", 0, G_MAXUINT64,
                          0, static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)));
  install_sink_functions(GST_BASE_SINK_CLASS(klass));
  element_class->change_state = gst_omv_clip_sink_change_state;
  element_class->send_event = gst_omv_clip_sink_send_event;
  gst_element_class_set_static_metadata(
      element_class, "OpenMV clip sink", "Sink/File",
      "Keeps the last seconds in memory and writes a file for each trigger: what came before it, and after",
      "The gst-openmv developers");
  omv::gst::add_pad_template(element_class, "sink", GST_PAD_SINK, GST_PAD_ALWAYS, gst_caps_new_any());
}

static void gst_omv_clip_sink_init(GstOmvClipSink* self) {
  self->state = new State();
  gst_base_sink_set_sync(GST_BASE_SINK(self), FALSE);
  gst_base_sink_set_drop_out_of_segment(GST_BASE_SINK(self), FALSE);  // every frame counts
  gst_base_sink_set_last_sample_enabled(GST_BASE_SINK(self), FALSE);  // it would hold one of upstream's buffers
}
