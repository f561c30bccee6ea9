// SPDX-License-Identifier: LGPL-2.1-or-later
// --pixformat, --framesize, …: what a camera is told to capture.
#pragma once

#include <optional>
#include <vector>

#include "command_line.h"
#include "omv/base/result.h"
#include "runner/offline/camera_frames.h"

namespace omv::tool {

/// Entries for a command line, and what was given there.
class CameraOptions {
 public:
  enum class Letters { none, all };

  /// They write into this. Letters are -p, -s, -r.
  void add_to(std::vector<GOptionEntry>& entries, Letters letters);

  /// Properties of omvsrc besides the device. Errc::invalid names the option.
  Result<runner::CameraProperties> parse() const;

  /// Of JPEG; nullopt: the camera's own rule.
  std::optional<int> quality() const;

 private:
  OptionText pixformat_;
  OptionText framesize_;
  OptionText framerate_;
  OptionText script_;
  gint quality_ = 0;
};

}  // namespace omv::tool
