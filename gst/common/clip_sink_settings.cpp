// SPDX-License-Identifier: LGPL-2.1-or-later
// Settings as GObject properties, and as options of the writer.
#include "common/clip_sink_settings.h"

#include <array>
#include <chrono>

namespace omv::gst {

namespace {

enum Property : guint {
  kLocation,
  kMuxer,
  kMaxFiles,
  kMaxBytesOnDisk,
  kMaxAge,
  kMinFree,
  kFsync,
  kQueueSize,
};

constexpr auto kInReady =
    static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);

constexpr std::array<storage::NameField, 2> kFields{{{"trigger", false}, {"clip", true}}};

std::string text_of(const GValue* value) {
  const gchar* text = g_value_get_string(value);
  return text != nullptr ? text : "";
}

void set_text(GValue* value, const std::string& text) {
  g_value_set_string(value, text.empty() ? nullptr : text.c_str());
}

}  // namespace

void install_clip_sink_settings(GObjectClass* klass, guint first) {
  const auto install = [klass, first](Property id, GParamSpec* spec) {
    g_object_class_install_property(klass, first + id, spec);
  };
  install(kLocation, g_param_spec_string("location", "Location",
                                         "Pattern of the names: date and time as in strftime, %{index:05d}, %{clip}, "
                                         "%{trigger}, %{ms}, %{running-time}",
                                         nullptr, kInReady));
  install(kMuxer, g_param_spec_string("muxer", "Muxer",
                                      "What makes the file: elements as in gst-launch, gif, or images for a directory "
                                      "of stills (unset: by the extension of the location)",
                                      nullptr, kInReady));
  install(kMaxFiles, g_param_spec_uint("max-files", "Most files", "Clips that are kept; the oldest go first (0: all)",
                                       0, G_MAXUINT, 0, kInReady));
  install(kMaxBytesOnDisk,
          g_param_spec_uint64("max-bytes-on-disk", "Most bytes on the disk",
                              "Bytes of all clips that are kept (0: no limit)", 0, G_MAXUINT64, 0, kInReady));
  install(kMaxAge, g_param_spec_uint64("max-age", "Greatest age",
                                       "Nanoseconds after which a clip goes when the next is saved (0: never)", 0,
                                       G_MAXINT64, 0, kInReady));
  install(kMinFree, g_param_spec_uint64("min-free", "Least free space",
                                        "Bytes of the file system that are left to others (0: none)", 0, G_MAXUINT64, 0,
                                        kInReady));
  install(kFsync, g_param_spec_boolean("fsync", "Sync", "Have each clip on the medium before it gets its name", FALSE,
                                       kInReady));
  install(kQueueSize, g_param_spec_uint64("queue-size", "Queue size", "Bytes of frames that may wait to be written", 0,
                                          G_MAXUINT64, ClipSinkSettings{}.queue_bytes, kInReady));
}

bool set_clip_sink_setting(ClipSinkSettings& settings, guint id, guint first, const GValue* value) {
  storage::Limits& limits = settings.limits;
  if (id < first) return false;
  switch (id - first) {
    case kLocation: settings.location = text_of(value); break;
    case kMuxer: settings.muxer = text_of(value); break;
    case kMaxFiles: limits.max_files = g_value_get_uint(value); break;
    case kMaxBytesOnDisk: limits.max_bytes = g_value_get_uint64(value); break;
    case kMaxAge:
      limits.max_age = std::chrono::ceil<std::chrono::milliseconds>(
          std::chrono::nanoseconds(static_cast<gint64>(g_value_get_uint64(value))));
      break;
    case kMinFree: limits.min_free = g_value_get_uint64(value); break;
    case kFsync: settings.sync = g_value_get_boolean(value) != FALSE; break;
    case kQueueSize: settings.queue_bytes = g_value_get_uint64(value); break;
    default: return false;
  }
  return true;
}

bool get_clip_sink_setting(const ClipSinkSettings& settings, guint id, guint first, GValue* value) {
  const storage::Limits& limits = settings.limits;
  if (id < first) return false;
  switch (id - first) {
    case kLocation: set_text(value, settings.location); break;
    case kMuxer: set_text(value, settings.muxer); break;
    case kMaxFiles: g_value_set_uint(value, static_cast<guint>(limits.max_files)); break;
    case kMaxBytesOnDisk: g_value_set_uint64(value, limits.max_bytes); break;
    case kMaxAge:
      g_value_set_uint64(value, static_cast<guint64>(std::chrono::nanoseconds(limits.max_age).count()));
      break;
    case kMinFree: g_value_set_uint64(value, limits.min_free); break;
    case kFsync: g_value_set_boolean(value, settings.sync ? TRUE : FALSE); break;
    case kQueueSize: g_value_set_uint64(value, settings.queue_bytes); break;
    default: return false;
  }
  return true;
}

Result<ClipDeskOptions> clip_desk_options(const ClipSinkSettings& settings) {
  OMV_TRY(storage::NamePattern pattern, storage::NamePattern::parse(settings.location, kFields));
  OMV_TRY(ClipMuxer muxer, choose_clip_muxer(settings.muxer, settings.location));
  if (muxer.kind == ClipMuxer::Kind::images && settings.limits.any())
    return Error{Errc::unsupported,
                 "muxer=images: max-files, max-bytes-on-disk, max-age and min-free count files, not "
                 "directories"};
  storage::StoreOptions store;
  store.file.sync = settings.sync;
  store.limits = settings.limits;
  return ClipDeskOptions{std::move(muxer), std::move(pattern), std::move(store)};
}

}  // namespace omv::gst
