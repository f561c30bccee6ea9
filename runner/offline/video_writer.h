// SPDX-License-Identifier: LGPL-2.1-or-later
// Video of a kind that GStreamer writes, as what a conversion writes.
#pragma once

#include <memory>
#include <string>

#include "omv/convert/frame_writer.h"

namespace omv::runner {

/// ".mkv .mp4 .mov .webm .ts", for messages and documentation.
std::string video_extensions();

/// By the extension. Matroska takes JPEG frames as they are when the first one is JPEG; everything else is encoded as
/// H.264, WebM as VP8. Errc::unsupported for other extensions and where a plugin is missing; Errc::exists.
Result<std::unique_ptr<convert::FrameWriter>> create_video(const std::string& path,
                                                           const convert::WriterOptions& options);

}  // namespace omv::runner
