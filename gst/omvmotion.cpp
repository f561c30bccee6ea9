// SPDX-License-Identifier: LGPL-2.1-or-later
// Watches frames on their way and raises a trigger when something moves.

/**
 * SECTION:element-omvmotion
 * @title: omvmotion
 *
 * Looks for motion in front of a fixed camera, in JPEG (from an eighth of its size, without decoding it) or raw video,
 * a few times a second. Frames pass untouched. In front of the frame where something moves goes an omv-trigger event,
 * which tells where and how much; each analysis posts an omv-motion message, for plotting.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -m omvsrc device='emulator:' num-buffers=90 ! omvmotion rate=10 ! fakesink
 * ]|
 */

#include "omvmotion.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>

#include "common/doubling.h"
#include "common/error.h"
#include "common/luma_reader.h"
#include "common/motion_settings.h"
#include "common/mux_input.h"
#include "common/pads.h"
#include "omv/analysis/motion_detector.h"
#include "omv/analysis/pace.h"

GST_DEBUG_CATEGORY_STATIC(omv_motion_debug);
#define GST_CAT_DEFAULT omv_motion_debug

namespace {

using omv::Error;
using omv::Time;
using omv::analysis::MotionReport;
using omv::gst::MotionProperties;

constexpr Time kUnknownDuration = std::chrono::milliseconds(40);  // of frames without time and rate

struct Counters {
  guint64 frames = 0;
  guint64 analyses = 0;
  guint64 damaged = 0;
  guint64 triggers = 0;
  guint64 held_off = 0;
  guint64 relearned = 0;
};

struct State {
  std::mutex lock;  // guards what follows to `counters`
  MotionProperties properties;
  guint version = 1;
  std::string refusal;  // why a property was not taken
  guint refused = 0;    // its id
  Counters counters;

  // Streaming thread only, and state changes while it does not run.
  MotionProperties active;
  guint active_version = 0;
  omv::gst::LumaReader reader;
  omv::analysis::Pace pace;
  omv::analysis::MotionDetector detector;
  bool blindness_told = false;  // for the active settings
  omv::Frame cells;
  Time frame_duration = kUnknownDuration;
  Time last{0};  // of the frame before
};

enum : guint { kPropStats = omv::gst::kFirstOtherMotionProperty };

}  // namespace

struct _GstOmvMotion {
  GstBaseTransform parent;
  State* state;
};

G_DEFINE_TYPE(GstOmvMotion, gst_omv_motion, GST_TYPE_BASE_TRANSFORM)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE(omvmotion, "omvmotion", GST_RANK_NONE, GST_TYPE_OMV_MOTION,
                                      GST_DEBUG_CATEGORY_INIT(omv_motion_debug, "omvmotion", 0, "motion detector"))

namespace {

// ---- settings ------------------------------------------------------------------------------------------------------

// Takes over what was set since the last frame.
void adopt_settings(GstOmvMotion* self) {
  State& state = *self->state;
  std::string refusal;
  {
    const std::lock_guard hold(state.lock);
    if (state.active_version == state.version) return;
    state.active = state.properties;
    state.active_version = state.version;
    refusal = state.refusal;
  }
  state.detector.configure(state.active.motion);
  state.blindness_told = false;
  if (!refusal.empty()) GST_ELEMENT_WARNING(self, RESOURCE, SETTINGS, ("%s", refusal.c_str()), (nullptr));
}

// Another scene, as far as anybody can tell.
void forget(State& state) {
  state.pace.reset();
  state.detector.reset();
}

template <typename Change>
Counters count(State& state, Change change) {
  const std::lock_guard hold(state.lock);
  change(state.counters);
  return state.counters;
}

GstStructure* stats_structure(State& state) {
  const Counters counters = count(state, [](Counters&) {});
  return gst_structure_new("omvmotion-stats", "frames", G_TYPE_UINT64, counters.frames, "analyses", G_TYPE_UINT64,
                           counters.analyses, "damaged", G_TYPE_UINT64, counters.damaged, "triggers", G_TYPE_UINT64,
                           counters.triggers, "held-off", G_TYPE_UINT64, counters.held_off, "relearned", G_TYPE_UINT64,
                           counters.relearned, nullptr);
}

// ---- what was found ------------------------------------------------------------------------------------------------

GstStructure* found_structure(const char* name, const MotionReport& report, Time time) {
  const auto number = [](std::uint32_t pixels) { return static_cast<gint>(pixels); };
  return gst_structure_new(name, "running-time", G_TYPE_UINT64, static_cast<guint64>(std::max(time, Time(0)).count()),
                           "level", G_TYPE_DOUBLE, report.level, "threshold", G_TYPE_DOUBLE, report.threshold, "area",
                           G_TYPE_DOUBLE, report.area, "x", G_TYPE_INT, number(report.box.x), "y", G_TYPE_INT,
                           number(report.box.y), "w", G_TYPE_INT, number(report.box.width), "h", G_TYPE_INT,
                           number(report.box.height), nullptr);
}

void post(GstOmvMotion* self, GstStructure* structure) {
  gst_element_post_message(GST_ELEMENT(self), gst_message_new_element(GST_OBJECT(self), structure));
}

void raise_trigger(GstOmvMotion* self, const MotionReport& report) {
  GstStructure* trigger = found_structure("omv-trigger", report, *report.trigger);
  gst_structure_set(trigger, "source", G_TYPE_STRING, "motion", nullptr);
  post(self, gst_structure_copy(trigger));
  gst_pad_push_event(GST_BASE_TRANSFORM_SRC_PAD(self), gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, trigger));
}

