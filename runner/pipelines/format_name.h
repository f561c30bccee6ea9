// SPDX-License-Identifier: LGPL-2.1-or-later
// What people call the format of a frame.
#pragma once

#include <gst/gst.h>

#include <string>

namespace omv::runner {

/// "JPEG", "GRAYSCALE", "H.264"; the media type where there is no other name.
std::string format_name(const GstStructure* kind);

}  // namespace omv::runner
