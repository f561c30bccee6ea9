// SPDX-License-Identifier: LGPL-2.1-or-later
// How a PNG is packed.
#pragma once

namespace omv::formats {

/// Row filters of PNG. `adaptive` chooses one for each row by the smallest sum of differences.
enum class PngFilter { none, sub, up, average, paeth, adaptive };

/// The defaults are the smallest files at the highest speed, by measurement (docs/benchmarks.md).
struct PngSettings {
  int compression_level = 1;  ///< 0 (stored) .. 9 (smallest)
  PngFilter filter = PngFilter::paeth;
};

}  // namespace omv::formats
