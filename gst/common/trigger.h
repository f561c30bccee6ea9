// SPDX-License-Identifier: LGPL-2.1-or-later
// Triggers: structures of applications, elements and command lines, as the ring understands them.
#pragma once

#include <gst/gst.h>

#include <optional>

#include "common/camera_trigger.h"
#include "omv/recording/clips/clip.h"

namespace omv::gst {

inline constexpr const char* kTriggerName = "omv-trigger";

/// The longest text of a trigger's details that is kept.
inline constexpr std::size_t kMaxTriggerDetails = 4096;

/// What `source` and `running-time` (any whole number, in nanoseconds; GST_CLOCK_TIME_NONE: not told) say; every other
/// field goes into the details, as gst_structure_to_string() writes it, unless that is too long. A structure of another
/// name (a message of level, say) is its own source when it names none. NULL: a trigger that says nothing.
clips::Trigger to_trigger(const GstStructure* structure);

/// For gst-launch-1.0 and gst_util_set_object_arg(): "door" is a trigger with that source, "omv-trigger,
/// source=door, running-time=(guint64)5000000000;" is the whole structure. NULL: a text that begins as a structure and
/// is none.
StructurePtr trigger_from_text(const gchar* text);

/// The same for a property of an element, which warns of such a text.
StructurePtr trigger_from_property(GstElement* element, const gchar* text);

/// The running time now, for a trigger that does not say when it was; nullopt unless the element of this sink pad
/// plays in a live pipeline. Asks upstream: call it without locks.
std::optional<Time> time_of_clock(GstPad* sink_pad);

/// The structure of an event that carries a trigger, upstream or downstream; NULL: another event.
const GstStructure* trigger_of(GstEvent* event);

}  // namespace omv::gst
