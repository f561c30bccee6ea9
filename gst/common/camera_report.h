// SPDX-License-Identifier: LGPL-2.1-or-later
// What is known about a camera, as structures for messages and properties.
#pragma once

#include <gst/gst.h>

#include <string>

#include "common/camera_capture.h"

namespace omv::gst {

/// omv-camera: board, serial, firmware, protocol.
GstStructure* camera_structure(const camera::BoardInfo& board);

/// omv-stats: the counters, the camera's own rate (fps, 0 = unknown), and the latency that is reported, in nanoseconds.
GstStructure* stats_structure(const CaptureStats& stats);

/// omv-stdout: one line of console text.
GstStructure* line_structure(const std::string& line);

/// omv-script: "running" or "ended", with the exception that ended it unless that is empty.
GstStructure* script_structure(const char* state, const std::string& failure = {});

/// Posts an element message. Call without locks.
void post_structure(GstElement* element, GstStructure* structure);

}  // namespace omv::gst
