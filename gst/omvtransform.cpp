// SPDX-License-Identifier: LGPL-2.1-or-later
// The drawing keywords of OpenMV on raw video: crop, scale, channel, palettes, alpha, orientation and fit.

/**
 * SECTION:element-omvtransform
 * @title: omvtransform
 *
 * Crops, scales, turns and recolours raw video of any format in one pass, with the names and the meaning that the
 * drawing functions of OpenMV give to it, and converts it to what downstream takes. What is not asked for costs
 * nothing.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=90 ! omvtransform color-palette=ironbow hint=rotate-90 ! autovideosink
 * ]|
 */

#include "omvtransform.h"

#include <gst/video/navigation.h>

#include <algorithm>
#include <mutex>
#include <string>

#include "common/error.h"
#include "common/pads.h"
#include "common/transform_caps.h"
#include "common/transform_plan.h"
#include "common/transform_properties.h"
#include "omv/image/draw_hints.h"

GST_DEBUG_CATEGORY_STATIC(omv_transform_debug);
#define GST_CAT_DEFAULT omv_transform_debug

namespace {

using omv::Error;
using omv::Result;
using omv::gst::Palettes;
using omv::gst::TransformPlan;
using omv::gst::TransformSettings;

struct State {
  std::mutex lock;  // guards what follows to `shown`
  TransformSettings settings;
  guint version = 1;     // of the settings
  omv::Placement shown;  // of the plan, for events from downstream
  omv::Orientation turned;

  // Streaming thread only, and state changes while it does not run.
  TransformSettings active;
  guint active_version = 0;
  bool usable = false;  // `active` has its palettes
  Palettes palettes;
  TransformPlan plan;
  guint plan_version = 0;  // of the settings that `plan` follows
  std::string refusal;     // what was posted last, while it lasts
};

}  // namespace

struct _GstOmvTransform {
  GstVideoFilter parent;
  State* state;
};

G_DEFINE_TYPE(GstOmvTransform, gst_omv_transform, GST_TYPE_VIDEO_FILTER)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE(omvtransform, "omvtransform", GST_RANK_NONE, GST_TYPE_OMV_TRANSFORM,
                                      GST_DEBUG_CATEGORY_INIT(omv_transform_debug, "omvtransform", 0,
                                                              "OpenMV picture transformations"))