void tell(GstOmvMotion* self, const MotionReport& report, Time time) {
  State& state = *self->state;
  GST_LOG_OBJECT(self, "level %.2f of %.2f, area %.2f %%%s", report.level, report.threshold, report.area,
                 report.learning ? ", learning" : "");
  count(state, [&](Counters& counters) {
    ++counters.analyses;
    counters.triggers += report.trigger ? 1 : 0;
    counters.held_off += report.held_off ? 1 : 0;
    counters.relearned = state.detector.relearned();
  });
  if (state.active.post_messages) {
    GstStructure* levels = found_structure("omv-motion", report, time);
    gst_structure_set(levels, "moving", G_TYPE_BOOLEAN, report.moving ? TRUE : FALSE, "learning", G_TYPE_BOOLEAN,
                      report.learning ? TRUE : FALSE, nullptr);
    post(self, levels);
  }
  if (report.trigger) raise_trigger(self, report);
}

void tell_damaged(GstOmvMotion* self, const Error& error) {
  const guint64 damaged = count(*self->state, [](Counters& counters) { ++counters.damaged; }).damaged;
  if (!omv::gst::is_doubling(damaged)) return;
  const std::string what = "Frame passed on without looking for motion (" + std::to_string(damaged) + " so far)";
  omv::gst::post_warning(GST_ELEMENT(self), error, what.c_str());
}

void tell_blindness(GstOmvMotion* self, omv::Size picture) {
  State& state = *self->state;
  if (state.detector.watches_anything() || state.blindness_told) return;
  state.blindness_told = true;
  GST_ELEMENT_WARNING(self, RESOURCE, SETTINGS,
                      ("zones: all of them lie outside of the picture of %ux%u", picture.width, picture.height),
                      (nullptr));
}

// ---- frames --------------------------------------------------------------------------------------------------------

// Frames without time follow each other at the rate of the caps.
std::optional<Time> time_of(GstOmvMotion* self, GstBuffer* buffer) {
  State& state = *self->state;
  const GstSegment& segment = GST_BASE_TRANSFORM(self)->segment;
  const bool is_timed = segment.format == GST_FORMAT_TIME && GST_BUFFER_PTS_IS_VALID(buffer);
  if (!is_timed) return state.last + state.frame_duration;
  const auto running = omv::gst::running_time(segment, buffer);
  if (!running) return std::nullopt;
  return Time(*running);
}

// A few lost frames leave the scene as it was.
bool is_other_scene(const State& state, GstBuffer* buffer, Time time) {
  return GST_BUFFER_IS_DISCONT(buffer) && time - state.last > state.active.motion.learning_time;
}

void look_at(GstOmvMotion* self, GstBuffer* buffer) {
  State& state = *self->state;
  adopt_settings(self);
  count(state, [](Counters& counters) { ++counters.frames; });
  const std::optional<Time> time = time_of(self, buffer);
  if (!time) return;
  if (is_other_scene(state, buffer, *time)) forget(state);
  state.last = *time;
  if (!state.pace.is_due(*time, state.active.rate)) return;
  const auto size = state.reader.read(buffer, state.cells);
  if (!size) return tell_damaged(self, size.error());
  const MotionReport report = state.detector.look(state.cells, *size, *time);
  tell_blindness(self, *size);
  tell(self, report, *time);
}

}  // namespace

// ---- GstBaseTransform ----------------------------------------------------------------------------------------------

