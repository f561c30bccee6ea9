// SPDX-License-Identifier: LGPL-2.1-or-later
// What `omv recover` does with each kind of recording.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "omv/base/file.h"
#include "omv/recording/avi/rate.h"

namespace omv::tool {

struct SaveOptions {
  std::string input;
  std::optional<avi::Rate> rate;  ///< of AVIs only
  /// Called now and then with the bytes that are done, and those that there are.
  std::function<void(std::uint64_t done, std::uint64_t bytes)> progress;
};

struct Saved {
  std::string what;                ///< "12 frames, 0.480 s"
  std::vector<std::string> notes;  ///< sentences about what was left out
  bool is_lossy = false;
};

/// Everything that is whole in a recording of the kind that its first bytes tell (Motion JPEG AVI, GIF, else ImageIO)
/// into `output`, which is empty and open for writing. On the medium when this succeeds. Errors name the input;
/// Errc::end: there is no frame.
Result<Saved> save_recording(const SaveOptions& options, File& output);

}  // namespace omv::tool
