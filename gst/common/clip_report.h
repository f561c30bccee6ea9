// SPDX-License-Identifier: LGPL-2.1-or-later
// What is known of a clip when its file is done, and how clip.json says it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "common/clip_input.h"
#include "omv/base/result.h"
#include "omv/recording/clips/clip.h"

namespace omv::gst {

/// What the name of clip.json has behind the name of the clip.
inline constexpr const char* kClipJsonSuffix = ".json";

struct ClipReport {
  clips::Clip clip;            ///< as it was given to the writer, but for as_in_file()
  std::string location;        ///< of the file, or of what there is of it
  bool complete = false;       ///< the file has its name, and its muxer came to an end
  std::optional<Error> error;  ///< why frames are missing, or the file is not complete
  std::string muxer;
  std::string caps;
  std::chrono::nanoseconds wall_clock{0};  ///< of the first frame, since 1970
  std::chrono::nanoseconds file_start{0};  ///< of the first frame in the file, from that of the clip
  std::uint64_t frames = 0;                ///< in the file
  std::uint64_t file_bytes = 0;
  ClipLosses losses;

  /// Counts the triggers' frames and offsets from the beginning of the file, where frames of the clip may be missing.
  void as_in_file();
};

const char* to_string(LossReason reason);

/// The text of clip.json: one object, described in docs/clips.md.
std::string clip_json(const ClipReport& report);

}  // namespace omv::gst
