// SPDX-License-Identifier: LGPL-2.1-or-later
// What the muxers ask of the frames that come in: when they were captured, and what their own headers say.
#pragma once

#include <gst/gst.h>

#include <optional>

#include "omv/base/result.h"
#include "omv/image/coded_header.h"
#include "omv/image/pixel_format.h"

namespace omv::gst {

/// Running time by PTS, else by DTS; nullopt when the buffer has neither or lies outside of the segment.
std::optional<GstClockTimeDiff> running_time(const GstSegment& segment, GstBuffer* buffer);

/// How long a frame lasts at the framerate of the caps; GST_CLOCK_TIME_NONE when it is variable or not told.
GstClockTime nominal_duration(const GstCaps* caps);

/// Size of a frame of the format jpeg or png as its own header says it: caps often leave it out, and sometimes are
/// wrong.
Result<CodedSize> coded_size(PixelFormat format, GstBuffer* buffer);

}  // namespace omv::gst
