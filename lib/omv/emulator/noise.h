// SPDX-License-Identifier: LGPL-2.1-or-later
// Value noise in integers: the same on every machine, periodic in x so that a picture can be panned for ever.
#pragma once

#include <cstdint>
#include <vector>

namespace omv::emulator {

/// A number that depends on all bits of its arguments and nothing else.
std::uint32_t hash(std::uint64_t seed, std::uint32_t x, std::uint32_t y);

/// One octave and its successors: `cells` across the period, then twice as many with half the amplitude.
struct NoiseShape {
  std::uint32_t cells = 4;
  int octaves = 4;
  int amplitude = 128;  ///< of the first octave: values within ± 2 * amplitude in all
};

/// Rows of smooth noise of `period` values.
class Noise {
 public:
  Noise(std::uint64_t seed, std::uint32_t period, const NoiseShape& shape)
      : seed_(seed), period_(period), shape_(shape), row_(period) {}

  /// The row at height `y`, in pixels of a picture whose pixels are square (fractions: 1/256 pixel).
  /// Valid until the next call.
  const std::vector<int>& row(std::uint64_t y_256);

 private:
  void add_octave(std::uint64_t y_256, std::uint32_t cells, int amplitude, std::uint64_t seed);

  std::uint64_t seed_;
  std::uint32_t period_;
  NoiseShape shape_;
  std::vector<int> row_;
  std::vector<int> lattice_;
};

}  // namespace omv::emulator
