// SPDX-License-Identifier: LGPL-2.1-or-later
// The end of a private pipeline: what a muxer makes goes to an output of the library, which may go back in it.
#pragma once

#include <gst/base/gstbasesink.h>

#include <optional>

#include "omv/base/result.h"
#include "omv/storage/output.h"

namespace omv::gst {

/// A sink for any bytes, floating, that writes to `output`, which outlives it. Segments in bytes move it. Not
/// registered: no application meets it.
GstElement* new_output_sink(storage::Output* output);

/// What the first write that failed said; nothing is written after it. Any thread.
std::optional<Error> output_sink_error(GstElement* sink);

}  // namespace omv::gst
