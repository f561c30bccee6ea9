// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures on a screen, each as soon as it is handed over: what plays a recording or a camera.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "omv/base/result.h"
#include "omv/image/image.h"

namespace omv::runner {

/// Of one thread; whoever shows frames says when.
class VideoWindow {
 public:
  /// Asked now and then while a sink is waited for; no gives Errc::cancelled.
  using GoOn = std::function<bool()>;

  VideoWindow() = default;
  virtual ~VideoWindow() = default;
  VideoWindow(const VideoWindow&) = delete;
  VideoWindow& operator=(const VideoWindow&) = delete;

  /// Coded or raw; a frame of argb8, which has no pixels, leaves the picture as it is. Waits while the sink has not
  /// taken the one before it. Errc::closed: somebody closed the window.
  virtual Result<void> show(const Frame& frame, const GoOn& go_on) = 0;

  /// GStreamer's names of the keys that were pressed in the window since the last call: "space", "Left", "q".
  virtual std::vector<std::string> take_keys() = 0;

  /// Waits until the sink has had every frame.
  virtual Result<void> finish(const GoOn& go_on) = 0;
};

inline constexpr const char* kUsualSink = "autovideosink";

/// `sink` is an element that takes raw video, or the end of a launch line that begins with one. Errc::unsupported: an
/// element is missing, or kUsualSink finds no screen.
Result<std::unique_ptr<VideoWindow>> open_window(const std::string& sink);

}  // namespace omv::runner
