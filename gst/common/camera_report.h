// SPDX-License-Identifier: LGPL-2.1-or-later
// What is known about a camera, as structures for messages and properties.
#pragma once

#include <gst/gst.h>

#include <string>

#include "omv/camera/host_event.h"

namespace omv::gst {

/// omv-camera: board, serial, firmware, protocol.
GstStructure* camera_structure(const camera::BoardInfo& board);

/// omv-stats: the session's counters and the latency that is reported, in nanoseconds.
GstStructure* stats_structure(const camera::HostStats& stats, GstClockTime latency);

/// omv-stdout: one line of console text.
GstStructure* line_structure(const std::string& line);

/// omv-script: "running" or "ended", with the exception that ended it unless that is empty.
GstStructure* script_structure(const char* state, const std::string& failure = {});

/// Posts an element message. Call without locks.
void post_structure(GstElement* element, GstStructure* structure);

}  // namespace omv::gst
