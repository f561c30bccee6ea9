// SPDX-License-Identifier: LGPL-2.1-or-later
// What `omv info` says about a Motion JPEG AVI.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "info_output.h"
#include "omv/recording/avi/reader.h"
#include "recording_summary.h"

namespace omv::tool {

/// An AVI and what a walk over it found.
struct AviRecording {
  File file;
  std::optional<avi::Reader> reader;  // of the file
  avi::Contents contents;

  /// Errors name the path.
  static Result<std::unique_ptr<AviRecording>> open(const std::string& path);
};

RecordingSummary summarize(const AviRecording& recording);

/// Frame `n`, whose payload has been read.
FrameLine avi_line(const AviRecording& recording, std::size_t n, ConstByteSpan payload, std::string sha256);

}  // namespace omv::tool
