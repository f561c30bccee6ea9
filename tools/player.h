// SPDX-License-Identifier: LGPL-2.1-or-later
// Playing a recording or a camera in a window, with keys and a line that tells where it is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "omv/base/result.h"
#include "omv/convert/frame_reader.h"
#include "omv/convert/play_head.h"
#include "runner/offline/camera_frames.h"
#include "signals.h"

namespace omv::tool {

struct PlayerOptions {
  std::string sink;
  bool quiet = false;
};

struct Played {
  std::size_t shown = 0;        ///< frames
  std::size_t passed_over = 0;  ///< there was no time to show them, or a camera was paused
  std::uint64_t lost = 0;       ///< on the way from a camera
  bool is_interrupted = false;  ///< by a signal
};

/// Until the end, a key, the window or a signal ends it. `signals` was made before any thread.
Result<Played> play_recording(convert::FrameReader& reader, const convert::PlayOptions& how,
                              const PlayerOptions& options, const EndSignals& signals);
Result<Played> play_camera(const runner::CameraProperties& camera, bool paused, const PlayerOptions& options,
                           const EndSignals& signals);

}  // namespace omv::tool
