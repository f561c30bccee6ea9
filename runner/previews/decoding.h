// SPDX-License-Identifier: LGPL-2.1-or-later
// How frames of a camera become pixels, by what GStreamer has installed.
#pragma once

#include <gst/gst.h>

#include <string>

#include "omv/base/result.h"

namespace omv::runner {

/// True for frames of video coding, which build upon each other: of these a key frame alone is a picture. Anything that
/// is no picture by itself counts as one of them.
bool is_coded_video(const GstCaps* caps);

/// The elements of a launch line that make raw video of such frames. Errc::unsupported: there are none; the sentence
/// says what to do about it.
Result<std::string> decoding_of(const GstCaps* caps);

}  // namespace omv::runner
