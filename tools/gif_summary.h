// SPDX-License-Identifier: LGPL-2.1-or-later
// What `omv info` says about an animated GIF.
#pragma once

#include <functional>
#include <string>

#include "info_output.h"
#include "omv/base/mapped_file.h"
#include "omv/recording/gif/contents.h"
#include "recording_summary.h"

namespace omv::tool {

/// A GIF and what is in it.
struct GifRecording {
  MappedFile file;
  gif::Contents contents;

  /// Errors name the path.
  static Result<GifRecording> open(const std::string& path);
};

RecordingSummary summarize(const GifRecording& recording);

/// Each frame as it is shown: R, G, B, A of the whole screen, of which `sha256` is taken.
Result<void> for_each_line(const GifRecording& recording, const std::function<std::string(ConstByteSpan)>& sha256,
                           const std::function<void(const FrameLine&)>& use);

}  // namespace omv::tool