namespace {

// ---- settings ------------------------------------------------------------------------------------------------------

// Once: GStreamer negotiates several times over before it gives up.
void refuse(GstOmvTransform* self, const Error& error) {
  if (self->state->refusal == error.message) return;
  self->state->refusal = error.message;
  GST_ELEMENT_ERROR(self, RESOURCE, SETTINGS, ("%s", error.message.c_str()), (nullptr));
}

bool is_stale(State& state) {
  const std::lock_guard hold(state.lock);
  return state.active_version != state.version;
}

// Takes over what was set since. False after an error was posted, and as long as it lasts.
bool adopt_settings(GstOmvTransform* self) {
  State& state = *self->state;
  const TransformSettings before = state.active;
  {
    const std::lock_guard hold(state.lock);
    if (state.active_version == state.version) return state.usable;
    state.active = state.settings;
    state.active_version = state.version;
  }
  const bool same = state.usable && before.color_palette == state.active.color_palette &&
                    before.alpha_palette == state.active.alpha_palette;
  if (same) return true;
  auto palettes = omv::gst::load_palettes(state.active);
  state.usable = palettes.has_value();
  if (palettes)
    state.palettes = *std::move(palettes);
  else
    refuse(self, palettes.error());
  return state.usable;
}

// ---- the way of a picture ------------------------------------------------------------------------------------------

bool make_plan(GstOmvTransform* self, const GstVideoInfo& from, const GstVideoInfo& to) {
  State& state = *self->state;
  if (!state.usable) return false;
  auto plan = omv::gst::plan_transform(state.active, state.palettes, from, to);
  if (!plan) {
    refuse(self, plan.error());
    return false;
  }
  state.refusal.clear();
  state.plan = *std::move(plan);
  state.plan_version = state.active_version;
  gst_base_transform_set_passthrough(GST_BASE_TRANSFORM(self), state.plan.chain.empty());
  const std::lock_guard hold(state.lock);
  state.shown = state.plan.placement;
  state.turned = omv::orientation_of(state.active.hints);
  return true;
}

// Settings that leave the caps as they are bring no new ones.
bool follow_settings(GstOmvTransform* self) {
  const GstVideoFilter* filter = GST_VIDEO_FILTER(self);
  if (!filter->negotiated || self->state->plan_version == self->state->active_version) return true;
  return make_plan(self, filter->in_info, filter->out_info);
}

// What controllers say at the time of the buffer.
void sync_properties(GstBaseTransform* base, GstBuffer* buffer) {
  if (base->segment.format != GST_FORMAT_TIME) return;
  const GstClockTime time = gst_segment_to_stream_time(&base->segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
  if (GST_CLOCK_TIME_IS_VALID(time)) gst_object_sync_values(GST_OBJECT(base), time);
}

GstFlowReturn submit(GstOmvTransform* self, gboolean is_discont, GstBuffer* buffer) {
  GstBaseTransform* base = GST_BASE_TRANSFORM(self);
  sync_properties(base, buffer);
  if (is_stale(*self->state)) {
    if (!adopt_settings(self)) {
      gst_buffer_unref(buffer);
      return GST_FLOW_ERROR;
    }
    gst_base_transform_reconfigure_src(base);
  }
  const GstFlowReturn submitted =
      GST_BASE_TRANSFORM_CLASS(gst_omv_transform_parent_class)->submit_input_buffer(base, is_discont, buffer);
  if (submitted != GST_FLOW_OK) return submitted;
  return follow_settings(self) ? GST_FLOW_OK : GST_FLOW_ERROR;
}

// ---- metadata ------------------------------------------------------------------------------------------------------

bool is_one_of(const gchar* tag, std::initializer_list<const char*> tags) {
  return std::any_of(tags.begin(), tags.end(), [tag](const char* known) { return g_strcmp0(tag, known) == 0; });
}

bool keeps_places(const GstOmvTransform* self) {
  const GstVideoFilter* filter = GST_VIDEO_FILTER(self);
  const omv::Placement& placement = self->state->plan.placement;
  return placement.source == placement.target && !omv::orientation_of(self->state->active.hints).any() &&
         GST_VIDEO_INFO_WIDTH(&filter->in_info) == GST_VIDEO_INFO_WIDTH(&filter->out_info) &&
         GST_VIDEO_INFO_HEIGHT(&filter->in_info) == GST_VIDEO_INFO_HEIGHT(&filter->out_info);
}

// What is said of the video at all stays true; of places in the picture, when they stay where they are.
bool stays_true(const GstOmvTransform* self, const GstMeta* meta) {
  const bool places = keeps_places(self);
  for (const gchar* const* tag = gst_meta_api_type_get_tags(meta->info->api); tag != nullptr && *tag != nullptr; ++tag)
    if (!is_one_of(*tag, {GST_META_TAG_VIDEO_STR}) &&
        !(places && is_one_of(*tag, {GST_META_TAG_VIDEO_SIZE_STR, GST_META_TAG_VIDEO_ORIENTATION_STR})))
      return false;
  return true;
}

GstEvent* with_coordinates(GstOmvTransform* self, GstEvent* event) {
  omv::Point point;
  if (!gst_navigation_event_get_coordinates(event, &point.x, &point.y)) return event;
  State& state = *self->state;
  {
    const std::lock_guard hold(state.lock);
    if (state.shown.target.width == 0) return event;
    point = omv::to_source(point, state.shown, state.turned);
  }
  event = gst_event_make_writable(event);
  gst_navigation_event_set_coordinates(event, point.x, point.y);
  return event;
}

}  // namespace

// ---- GstBaseTransform ----------------------------------------------------------------------------------------------

static gboolean gst_omv_transform_start(GstBaseTransform* base) {
  GstOmvTransform* self = GST_OMV_TRANSFORM(base);
  return omv::gst::guarded(self, FALSE, [&]() -> gboolean {
    self->state->active_version = 0;  // a file may have become another one
    self->state->usable = false;
    self->state->refusal.clear();
    return adopt_settings(self) ? TRUE : FALSE;
  });
}

static gboolean gst_omv_transform_stop(GstBaseTransform* base) {
  GST_OMV_TRANSFORM(base)->state->plan = {};
  return TRUE;
}

static GstCaps* gst_omv_transform_transform_caps(GstBaseTransform* base, GstPadDirection, GstCaps* caps,
                                                 GstCaps* filter) {
  State& state = *GST_OMV_TRANSFORM(base)->state;
  GstCaps* possible = omv::gst::guarded(base, static_cast<GstCaps*>(nullptr), [&] {
    const std::lock_guard hold(state.lock);
    return omv::gst::possible_caps(caps, state.settings);
  });
  if (filter == nullptr || possible == nullptr) return possible;
  GstCaps* both = gst_caps_intersect_full(filter, possible, GST_CAPS_INTERSECT_FIRST);
  gst_caps_unref(possible);
  return both;
}

static GstCaps* gst_omv_transform_fixate_caps(GstBaseTransform* base, GstPadDirection direction, GstCaps* caps,
                                              GstCaps* choices) {
  GstOmvTransform* self = GST_OMV_TRANSFORM(base);
  return omv::gst::guarded(self, choices, [&] {
    if (direction == GST_PAD_SRC) return omv::gst::best_input(caps, choices);
    (void)adopt_settings(self);
    return omv::gst::best_output(caps, choices, self->state->active);
  });
}

static GstFlowReturn gst_omv_transform_submit_input_buffer(GstBaseTransform* base, gboolean is_discont,
                                                           GstBuffer* buffer) {
  GstOmvTransform* self = GST_OMV_TRANSFORM(base);
  return omv::gst::guarded(self, GST_FLOW_ERROR, [&] { return submit(self, is_discont, buffer); });
}

static gboolean gst_omv_transform_transform_meta(GstBaseTransform* base, GstBuffer* out, GstMeta* meta, GstBuffer* in) {
  if (stays_true(GST_OMV_TRANSFORM(base), meta)) return TRUE;
  return GST_BASE_TRANSFORM_CLASS(gst_omv_transform_parent_class)->transform_meta(base, out, meta, in);
}

static gboolean gst_omv_transform_src_event(GstBaseTransform* base, GstEvent* event) {
  if (GST_EVENT_TYPE(event) == GST_EVENT_NAVIGATION) event = with_coordinates(GST_OMV_TRANSFORM(base), event);
  return GST_BASE_TRANSFORM_CLASS(gst_omv_transform_parent_class)->src_event(base, event);
}

// ---- GstVideoFilter ------------------------------------------------------------------------------------------------

static gboolean gst_omv_transform_set_info(GstVideoFilter* filter, GstCaps*, GstVideoInfo* from, GstCaps*,
                                           GstVideoInfo* to) {
  GstOmvTransform* self = GST_OMV_TRANSFORM(filter);
  return omv::gst::guarded(self, FALSE, [&]() -> gboolean { return make_plan(self, *from, *to) ? TRUE : FALSE; });
}

static GstFlowReturn gst_omv_transform_transform_frame(GstVideoFilter* filter, GstVideoFrame* from, GstVideoFrame* to) {
  GstOmvTransform* self = GST_OMV_TRANSFORM(filter);
  return omv::gst::guarded(self, GST_FLOW_ERROR, [&] {
    const Result<void> done = self->state->plan.chain.run(*from, *to);
    if (done) return GST_FLOW_OK;
    omv::gst::post_error(GST_ELEMENT(self), done.error(), "The picture can't be transformed");
    return GST_FLOW_ERROR;
  });
}

// ---- properties ----------------------------------------------------------------------------------------------------

static void gst_omv_transform_set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  State& state = *GST_OMV_TRANSFORM(object)->state;
  const std::lock_guard hold(state.lock);
  const TransformSettings before = state.settings;
  if (!omv::gst::set_transform_property(state.settings, id, value)) G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  if (state.settings != before) ++state.version;
}

