// SPDX-License-Identifier: LGPL-2.1-or-later
// What is told of a file that was saved.
#pragma once

#include <gst/gst.h>

#include "common/still_writer.h"

namespace omv::gst {

/// A structure GstMultiFileSink with the fields that multifilesink gives it, and bytes, source, variant, wall-clock
/// (nanoseconds since 1970) and, when the still was asked for with a structure, trigger.
GstStructure* saved_structure(const Still& still, const SavedFile& file);

/// Adds the counters to a sink's statistics. `writer` may be null.
void add_still_stats(GstStructure* stats, const StillCounters& counters, const StillWriter* writer);

}  // namespace omv::gst
