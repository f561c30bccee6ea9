// SPDX-License-Identifier: LGPL-2.1-or-later
// A camera as what a recording reads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "omv/convert/frame_reader.h"

namespace omv::runner {

/// Properties of omvsrc, with values as on a launch line.
using CameraProperties = std::vector<std::pair<std::string, std::string>>;

/// Frames as they come. One thread.
class CameraFrames {
 public:
  CameraFrames() = default;
  virtual ~CameraFrames() = default;
  CameraFrames(const CameraFrames&) = delete;
  CameraFrames& operator=(const CameraFrames&) = delete;

  /// False at the end. Errors are what the camera says.
  virtual Result<bool> next(convert::TimedFrame& into) = 0;

  /// Frames that came from the camera and were lost on the way, as far as that is known.
  virtual std::uint64_t lost() const = 0;
};

/// Waits for the first frame; frames come until `go_on`, which is asked several times a second, says no.
/// Errc::unsupported: the plugin is missing, or what the camera itself says; Errc::invalid: a value is wrong;
/// Errc::end: there was no frame.
Result<std::unique_ptr<CameraFrames>> open_camera(const CameraProperties& properties, std::function<bool()> go_on);

}  // namespace omv::runner
