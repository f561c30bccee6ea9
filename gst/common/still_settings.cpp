// SPDX-License-Identifier: LGPL-2.1-or-later
// One line per property and direction.
#include "common/still_settings.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "common/jpeg_subsampling.h"

namespace omv::gst {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

enum Property : guint {
  kPropLocation = kStillStats + 1,
  kPropQuality,
  kPropSubsampling,
  kPropRoi,
  kPropVariants,
  kPropSource,
  kPropMode,
  kPropEveryNth,
  kPropInterval,
  kPropBurst,
  kPropMaxFiles,
  kPropMaxBytes,
  kPropMaxAge,
  kPropMinFree,
  kPropOverwrite,
  kPropFsync,
  kPropQueueSize,
  kPropOverflow,
  kPropPostMessages,
};

GType mode_get_type() {
  static gsize type = 0;
  if (g_once_init_enter(&type)) {
    static const GEnumValue values[] = {
        {static_cast<gint>(StillMode::every), "Every frame, or as every-nth and interval say", "every"},
        {static_cast<gint>(StillMode::burst), "The first frames, and as many whenever it is asked for", "burst"},
        {static_cast<gint>(StillMode::snapshot), "One frame whenever it is asked for", "snapshot"},
        {0, nullptr, nullptr}};
    g_once_init_leave(&type, g_enum_register_static("GstOmvImageSinkMode", values));
  }
  return type;
}

GType overflow_get_type() {
  static gsize type = 0;
  if (g_once_init_enter(&type)) {
    static const GEnumValue values[] = {{static_cast<gint>(Overflow::block), "The stream waits", "block"},
                                        {static_cast<gint>(Overflow::drop), "The still is dropped and counted", "drop"},
                                        {0, nullptr, nullptr}};
    g_once_init_leave(&type, g_enum_register_static("GstOmvImageSinkOverflow", values));
  }
  return type;
}

std::string text_of(const GValue* value) {
  const gchar* text = g_value_get_string(value);
  return text != nullptr ? text : "";
}

void set_text(GValue* value, const std::string& text) {
  g_value_set_string(value, text.empty() ? nullptr : text.c_str());
}

nanoseconds time_of(const GValue* value) {
  return nanoseconds(static_cast<gint64>(std::min<guint64>(g_value_get_uint64(value), G_MAXINT64)));
}

void set_time(GValue* value, nanoseconds time) { g_value_set_uint64(value, static_cast<guint64>(time.count())); }

void set_roi(StillSettings& settings, const GValue* value) {
  auto roi = roi_from_value(value);
  settings.still.roi = roi ? *roi : std::nullopt;
  settings.roi_error = roi ? "" : roi.error().message;
}

// ---- specifications ------------------------------------------------------------------------------------------------

constexpr auto kReadable = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
constexpr auto kInReady =
    static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
constexpr auto kAlways =
    static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

void install_picture(GObjectClass* klass) {
  const auto install = [klass](guint id, GParamSpec* spec) { g_object_class_install_property(klass, id, spec); };
  install(kPropLocation,
          g_param_spec_string("location", "Location",
                              "Pattern of the files: strftime of the capture time, %{index:05d} or %05d, %{ms}, "
                              "%{running-time}, %{source}; the extension says the format",
                              nullptr, kInReady));
  install(kPropQuality, g_param_spec_int("quality", "Quality", "JPEG quality, 1 (smallest) to 100 (best)", 1, 100,
                                         VersionSettings{}.quality, kInReady));
  install(kPropSubsampling,
          g_param_spec_enum("subsampling", "Subsampling", "How much chroma a JPEG keeps", GST_TYPE_OMV_JPEG_SUBSAMPLING,
                            static_cast<gint>(VersionSettings{}.subsampling), kInReady));
  install(kPropRoi,
          gst_param_spec_array("roi", "Region of interest",
                               "The part <x,y,width,height> of uncompressed frames that is saved (empty: all)",
                               g_param_spec_int("number", "Number", "x, y, width or height", G_MININT, G_MAXINT, 0,
                                                static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)),
                               kInReady));
  install(kPropVariants,
          g_param_spec_string("variants", "Variants",
                              "Further versions of each still, separated by ;: "
                              "NAME,location=\"...\",width=160 (height, scale, quality, subsampling, roi)",
                              nullptr, kInReady));
  install(kPropSource, g_param_spec_string("source", "Source",
                                           "What %{source} stands for (unset: the source of the trigger, else the "
                                           "device that tags name)",
                                           nullptr, kInReady));
  install(kStillIndex, g_param_spec_int("index", "Index", "Number of the next file; names that are taken are skipped",
                                        0, G_MAXINT, 0, kAlways));
  gst_type_mark_as_plugin_api(GST_TYPE_OMV_JPEG_SUBSAMPLING, static_cast<GstPluginAPIFlags>(0));
}

