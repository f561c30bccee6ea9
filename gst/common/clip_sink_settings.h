// SPDX-License-Identifier: LGPL-2.1-or-later
// The properties of a sink for clips that say where they go.
#pragma once

#include <gst/gst.h>

#include <string>

#include "common/clip_desk.h"
#include "omv/base/result.h"
#include "omv/storage/retention.h"

namespace omv::gst {

struct ClipSinkSettings {
  std::string location;
  std::string muxer;  ///< empty: by the extension of the location
  storage::Limits limits{.companion = kClipJsonSuffix};
  bool sync = false;
  guint64 queue_bytes = 128u << 20;
};

/// The ids of the properties are from `first` on, fewer than 20.
void install_clip_sink_settings(GObjectClass* klass, guint first);

/// False for an id that is none of these.
bool set_clip_sink_setting(ClipSinkSettings& settings, guint id, guint first, const GValue* value);
bool get_clip_sink_setting(const ClipSinkSettings& settings, guint id, guint first, GValue* value);

/// What they ask for. Errors name the property that is wrong, and what it may be.
Result<ClipDeskOptions> clip_desk_options(const ClipSinkSettings& settings);

}  // namespace omv::gst