static gboolean gst_omv_motion_start(GstBaseTransform* base) {
  GstOmvMotion* self = GST_OMV_MOTION(base);
  State& state = *self->state;
  std::string refusal;
  {
    const std::lock_guard hold(state.lock);
    state.counters = {};
    refusal = state.refusal;
  }
  state.active_version = 0;
  state.last = Time(0);
  state.detector = {};
  state.pace = {};
  if (refusal.empty()) return TRUE;
  GST_ELEMENT_ERROR(self, RESOURCE, SETTINGS, ("%s", refusal.c_str()), (nullptr));
  return FALSE;
}

static gboolean gst_omv_motion_set_caps(GstBaseTransform* base, GstCaps* caps, GstCaps*) {
  GstOmvMotion* self = GST_OMV_MOTION(base);
  return omv::gst::guarded(self, FALSE, [&]() -> gboolean {
    const auto known = self->state->reader.set_caps(caps);
    if (!known) {
      omv::gst::post_error(GST_ELEMENT(self), known.error(), "Motion can't be looked for in these frames");
      return FALSE;
    }
    const GstClockTime duration = omv::gst::nominal_duration(caps);
    self->state->frame_duration = GST_CLOCK_TIME_IS_VALID(duration) ? Time(duration) : kUnknownDuration;
    return TRUE;
  });
}

static gboolean gst_omv_motion_sink_event(GstBaseTransform* base, GstEvent* event) {
  const GstEventType type = GST_EVENT_TYPE(event);
  if (type == GST_EVENT_FLUSH_STOP || type == GST_EVENT_STREAM_START) forget(*GST_OMV_MOTION(base)->state);
  return GST_BASE_TRANSFORM_CLASS(gst_omv_motion_parent_class)->sink_event(base, event);
}

static GstFlowReturn gst_omv_motion_transform_ip(GstBaseTransform* base, GstBuffer* buffer) {
  GstOmvMotion* self = GST_OMV_MOTION(base);
  return omv::gst::guarded(self, GST_FLOW_ERROR, [&] {
    look_at(self, buffer);
    return GST_FLOW_OK;
  });
}

// ---- properties ----------------------------------------------------------------------------------------------------

static void gst_omv_motion_set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  State& state = *GST_OMV_MOTION(object)->state;
  const std::lock_guard hold(state.lock);
  const auto known = omv::gst::set_motion_property(state.properties, id, value);
  if (known && !*known) G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  if (!known) {
    state.refusal = known.error().message;
    state.refused = id;
  } else if (state.refused == id) {
    state.refusal.clear();
  }
  ++state.version;
}

static void gst_omv_motion_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  State& state = *GST_OMV_MOTION(object)->state;
  if (id == kPropStats) return g_value_take_boxed(value, stats_structure(state));
  const std::lock_guard hold(state.lock);
  if (!omv::gst::get_motion_property(state.properties, id, value)) G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
}

// ---- type ----------------------------------------------------------------------------------------------------------

static void gst_omv_motion_finalize(GObject* object) {
  delete GST_OMV_MOTION(object)->state;
  G_OBJECT_CLASS(gst_omv_motion_parent_class)->finalize(object);
}

static void gst_omv_motion_class_init(GstOmvMotionClass* klass) {
  GObjectClass* object_class = G_OBJECT_CLASS(klass);
  GstElementClass* element_class = GST_ELEMENT_CLASS(klass);
  GstBaseTransformClass* base_class = GST_BASE_TRANSFORM_CLASS(klass);
  object_class->set_property = gst_omv_motion_set_property;
  object_class->get_property = gst_omv_motion_get_property;
  object_class->finalize = gst_omv_motion_finalize;
  omv::gst::install_motion_properties(object_class);
  g_object_class_install_property(
      object_class, kPropStats,
      g_param_spec_boxed("stats", "Statistics", "Frames, analyses, triggers, and frames that could not be read",
                         GST_TYPE_STRUCTURE, static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)));
  base_class->start = gst_omv_motion_start;
  base_class->set_caps = gst_omv_motion_set_caps;
  base_class->sink_event = gst_omv_motion_sink_event;
  base_class->transform_ip = gst_omv_motion_transform_ip;
  gst_element_class_set_static_metadata(element_class, "OpenMV motion detector", "Filter/Analyzer/Video",
                                        "Raises a trigger when something moves, in JPEG or raw video",
                                        "The gst-openmv developers");
  omv::gst::add_pad_template(element_class, "sink", GST_PAD_SINK, GST_PAD_ALWAYS, omv::gst::luma_caps());
  omv::gst::add_pad_template(element_class, "src", GST_PAD_SRC, GST_PAD_ALWAYS, omv::gst::luma_caps());
}

static void gst_omv_motion_init(GstOmvMotion* self) {
  self->state = new State;
  gst_base_transform_set_passthrough(GST_BASE_TRANSFORM(self), TRUE);
}
