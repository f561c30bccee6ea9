// SPDX-License-Identifier: LGPL-2.1-or-later
// What is whole in a recording of any kind that was not finished, as a recording of the same kind.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "omv/base/file.h"
#include "omv/recording/avi/rate.h"

namespace omv::convert {

struct RecoverOptions {
  std::string input;
  std::optional<avi::Rate> rate;  ///< of AVIs only
  /// Called now and then with the bytes that are done, and those that there are.
  std::function<void(std::uint64_t done, std::uint64_t bytes)> progress;
  const std::atomic<bool>* cancelled = nullptr;  ///< may be null; set by any thread, ends it soon
};

struct Recovered {
  std::string what;                ///< "12 frames, 0.480 s"
  std::vector<std::string> notes;  ///< sentences about what was left out
  bool is_lossy = false;
  std::uint64_t frames = 0;
  std::chrono::nanoseconds length{0};
};

/// Everything that is whole in a recording of the kind that its first bytes tell (Motion JPEG AVI, GIF, else ImageIO)
/// into `output`, which is empty and open for writing. On the medium when this succeeds. Errors name the input;
/// Errc::end: there is no frame. Errc::cancelled.
Result<Recovered> recover_recording(const RecoverOptions& options, File& output);

}  // namespace omv::convert
