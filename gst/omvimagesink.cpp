// SPDX-License-Identifier: LGPL-2.1-or-later
// Saves frames as still pictures, each in a file of its own.

/**
 * SECTION:element-omvimagesink
 * @title: omvimagesink
 *
 * Saves frames as BMP, PGM, PPM, JPEG, PNG, raw Bayer or the raw captures of the picamera recipes, by the extension of
 * the location: every frame, every so many, bursts, or when it is asked for. Files appear whole under their name; the
 * oldest ones go when limits say so. JPEG and PNG frames pass without being encoded again.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=30 ! omvimagesink location=stills/%{index:05d}.jpg quality=80 max-files=20
 * ]|
 */

#include "omvimagesink.h"

#include <gst/video/video.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/camera_trigger.h"
#include "common/capture_time.h"
#include "common/error.h"
#include "common/file_ready.h"
#include "common/image_tags.h"
#include "common/pads.h"
#include "common/still_caps.h"
#include "common/still_message.h"
#include "common/still_schedule.h"
#include "common/still_settings.h"
#include "common/still_writer.h"

GST_DEBUG_CATEGORY_STATIC(omv_image_sink_debug);
#define GST_CAT_DEFAULT omv_image_sink_debug

namespace {

using omv::Errc;
using omv::Error;
using omv::Result;
using omv::gst::Overflow;
using omv::gst::Still;
using omv::gst::StillCounters;
using omv::gst::StillSettings;
using omv::gst::StillVersion;
using omv::gst::StillWriter;
using omv::storage::WriteQueue;
using std::chrono::nanoseconds;

class Reporter;

using Versions = std::vector<StillVersion>;

struct State {
  std::mutex lock;  // guards what follows to `interrupted`; never held while waiting or posting
  StillSettings settings;
  omv::gst::StillSchedule schedule;
  std::shared_ptr<const Versions> versions;  // from READY to READY, as the writer
  std::shared_ptr<StillWriter> writer;       // from READY to READY
  bool interrupted = false;

  std::shared_ptr<StillCounters> counters = std::make_shared<StillCounters>();
  WriteQueue::Completion before;       // what the last writer has to finish; state changes only
  std::shared_ptr<Reporter> reporter;  // of the writer; state changes only

  // Written by state changes and the streaming thread, which take turns.
  Overflow overflow = Overflow::block;
  std::string source;
  std::shared_ptr<const omv::gst::StillInput> input;
  omv::gst::BufferKeeper keeper;
  omv::gst::CaptureTime capture_time;
  GstTagList* tags = nullptr;
  std::shared_ptr<const omv::formats::Metadata> metadata = std::make_shared<omv::formats::Metadata>();

  ~State() { gst_clear_tag_list(&tags); }
};

}  // namespace

struct _GstOmvImageSink {
  GstBaseSink parent;
  State* state;
};

G_DEFINE_TYPE_WITH_CODE(GstOmvImageSink, gst_omv_image_sink, GST_TYPE_BASE_SINK,
                        G_IMPLEMENT_INTERFACE(GST_TYPE_TAG_SETTER, nullptr))
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE(omvimagesink, "omvimagesink", GST_RANK_NONE, GST_TYPE_OMV_IMAGE_SINK,
                                      GST_DEBUG_CATEGORY_INIT(omv_image_sink_debug, "omvimagesink", 0,
                                                              "OpenMV still sink"))

namespace {

// ---- what the writer tells -----------------------------------------------------------------------------------------

// Knows the element as long as it is there, and is silent about what goes on after it was stopped.
class Reporter final : public omv::gst::StillListener {
 public:
  Reporter(GstElement* element, bool posts_files) : posts_files_(posts_files) { g_weak_ref_init(&element_, element); }
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;
  ~Reporter() override { g_weak_ref_clear(&element_); }

  void fall_silent() { g_weak_ref_set(&element_, nullptr); }

  void on_saved(const Still& still, const omv::gst::SavedFile& file) override {
    if (!posts_files_) return;
    with_element([&](GstElement* element) {
      GstStructure* structure = omv::gst::saved_structure(still, file);
      gst_element_post_message(element, gst_message_new_element(GST_OBJECT(element), structure));
    });
  }

