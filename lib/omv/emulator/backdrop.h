// SPDX-License-Identifier: LGPL-2.1-or-later
// The landscape behind the scene: a closed panorama of sky, mountains, woods and a meadow with a path.
#pragma once

#include <cstdint>
#include <vector>

#include "omv/emulator/canvas.h"
#include "omv/emulator/noise.h"

namespace omv::emulator {

/// Paints the panorama row by row, from the top. Left and right edge fit together.
class Backdrop {
 public:
  /// `period` pixels around, `height` pixels high; both at least 1.
  Backdrop(std::uint32_t period, std::uint32_t height, std::uint64_t seed);

  /// The row below the one before; valid until the next call. To be called `height` times.
  const std::vector<Rgb888>& next_row();

 private:
  int level(int per_mille) const { return static_cast<int>(height_) * per_mille / 1000; }
  std::vector<int> skyline(int per_mille, int amplitude, std::uint32_t cells, std::uint64_t seed) const;
  void paint_sky(int y);
  void paint_mountains(int y);
  void paint_woods(int y);
  void paint_meadow(int y);
  void paint_path(int y);
  void add_grain(int y);

  std::uint32_t period_;
  std::uint32_t height_;
  std::uint64_t seed_;
  std::uint32_t y_ = 0;
  std::vector<int> mountain_top_;  // y of the skyline per column
  std::vector<int> wood_top_;
  Noise clouds_;
  Noise rocks_;
  Noise leaves_;
  Noise grass_;
  Noise tufts_;
  std::vector<Rgb888> row_;
};

}  // namespace omv::emulator
