// SPDX-License-Identifier: LGPL-2.1-or-later
// An AVI that was never closed, or that the camera wrote, as a whole one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "omv/base/file.h"
#include "omv/recording/avi/reader.h"

namespace omv::avi {

struct RecoverOptions {
  std::optional<Rate> rate;  ///< instead of Reader::rate()
  /// Called now and then with the bytes of the input that are done.
  std::function<void(std::uint64_t)> progress;
};

struct Recovered {
  std::uint64_t frames = 0;
  std::uint64_t slots = 0;
  std::uint64_t broken_frames = 0;  ///< left out, their time kept: not a whole JPEG
  std::uint64_t damaged_bytes = 0;  ///< of the input between and behind frames
  std::uint64_t other_sizes = 0;    ///< frames of another size than the first one; they are in the output
  Rate rate;
  Nanoseconds length{0};

  bool is_lossy() const { return broken_frames > 0 || damaged_bytes > 0; }
};

/// Copies every whole frame, byte for byte and with its time, into `output`, which is empty and open for writing. Tags
/// and exact times are kept. The output is complete when this succeeds, and on the medium. Errc::end: there is no
/// frame.
Result<Recovered> recover(const Reader& reader, File& output, const RecoverOptions& options = {});

}  // namespace omv::avi