  void on_loss(const Error& error) override {
    const gint code = error.code == Errc::full ? GST_RESOURCE_ERROR_NO_SPACE_LEFT : GST_RESOURCE_ERROR_WRITE;
    with_element([&](GstElement* element) {
      const std::string text = "A still is lost, and the next ones may be: " + error.message;
      gst_element_message_full(element, GST_MESSAGE_WARNING, GST_RESOURCE_ERROR, code, g_strdup(text.c_str()),
                               g_strdup(omv::to_string(error.code)), __FILE__, "omvimagesink", __LINE__);
    });
  }

  void on_recovery(std::uint64_t lost) override {
    with_element([&](GstElement* element) {
      GST_ELEMENT_INFO(element, RESOURCE, WRITE,
                       ("Stills are saved again; %" G_GUINT64_FORMAT " were lost", guint64{lost}), (nullptr));
    });
  }

  void on_failure(const Error& error) override {
    with_element([&](GstElement* element) {
      if (error.code == Errc::unsupported)
        GST_ELEMENT_ERROR(element, STREAM, FORMAT, ("%s", error.message.c_str()), (nullptr));
      else
        GST_ELEMENT_ERROR(element, RESOURCE, WRITE, ("No still can be saved: %s", error.message.c_str()), (nullptr));
    });
  }

 private:
  template <typename Tell>
  void with_element(Tell tell) {
    auto* element = static_cast<GstElement*>(g_weak_ref_get(&element_));
    if (element == nullptr) return;
    tell(element);
    gst_object_unref(element);
  }

