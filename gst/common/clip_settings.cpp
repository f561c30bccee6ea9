// SPDX-License-Identifier: LGPL-2.1-or-later
// Specifications of properties, and their values.
#include "common/clip_settings.h"

#include <algorithm>

namespace omv::gst {

namespace {

using clips::ClipSettings;
using clips::OnEos;
using clips::Retrigger;

enum : guint {
  kPropPreTime = kClipTrigger + 1,
  kPropPreFrames,
  kPropMaxBytes,
  kPropPostTime,
  kPropPostFrames,
  kPropGap,
  kPropRetrigger,
  kPropMaxTime,
  kPropMaxClips,
  kPropOnEos,
  kPropLateness,
  kPropMixedCaps,
  kPropEnd
};
static_assert(static_cast<guint>(kPropEnd) <= static_cast<guint>(kClipOwn));

constexpr auto kReadable = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
constexpr auto kTriggerFlags =
    static_cast<GParamFlags>(G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);
constexpr auto kAlways =
    static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

GType retrigger_get_type() {
  static gsize type = 0;
  if (g_once_init_enter(&type)) {
    static const GEnumValue values[] = {
        {static_cast<gint>(Retrigger::extend), "The clip lasts until post-time after the last trigger", "extend"},
        {static_cast<gint>(Retrigger::ignore), "Triggers within a clip change nothing", "ignore"},
        {static_cast<gint>(Retrigger::start_new), "The next clip begins at the trigger, where the first one ends",
         "new"},
        {0, nullptr, nullptr}};
    g_once_init_leave(&type, g_enum_register_static("GstOmvRetrigger", values));
  }
  return type;
}

GType on_eos_get_type() {
  static gsize type = 0;
  if (g_once_init_enter(&type)) {
    static const GEnumValue values[] = {
        {static_cast<gint>(OnEos::discard), "What no trigger asked for is forgotten", "discard"},
        {static_cast<gint>(OnEos::save), "What no trigger asked for becomes a clip", "save"},
        {0, nullptr, nullptr}};
    g_once_init_leave(&type, g_enum_register_static("GstOmvOnEos", values));
  }
  return type;
}

// ---- values --------------------------------------------------------------------------------------------------------

std::optional<Time> time_of(const GValue* value) {
  const guint64 time = g_value_get_uint64(value);
  if (!GST_CLOCK_TIME_IS_VALID(time)) return std::nullopt;
  return Time(static_cast<gint64>(std::min<guint64>(time, G_MAXINT64)));
}

void set_time(GValue* value, std::optional<Time> time) {
  g_value_set_uint64(value, time ? static_cast<guint64>(time->count()) : GST_CLOCK_TIME_NONE);
}

// Where no bound is zero.
void set_bound(GValue* value, Time time) { set_time(value, time > Time(0) ? std::optional(time) : std::nullopt); }

// ---- specifications ------------------------------------------------------------------------------------------------

guint64 preset_of(std::optional<Time> time) { return time ? static_cast<guint64>(time->count()) : GST_CLOCK_TIME_NONE; }

GParamSpec* time_spec(const char* name, const char* nick, const char* blurb, std::optional<Time> preset) {
  return g_param_spec_uint64(name, nick, blurb, 0, G_MAXUINT64, preset_of(preset), kAlways);
}

GParamSpec* count_spec(const char* name, const char* nick, const char* blurb, guint64 least, guint64 preset) {
  return g_param_spec_uint64(name, nick, blurb, least, G_MAXUINT64, preset, kAlways);
}

void install_pre(GObjectClass* klass) {
  const ClipSettings preset;
  const auto install = [klass](guint id, GParamSpec* spec) { g_object_class_install_property(klass, id, spec); };
  install(kPropPreTime,
          time_spec("pre-time", "Time before", "Nanoseconds before the trigger (-1: no bound)", preset.pre_time));
  install(kPropPreFrames,
          count_spec("pre-frames", "Frames before", "Frames before the trigger (0: no bound)", 0, preset.pre_frames));
  install(kPropMaxBytes,
          count_spec("max-bytes", "Most bytes", "Bytes of memory that frames may take while they are held, at any time",
                     1, preset.max_bytes));
  install(kPropLateness,
          time_spec("lateness", "Lateness",
                    "So late (nanoseconds) a trigger may come and still find all of its pre-time", preset.lateness));
}

void install_post(GObjectClass* klass) {
  const ClipSettings preset;
  const auto install = [klass](guint id, GParamSpec* spec) { g_object_class_install_property(klass, id, spec); };
  install(kPropPostTime,
          time_spec("post-time", "Time after", "Nanoseconds after the last trigger (-1: no bound)", preset.post_time));
  install(kPropPostFrames, count_spec("post-frames", "Frames after", "Frames from the last trigger on (0: no bound)", 0,
                                      preset.post_frames));
  install(kPropGap,
          time_spec("gap", "Gap", "A trigger so soon (nanoseconds) after the end continues the clip", preset.gap));
  install(kPropRetrigger, g_param_spec_enum("retrigger", "Retrigger", "What a trigger within a clip does",
                                            retrigger_get_type(), static_cast<gint>(preset.retrigger), kAlways));
  gst_type_mark_as_plugin_api(retrigger_get_type(), static_cast<GstPluginAPIFlags>(0));
}

void install_limits(GObjectClass* klass) {
  const ClipSettings preset;
  const auto install = [klass](guint id, GParamSpec* spec) { g_object_class_install_property(klass, id, spec); };
  install(kPropMaxTime,
          time_spec("max-time", "Greatest length",
                    "A longer clip (nanoseconds) goes on in the next one, without a gap (-1: no bound)", std::nullopt));
  install(kPropMaxClips, count_spec("max-clips", "Most clips", "Clips after which the stream ends (0: no bound)", 0,
                                    preset.max_clips));
  install(kPropOnEos, g_param_spec_enum("on-eos", "On EOS", "What becomes of the ring when the stream ends",
                                        on_eos_get_type(), static_cast<gint>(preset.on_eos), kAlways));
  install(kPropMixedCaps,
          g_param_spec_boolean("mixed-caps", "Mixed caps",
                               "A clip goes on when the caps change (else the next clip begins there, without a gap)",
                               preset.mixed_formats ? TRUE : FALSE, kAlways));
  gst_type_mark_as_plugin_api(on_eos_get_type(), static_cast<GstPluginAPIFlags>(0));
}

void install_others(GObjectClass* klass) {
  g_object_class_install_property(
      klass, kClipStats,
      g_param_spec_boxed("stats", "Statistics",
                         "Counters: frames, what is held, dropped, triggers by what became of them", GST_TYPE_STRUCTURE,
                         kReadable));
  g_object_class_install_property(
      klass, kClipTrigger,
      g_param_spec_string("trigger", "Trigger",
                          "Writing raises a trigger: the name of its source, or a structure omv-trigger as text",
                          nullptr, kTriggerFlags));
}

}  // namespace

void install_clip_settings(GObjectClass* klass) {
  install_pre(klass);
  install_post(klass);
  install_limits(klass);
  install_others(klass);
}

bool set_clip_setting(ClipSettings& settings, guint id, const GValue* value) {
  switch (id) {
    case kPropPreTime: settings.pre_time = time_of(value); break;
    case kPropPreFrames: settings.pre_frames = g_value_get_uint64(value); break;
    case kPropMaxBytes: settings.max_bytes = g_value_get_uint64(value); break;
    case kPropPostTime: settings.post_time = time_of(value); break;
    case kPropPostFrames: settings.post_frames = g_value_get_uint64(value); break;
    case kPropGap: settings.gap = time_of(value).value_or(Time::max()); break;
    case kPropRetrigger: settings.retrigger = static_cast<Retrigger>(g_value_get_enum(value)); break;
    case kPropMaxTime: settings.max_time = time_of(value).value_or(Time(0)); break;
    case kPropMaxClips: settings.max_clips = g_value_get_uint64(value); break;
    case kPropOnEos: settings.on_eos = static_cast<OnEos>(g_value_get_enum(value)); break;
    case kPropLateness: settings.lateness = time_of(value).value_or(Time::max()); break;
    case kPropMixedCaps: settings.mixed_formats = g_value_get_boolean(value) != FALSE; break;
    default: return false;
  }
  return true;
}

bool get_clip_setting(const ClipSettings& settings, guint id, GValue* value) {
  switch (id) {
    case kPropPreTime: set_time(value, settings.pre_time); break;
    case kPropPreFrames: g_value_set_uint64(value, settings.pre_frames); break;
    case kPropMaxBytes: g_value_set_uint64(value, settings.max_bytes); break;
    case kPropPostTime: set_time(value, settings.post_time); break;
    case kPropPostFrames: g_value_set_uint64(value, settings.post_frames); break;
    case kPropGap: set_time(value, settings.gap); break;
    case kPropRetrigger: g_value_set_enum(value, static_cast<gint>(settings.retrigger)); break;
    case kPropMaxTime: set_bound(value, settings.max_time); break;
    case kPropMaxClips: g_value_set_uint64(value, settings.max_clips); break;
    case kPropOnEos: g_value_set_enum(value, static_cast<gint>(settings.on_eos)); break;
    case kPropLateness: set_time(value, settings.lateness); break;
    case kPropMixedCaps: g_value_set_boolean(value, settings.mixed_formats ? TRUE : FALSE); break;
    default: return false;
  }
  return true;
}

void install_trigger_signal(GObjectClass* klass, GCallback handler) {
  g_signal_new_class_handler("trigger", G_TYPE_FROM_CLASS(klass),
                             static_cast<GSignalFlags>(G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION), handler, nullptr, nullptr,
                             nullptr, G_TYPE_BOOLEAN, 1, GST_TYPE_STRUCTURE);
}

}  // namespace omv::gst