void install_schedule(GObjectClass* klass) {
  const auto install = [klass](guint id, GParamSpec* spec) { g_object_class_install_property(klass, id, spec); };
  const ScheduleSettings preset = StillSettings{}.schedule;
  install(kPropMode, g_param_spec_enum("mode", "Mode", "Which frames are saved", mode_get_type(),
                                       static_cast<gint>(preset.mode), kAlways));
  install(kPropEveryNth, g_param_spec_uint("every-nth", "Every nth", "Of mode every: one of so many frames", 1,
                                           G_MAXUINT, preset.every_nth, kAlways));
  install(kPropInterval, g_param_spec_uint64("interval", "Interval",
                                             "Of mode every: nanoseconds of running time between two stills (0: none)",
                                             0, G_MAXINT64, 0, kAlways));
  install(kPropBurst,
          g_param_spec_uint("burst", "Burst", "Of mode burst: frames of a burst", 1, G_MAXUINT, preset.burst, kAlways));
  gst_type_mark_as_plugin_api(mode_get_type(), static_cast<GstPluginAPIFlags>(0));
}

void install_limits(GObjectClass* klass) {
  const auto install = [klass](guint id, GParamSpec* spec) { g_object_class_install_property(klass, id, spec); };
  install(kPropMaxFiles, g_param_spec_uint("max-files", "Most files",
                                           "Files that are kept, of each version; the oldest go first (0: all)", 0,
                                           G_MAXUINT, 0, kInReady));
  install(kPropMaxBytes, g_param_spec_uint64("max-bytes", "Most bytes",
                                             "Bytes of all files that are kept, of each version (0: no limit)", 0,
                                             G_MAXUINT64, 0, kInReady));
  install(kPropMaxAge, g_param_spec_uint64("max-age", "Greatest age",
                                           "Nanoseconds after which a file goes when the next is saved (0: never)", 0,
                                           G_MAXINT64, 0, kInReady));
  install(kPropMinFree, g_param_spec_uint64("min-free", "Least free space",
                                            "Bytes of the file system that are left to others (0: none)", 0,
                                            G_MAXUINT64, 0, kInReady));
}

void install_writing(GObjectClass* klass) {
  const auto install = [klass](guint id, GParamSpec* spec) { g_object_class_install_property(klass, id, spec); };
  const StillSettings preset;
  install(kPropOverwrite,
          g_param_spec_boolean("overwrite", "Overwrite", "Replace files that have the name already", FALSE, kInReady));
  install(kPropFsync, g_param_spec_boolean("fsync", "Sync", "Have each file on the medium before it gets its name",
                                           FALSE, kInReady));
  install(kPropQueueSize,
          g_param_spec_uint64("queue-size", "Queue size", "Bytes of frames that may wait to be saved; one always may",
                              0, G_MAXUINT64, preset.queue_bytes, kInReady));
  install(kPropOverflow, g_param_spec_enum("overflow", "Overflow", "What happens when the queue is full",
                                           overflow_get_type(), static_cast<gint>(preset.overflow), kInReady));
  install(kPropPostMessages,
          g_param_spec_boolean("post-messages", "Post messages",
                               "Post an element message GstMultiFileSink for each file", FALSE, kInReady));
  install(kStillStats, g_param_spec_boxed(
                           "stats", "Statistics",
                           "Counters: saved, bytes, drops by reason, failed, deleted, queued, and those of every sink",
                           GST_TYPE_STRUCTURE, kReadable));
  gst_type_mark_as_plugin_api(overflow_get_type(), static_cast<GstPluginAPIFlags>(0));
}

}  // namespace

void install_still_settings(GObjectClass* klass) {
  install_picture(klass);
  install_schedule(klass);
  install_limits(klass);
  install_writing(klass);
}