  GWeakRef element_;
  bool posts_files_;
};

// ---- start and stop
// ------------------------------------------------------------------------------------------------------

StillSettings settings_of(State& state) {
  const std::lock_guard hold(state.lock);
  return state.settings;
}

std::shared_ptr<StillWriter> writer_of(State& state) {
  const std::lock_guard hold(state.lock);
  return state.writer;
}

std::shared_ptr<const Versions> versions_of(State& state) {
  const std::lock_guard hold(state.lock);
  return state.versions;
}

// What files say of the stream: its tags, and those that the application has set.
void describe(GstOmvImageSink* self) {
  State& state = *self->state;
  GstTagList* all = omv::gst::merged_tags(GST_TAG_SETTER(self), state.tags);
  state.metadata = std::make_shared<omv::formats::Metadata>(omv::gst::metadata_from_tags(all));
  gst_clear_tag_list(&all);
}

bool begin(GstOmvImageSink* self) {
  State& state = *self->state;
  const StillSettings settings = settings_of(state);
  auto versions = omv::gst::still_versions(settings);
  if (!versions) {
    GST_ELEMENT_ERROR(self, RESOURCE, SETTINGS, ("%s", versions.error().message.c_str()), (nullptr));
    return false;
  }
  describe(self);
  state.overflow = settings.overflow;
  state.source = settings.source;
  state.reporter = std::make_shared<Reporter>(GST_ELEMENT(self), settings.post_messages);
  omv::gst::WriterOptions options = omv::gst::writer_options(settings);
  options.store.before_name = omv::gst::file_ready_of(GST_ELEMENT(self));
  auto writer =
      std::make_shared<StillWriter>(options, *versions, state.reporter, state.counters, std::move(state.before));
  const std::lock_guard hold(state.lock);
  state.versions = std::make_shared<Versions>(*std::move(versions));
  state.schedule.start(settings.schedule);
  state.writer = std::move(writer);
  state.writer->interrupt(state.interrupted);
  return true;
}

// What is queued is finished by the writer's own threads.
void end(GstOmvImageSink* self) {
  State& state = *self->state;
  std::shared_ptr<StillWriter> writer;
  {
    const std::lock_guard hold(state.lock);
    writer.swap(state.writer);
    state.versions.reset();
  }
  if (!writer) return;
  state.before = writer->completion();
  state.reporter->fall_silent();
  state.reporter.reset();
  state.input.reset();
  gst_clear_tag_list(&state.tags);
}

void set_interrupted(GstOmvImageSink* self, bool interrupted) {
  State& state = *self->state;
  const std::lock_guard hold(state.lock);
  state.interrupted = interrupted;
  if (state.writer) state.writer->interrupt(interrupted);
}

// ---- requests ------------------------------------------------------------------------------------------------------

// Takes the structure, which may be NULL.
bool request_still(GstOmvImageSink* self, GstStructure* structure) {
  State& state = *self->state;
  omv::gst::StructurePtr owned(structure);
  const std::lock_guard hold(state.lock);
  return state.writer != nullptr && state.schedule.request(std::move(owned));
}

void take_event(GstOmvImageSink* self, GstEvent* event) {
  const GstStructure* structure = gst_event_get_structure(event);
  const bool asks = structure != nullptr && (gst_structure_has_name(structure, "omv-trigger") ||
                                             gst_structure_has_name(structure, "omv-snapshot"));
  if (asks) request_still(self, gst_structure_copy(structure));
}

// ---- tags ----------------------------------------------------------------------------------------------------------

void take_tags(GstOmvImageSink* self, GstEvent* event) {
  State& state = *self->state;
  GstTagList* more = nullptr;
  gst_event_parse_tag(event, &more);
  GstTagList* merged = gst_tag_list_merge(state.tags, more, GST_TAG_MERGE_REPLACE);
  gst_clear_tag_list(&state.tags);
  state.tags = merged;
  describe(self);
}

void forget_tags(GstOmvImageSink* self) {
  gst_clear_tag_list(&self->state->tags);
  describe(self);
}

// %{source}: the property, else what raised the trigger, else the device that the stream's tags name.
std::string source_of(const State& state, const GstStructure* request) {
  if (!state.source.empty()) return state.source;
  const gchar* raised = request != nullptr ? gst_structure_get_string(request, "source") : nullptr;
  if (raised != nullptr) return raised;
  const gchar* device = nullptr;
  if (state.tags != nullptr) gst_tag_list_peek_string_index(state.tags, GST_TAG_DEVICE_MODEL, 0, &device);
  return device != nullptr ? device : "";
}

// ---- stills --------------------------------------------------------------------------------------------------------

std::optional<nanoseconds> running_time_of(const GstBaseSink* sink, GstBuffer* buffer) {
  const GstClockTime stamp = GST_BUFFER_PTS_IS_VALID(buffer) ? GST_BUFFER_PTS(buffer) : GST_BUFFER_DTS(buffer);
  if (!GST_CLOCK_TIME_IS_VALID(stamp) || sink->segment.format != GST_FORMAT_TIME) return std::nullopt;
  const guint64 time = gst_segment_to_running_time(&sink->segment, GST_FORMAT_TIME, stamp);
  if (!GST_CLOCK_TIME_IS_VALID(time)) return std::nullopt;
  return nanoseconds(static_cast<gint64>(time));
}

Still make_still(GstOmvImageSink* self, GstBuffer* buffer, const omv::gst::Occasion& occasion,
                 std::optional<nanoseconds> running_time) {
  State& state = *self->state;
  const GstSegment& segment = GST_BASE_SINK(self)->segment;
  Still still;
  still.buffer = state.keeper.keep(buffer);
  still.input = state.input;
  still.metadata = state.metadata;
  still.values.wall_clock = state.capture_time.of(GST_ELEMENT(self), buffer, running_time);
  still.values.running_time = running_time;
  still.values.fields["source"] = source_of(state, occasion.request.get());
  still.timestamp = GST_BUFFER_PTS(buffer);
  if (segment.format == GST_FORMAT_TIME)
    still.stream_time = gst_segment_to_stream_time(&segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
  if (running_time) still.running_time = static_cast<GstClockTime>(running_time->count());
  still.duration = GST_BUFFER_DURATION(buffer);
  still.offset = GST_BUFFER_OFFSET(buffer);
  still.offset_end = GST_BUFFER_OFFSET_END(buffer);
  still.request = occasion.request;
  return still;
}

std::optional<omv::gst::Occasion> next_frame(State& state, std::optional<nanoseconds> running_time) {
  const std::lock_guard hold(state.lock);
  return state.schedule.next_frame(running_time);
}

GstFlowReturn render(GstOmvImageSink* self, GstBuffer* buffer) {
  State& state = *self->state;
  const auto writer = writer_of(state);
  if (!writer || writer->has_failed()) return GST_FLOW_ERROR;  // which was told when it happened
  const auto running_time = running_time_of(GST_BASE_SINK(self), buffer);
  const auto occasion = next_frame(state, running_time);
  if (!occasion) return GST_FLOW_OK;
  while (true) {
    Still still = make_still(self, buffer, *occasion, running_time);
    if (!still.buffer) return GST_FLOW_ERROR;
    if (writer->add(std::move(still), state.overflow == Overflow::block) != WriteQueue::Added::interrupted) break;
    const GstFlowReturn resumed = gst_base_sink_wait_preroll(GST_BASE_SINK(self));
    if (resumed != GST_FLOW_OK) return resumed;
  }
  return GST_FLOW_OK;
}

// At the end of the stream, everything is on the disk before anybody is told.
GstFlowReturn wait_until_saved(GstOmvImageSink* self) {
  const auto writer = writer_of(*self->state);
  while (writer && !writer->wait_until_done()) {
    const GstFlowReturn resumed = gst_base_sink_wait_preroll(GST_BASE_SINK(self));
    if (resumed != GST_FLOW_OK) return resumed;
  }
  return GST_FLOW_OK;
}

// ---- caps ----------------------------------------------------------------------------------------------------------

gboolean set_caps(GstOmvImageSink* self, const GstCaps* caps) {
  State& state = *self->state;
  const auto versions = versions_of(state);
  if (!versions) return FALSE;
  auto input = omv::gst::still_input(caps, *versions);
  auto checked = input ? Result<void>() : Result<void>(input.error());
  for (const StillVersion& version : *versions)
    if (checked) checked = omv::gst::check_version(version, **input);
  if (!checked) {
    GST_ELEMENT_ERROR(self, STREAM, FORMAT, ("%s", checked.error().message.c_str()), ("caps: %" GST_PTR_FORMAT, caps));
    return FALSE;
  }
  state.input = *input;
  return TRUE;
}

// Upstream that can send something else is told what the location holds. Upstream that can't is let through, and
// linked, for set_caps() says what is wrong, where linking and negotiation would not.
GstCaps* caps_for(GstOmvImageSink* self, GstCaps* filter) {
  const auto versions = versions_of(*self->state);
  GstCaps* held = versions ? omv::gst::still_caps(*versions) : omv::gst::still_template_caps();
  if (filter == nullptr) return held;
  GstCaps* both = gst_caps_intersect_full(filter, held, GST_CAPS_INTERSECT_FIRST);
  gst_caps_unref(held);
  if (!gst_caps_is_empty(both)) return both;
  gst_caps_unref(both);
  GstCaps* any = omv::gst::still_template_caps();
  both = gst_caps_intersect_full(filter, any, GST_CAPS_INTERSECT_FIRST);
  gst_caps_unref(any);
  return both;
}

}  // namespace

// ---- GstBaseSink ---------------------------------------------------------------------------------------------------

// Wrong settings are found before GstBaseSink gets to know: its start() would add an error that explains nothing.
static GstStateChangeReturn gst_omv_image_sink_change_state(GstElement* element, GstStateChange transition) {
  GstOmvImageSink* self = GST_OMV_IMAGE_SINK(element);
  const bool begins = transition == GST_STATE_CHANGE_READY_TO_PAUSED;
  if (begins && !omv::gst::guarded(self, false, [&] { return begin(self); })) return GST_STATE_CHANGE_FAILURE;
  const auto changed = GST_ELEMENT_CLASS(gst_omv_image_sink_parent_class)->change_state(element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY || (begins && changed == GST_STATE_CHANGE_FAILURE)) end(self);
  return changed;
}

static gboolean gst_omv_image_sink_unlock(GstBaseSink* sink) {
  set_interrupted(GST_OMV_IMAGE_SINK(sink), true);
  return TRUE;
}

static gboolean gst_omv_image_sink_unlock_stop(GstBaseSink* sink) {
  set_interrupted(GST_OMV_IMAGE_SINK(sink), false);
  return TRUE;
}

static GstFlowReturn gst_omv_image_sink_render(GstBaseSink* sink, GstBuffer* buffer) {
  GstOmvImageSink* self = GST_OMV_IMAGE_SINK(sink);
  return omv::gst::guarded(self, GST_FLOW_ERROR, [&] { return render(self, buffer); });
}

static GstFlowReturn gst_omv_image_sink_wait_event(GstBaseSink* sink, GstEvent* event) {
  GstOmvImageSink* self = GST_OMV_IMAGE_SINK(sink);
  const GstFlowReturn waited = GST_BASE_SINK_CLASS(gst_omv_image_sink_parent_class)->wait_event(sink, event);
  if (waited != GST_FLOW_OK || GST_EVENT_TYPE(event) != GST_EVENT_EOS) return waited;
  return omv::gst::guarded(self, GST_FLOW_ERROR, [&] { return wait_until_saved(self); });
}

static gboolean gst_omv_image_sink_event(GstBaseSink* sink, GstEvent* event) {
  GstOmvImageSink* self = GST_OMV_IMAGE_SINK(sink);
  return omv::gst::guarded(self, FALSE, [&] {
    take_event(self, event);
    if (GST_EVENT_TYPE(event) == GST_EVENT_STREAM_START) forget_tags(self);
    if (GST_EVENT_TYPE(event) == GST_EVENT_TAG) take_tags(self, event);
    return GST_BASE_SINK_CLASS(gst_omv_image_sink_parent_class)->event(sink, event);
  });
}

// Applications send upstream events to sinks; elements in front may want them too.
static gboolean gst_omv_image_sink_send_event(GstElement* element, GstEvent* event) {
  GstOmvImageSink* self = GST_OMV_IMAGE_SINK(element);
  return omv::gst::guarded(self, FALSE, [&] {
    take_event(self, event);
    return GST_ELEMENT_CLASS(gst_omv_image_sink_parent_class)->send_event(element, event);
  });
}

static GstCaps* gst_omv_image_sink_get_caps(GstBaseSink* sink, GstCaps* filter) {
  GstOmvImageSink* self = GST_OMV_IMAGE_SINK(sink);
  return omv::gst::guarded(self, static_cast<GstCaps*>(nullptr), [&] { return caps_for(self, filter); });
}

static gboolean gst_omv_image_sink_set_caps(GstBaseSink* sink, GstCaps* caps) {
  GstOmvImageSink* self = GST_OMV_IMAGE_SINK(sink);
  return omv::gst::guarded(self, FALSE, [&] { return set_caps(self, caps); });
}

static gboolean gst_omv_image_sink_query(GstBaseSink* sink, GstQuery* query) {
  if (GST_QUERY_TYPE(query) != GST_QUERY_ACCEPT_CAPS)
    return GST_BASE_SINK_CLASS(gst_omv_image_sink_parent_class)->query(sink, query);
  GstCaps* caps = nullptr;
  gst_query_parse_accept_caps(query, &caps);
  GstCaps* any = omv::gst::still_template_caps();
  gst_query_set_accept_caps_result(query, gst_caps_is_subset(caps, any));  // set_caps() finds words for the rest
  gst_caps_unref(any);
  return TRUE;
}

static gboolean gst_omv_image_sink_propose_allocation(GstBaseSink*, GstQuery* query) {
  gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr);  // any stride will do
  return TRUE;
}

