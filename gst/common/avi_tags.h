// SPDX-License-Identifier: LGPL-2.1-or-later
// GStreamer's tags as the INFO list of an AVI, and when a frame was captured.
#pragma once

#include <gst/gst.h>

#include <optional>

#include "omv/recording/avi/tags.h"

namespace omv::gst {

/// The tags that an AVI has a name for. `tags` may be NULL. The software and, where no tag tells it, the date of
/// `captured` are added.
avi::Tags avi_tags(const GstTagList* tags, std::optional<avi::Nanoseconds> captured);

/// Since 1970, when a frame was captured: the date-time of the tags, else what CaptureTime says.
avi::Nanoseconds capture_time(GstElement* element, GstBuffer* buffer, std::optional<avi::Nanoseconds> running_time,
                              const GstTagList* tags);

}  // namespace omv::gst
