// SPDX-License-Identifier: LGPL-2.1-or-later
// Any video that GStreamer plays, as what a conversion reads.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "omv/convert/frame_reader.h"

namespace omv::runner {

/// The first video stream: JPEG frames as they are, others as grayscale, rgb565 or rgb888. `go_on` is asked several
/// times a second while something is waited for; once it has said no, it says no for ever, and everything is
/// Errc::cancelled. Errc::unsupported: there is no video in it, or a plugin is missing.
Result<std::unique_ptr<convert::FrameReader>> open_video(const std::string& path, std::function<bool()> go_on);

}  // namespace omv::runner