// ---- properties ----------------------------------------------------------------------------------------------------

static void gst_omv_image_sink_set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  State& state = *GST_OMV_IMAGE_SINK(object)->state;
  const std::lock_guard hold(state.lock);
  if (id == omv::gst::kStillIndex)
    state.counters->next_index = static_cast<std::uint64_t>(g_value_get_int(value));
  else if (!omv::gst::set_still_setting(state.settings, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  state.schedule.change(state.settings.schedule);
}

static void get_stats(GstOmvImageSink* self, GValue* value) {
  GstStructure* stats = gst_base_sink_get_stats(GST_BASE_SINK(self));
  omv::gst::add_still_stats(stats, *self->state->counters, writer_of(*self->state).get());
  g_value_take_boxed(value, stats);
}

static void gst_omv_image_sink_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  GstOmvImageSink* self = GST_OMV_IMAGE_SINK(object);
  const std::uint64_t index = self->state->counters->next_index;
  if (id == omv::gst::kStillStats)
    get_stats(self, value);
  else if (id == omv::gst::kStillIndex)
    g_value_set_int(value, static_cast<gint>(std::min<std::uint64_t>(index, G_MAXINT)));
  else if (!omv::gst::get_still_setting(settings_of(*self->state), id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
}

// ---- type ----------------------------------------------------------------------------------------------------------

static gboolean gst_omv_image_sink_snapshot(GstOmvImageSink* self, const GstStructure* structure) {
  return request_still(self, structure != nullptr ? gst_structure_copy(structure) : nullptr) ? TRUE : FALSE;
}

static void gst_omv_image_sink_finalize(GObject* object) {
  delete GST_OMV_IMAGE_SINK(object)->state;
  G_OBJECT_CLASS(gst_omv_image_sink_parent_class)->finalize(object);
}

static void install_signal(GstOmvImageSinkClass* klass) {
  /**
   * GstOmvImageSink::snapshot:
   * @structure: (nullable): what the message about the file is to carry; its field source names the file
   *
   * Asks for the next frame, in mode burst for the next `burst` frames. Returns FALSE when the element is not started
   * or too many are waiting.
   */
  g_signal_new_class_handler(
      "snapshot", G_TYPE_FROM_CLASS(klass), static_cast<GSignalFlags>(G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION),
      G_CALLBACK(gst_omv_image_sink_snapshot), nullptr, nullptr, nullptr, G_TYPE_BOOLEAN, 1, GST_TYPE_STRUCTURE);
}

static void install_sink_functions(GstBaseSinkClass* klass) {
  klass->unlock = gst_omv_image_sink_unlock;
  klass->unlock_stop = gst_omv_image_sink_unlock_stop;
  klass->render = gst_omv_image_sink_render;
  klass->wait_event = gst_omv_image_sink_wait_event;
  klass->event = gst_omv_image_sink_event;
  klass->get_caps = gst_omv_image_sink_get_caps;
  klass->set_caps = gst_omv_image_sink_set_caps;
  klass->query = gst_omv_image_sink_query;
  klass->propose_allocation = gst_omv_image_sink_propose_allocation;
}

static void gst_omv_image_sink_class_init(GstOmvImageSinkClass* klass) {
  GObjectClass* object_class = G_OBJECT_CLASS(klass);
  GstElementClass* element_class = GST_ELEMENT_CLASS(klass);
  object_class->set_property = gst_omv_image_sink_set_property;
  object_class->get_property = gst_omv_image_sink_get_property;
  object_class->finalize = gst_omv_image_sink_finalize;
  omv::gst::install_still_settings(object_class);
  install_signal(klass);
  omv::gst::install_file_ready_signal(object_class);
  install_sink_functions(GST_BASE_SINK_CLASS(klass));
  element_class->change_state = gst_omv_image_sink_change_state;
  element_class->send_event = gst_omv_image_sink_send_event;
  gst_element_class_set_static_metadata(
      element_class, "OpenMV still sink", "Sink/File",
      "Saves frames as BMP, PGM, PPM, JPEG, PNG or raw files: all, some, bursts or on request, within limits",
      "The gst-openmv developers");
  omv::gst::add_pad_template(element_class, "sink", GST_PAD_SINK, GST_PAD_ALWAYS, omv::gst::still_template_caps());
}

static void gst_omv_image_sink_init(GstOmvImageSink* self) {
  self->state = new State();
  gst_base_sink_set_sync(GST_BASE_SINK(self), FALSE);
  gst_base_sink_set_last_sample_enabled(GST_BASE_SINK(self), FALSE);  // it would hold one of upstream's buffers
}
