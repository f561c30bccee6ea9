// SPDX-License-Identifier: LGPL-2.1-or-later
// A small animated GIF of a recording.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "omv/base/result.h"
#include "omv/recording/gif/settings.h"

namespace omv::runner {

struct AnimationOptions {
  std::uint32_t width = 320;  ///< pixels at most, the aspect stays; 0: as recorded
  double rate = 10;           ///< frames a second at most
  gif::Settings gif;
};

struct Recording {
  std::string path;                       ///< a file, or a directory of numbered stills
  std::uint64_t frames = 0;               ///< 0: unknown; likewise the duration
  std::chrono::milliseconds duration{0};  ///< stills have no times: with `frames` this is their rate
};

/// An animation lasts no longer: of a longer recording it is a time lapse.
inline constexpr std::chrono::seconds kLongestAnimation{15};

/// Writes `to`, which appears when it is whole, in place of what was there. `go_on` is asked for each frame; false ends
/// the work with Errc::cancelled. Errc::end: there are no frames. Other errors are those of reading and writing.
Result<void> write_animation(const Recording& recording, const std::string& to, const AnimationOptions& options,
                             const std::function<bool()>& go_on);

}  // namespace omv::runner
