// SPDX-License-Identifier: LGPL-2.1-or-later
// The properties of an element that makes clips.
#pragma once

#include <gst/gst.h>

#include "omv/recording/clips/clip.h"

namespace omv::gst {

/// Ids of properties that are no settings, but what the element is about; its own begin with kClipOwn.
enum : guint { kClipStats = 1, kClipTrigger = 2, kClipOwn = 32 };

/// Installs pre-time, pre-frames, max-bytes, post-time, post-frames, gap, retrigger, max-time, max-clips, on-eos,
/// lateness and mixed-caps, and stats (read only) and trigger (write only, for trigger_from_text()). Times are
/// nanoseconds; GST_CLOCK_TIME_NONE is no bound.
void install_clip_settings(GObjectClass* klass);

/// False for an id that is none of a setting.
bool set_clip_setting(clips::ClipSettings& settings, guint id, const GValue* value);
bool get_clip_setting(const clips::ClipSettings& settings, guint id, GValue* value);

/// The action signal trigger(GstStructure), which returns whether it was taken. `handler`:
/// gboolean (*)(Element* self, const GstStructure* structure), of any thread; the structure may be NULL.
void install_trigger_signal(GObjectClass* klass, GCallback handler);

}  // namespace omv::gst