bool set_still_setting(StillSettings& settings, guint id, const GValue* value) {
  VersionSettings& still = settings.still;
  ScheduleSettings& schedule = settings.schedule;
  storage::Limits& limits = settings.limits;
  switch (id) {
    case kPropLocation: still.location = text_of(value); break;
    case kPropQuality: still.quality = g_value_get_int(value); break;
    case kPropSubsampling: still.subsampling = static_cast<formats::Subsampling>(g_value_get_enum(value)); break;
    case kPropRoi: set_roi(settings, value); break;
    case kPropVariants: settings.variants = text_of(value); break;
    case kPropSource: settings.source = text_of(value); break;
    case kPropMode: schedule.mode = static_cast<StillMode>(g_value_get_enum(value)); break;
    case kPropEveryNth: schedule.every_nth = g_value_get_uint(value); break;
    case kPropInterval: schedule.interval = time_of(value); break;
    case kPropBurst: schedule.burst = g_value_get_uint(value); break;
    case kPropMaxFiles: limits.max_files = g_value_get_uint(value); break;
    case kPropMaxBytes: limits.max_bytes = g_value_get_uint64(value); break;
    case kPropMaxAge: limits.max_age = std::chrono::ceil<milliseconds>(time_of(value)); break;
    case kPropMinFree: limits.min_free = g_value_get_uint64(value); break;
    case kPropOverwrite: settings.overwrite = g_value_get_boolean(value) != FALSE; break;
    case kPropFsync: settings.sync = g_value_get_boolean(value) != FALSE; break;
    case kPropQueueSize: settings.queue_bytes = g_value_get_uint64(value); break;
    case kPropOverflow: settings.overflow = static_cast<Overflow>(g_value_get_enum(value)); break;
    case kPropPostMessages: settings.post_messages = g_value_get_boolean(value) != FALSE; break;
    default: return false;
  }
  return true;
}

bool get_still_setting(const StillSettings& settings, guint id, GValue* value) {
  const VersionSettings& still = settings.still;
  const ScheduleSettings& schedule = settings.schedule;
  const storage::Limits& limits = settings.limits;
  switch (id) {
    case kPropLocation: set_text(value, still.location); break;
    case kPropQuality: g_value_set_int(value, still.quality); break;
    case kPropSubsampling: g_value_set_enum(value, static_cast<gint>(still.subsampling)); break;
    case kPropRoi: roi_to_value(still.roi, value); break;
    case kPropVariants: set_text(value, settings.variants); break;
    case kPropSource: set_text(value, settings.source); break;
    case kPropMode: g_value_set_enum(value, static_cast<gint>(schedule.mode)); break;
    case kPropEveryNth: g_value_set_uint(value, schedule.every_nth); break;
    case kPropInterval: set_time(value, schedule.interval); break;
    case kPropBurst: g_value_set_uint(value, schedule.burst); break;
    case kPropMaxFiles: g_value_set_uint(value, static_cast<guint>(limits.max_files)); break;
    case kPropMaxBytes: g_value_set_uint64(value, limits.max_bytes); break;
    case kPropMaxAge: set_time(value, limits.max_age); break;
    case kPropMinFree: g_value_set_uint64(value, limits.min_free); break;
    case kPropOverwrite: g_value_set_boolean(value, settings.overwrite ? TRUE : FALSE); break;
    case kPropFsync: g_value_set_boolean(value, settings.sync ? TRUE : FALSE); break;
    case kPropQueueSize: g_value_set_uint64(value, settings.queue_bytes); break;
    case kPropOverflow: g_value_set_enum(value, static_cast<gint>(settings.overflow)); break;
    case kPropPostMessages: g_value_set_boolean(value, settings.post_messages ? TRUE : FALSE); break;
    default: return false;
  }
  return true;
}

Result<std::vector<StillVersion>> still_versions(const StillSettings& settings) {
  if (!settings.roi_error.empty()) return Error{Errc::invalid, settings.roi_error};
  OMV_TRY(StillVersion still, make_version(settings.still));
  OMV_TRY(std::vector<StillVersion> versions, parse_variants(settings.variants, settings.still));
  const auto same = [&](const StillVersion& variant) { return variant.pattern.text() == still.pattern.text(); };
  if (std::any_of(versions.begin(), versions.end(), same))
    return Error{Errc::invalid, "variants: one has the same location as the still: " + still.pattern.text()};
  versions.insert(versions.begin(), std::move(still));
  return versions;
}

WriterOptions writer_options(const StillSettings& settings) {
  WriterOptions options;
  options.store.file.overwrite = settings.overwrite;
  options.store.file.sync = settings.sync;
  options.store.limits = settings.limits;
  options.queue.max_bytes = settings.queue_bytes;
  options.queue.threads = std::max(1U, std::thread::hardware_concurrency());
  return options;
}

}  // namespace omv::gst