static void gst_omv_transform_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  State& state = *GST_OMV_TRANSFORM(object)->state;
  const std::lock_guard hold(state.lock);
  if (!omv::gst::get_transform_property(state.settings, id, value)) G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
}

// ---- type ----------------------------------------------------------------------------------------------------------

static void gst_omv_transform_finalize(GObject* object) {
  delete GST_OMV_TRANSFORM(object)->state;
  G_OBJECT_CLASS(gst_omv_transform_parent_class)->finalize(object);
}

static void gst_omv_transform_class_init(GstOmvTransformClass* klass) {
  GObjectClass* object_class = G_OBJECT_CLASS(klass);
  GstElementClass* element_class = GST_ELEMENT_CLASS(klass);
  GstBaseTransformClass* base_class = GST_BASE_TRANSFORM_CLASS(klass);
  GstVideoFilterClass* filter_class = GST_VIDEO_FILTER_CLASS(klass);
  object_class->set_property = gst_omv_transform_set_property;
  object_class->get_property = gst_omv_transform_get_property;
  object_class->finalize = gst_omv_transform_finalize;
  omv::gst::install_transform_properties(object_class);
  base_class->start = gst_omv_transform_start;
  base_class->stop = gst_omv_transform_stop;
  base_class->transform_caps = gst_omv_transform_transform_caps;
  base_class->fixate_caps = gst_omv_transform_fixate_caps;
  base_class->submit_input_buffer = gst_omv_transform_submit_input_buffer;
  base_class->transform_meta = gst_omv_transform_transform_meta;
  base_class->src_event = gst_omv_transform_src_event;
  filter_class->set_info = gst_omv_transform_set_info;
  filter_class->transform_frame = gst_omv_transform_transform_frame;
  gst_element_class_set_static_metadata(element_class, "OpenMV picture transformation", "Filter/Effect/Video",
                                        "Crops, scales, turns and recolours raw video as OpenMV's drawing functions do",
                                        "The gst-openmv developers");
  omv::gst::add_pad_template(element_class, "sink", GST_PAD_SINK, GST_PAD_ALWAYS, omv::gst::transform_template_caps());
  omv::gst::add_pad_template(element_class, "src", GST_PAD_SRC, GST_PAD_ALWAYS, omv::gst::transform_template_caps());
}

static void gst_omv_transform_init(GstOmvTransform* self) { self->state = new State; }
