// SPDX-License-Identifier: LGPL-2.1-or-later
// Lattices of hashed values with smooth interpolation between them.
#include "omv/emulator/noise.h"

#include <algorithm>

namespace omv::emulator {

namespace {

constexpr int kOne = 256;  // fixed point of weights

// 3t^2 - 2t^3 for t in 0..256.
constexpr int smooth(int t) { return t * t * (3 * kOne - 2 * t) / (kOne * kOne); }

constexpr int between(int a, int b, int weight) { return a + (b - a) * weight / kOne; }

int lattice_value(std::uint64_t seed, std::uint32_t x, std::uint32_t y, int amplitude) {
  return static_cast<int>(hash(seed, x, y) >> 16) * 2 * amplitude / 65536 - amplitude;
}

}  // namespace

std::uint32_t hash(std::uint64_t seed, std::uint32_t x, std::uint32_t y) {
  std::uint64_t bits = seed ^ (std::uint64_t{y} << 32 | x);
  bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9u;
  bits = (bits ^ bits >> 27) * 0x94D049BB133111EBu;
  return static_cast<std::uint32_t>((bits ^ bits >> 31) >> 16);
}

void Noise::add_octave(std::uint64_t y_256, std::uint32_t cells, int amplitude, std::uint64_t seed) {
  const std::uint64_t at = y_256 * cells / period_;  // in 1/256 cell
  const auto j = static_cast<std::uint32_t>(at / kOne);
  const int down = smooth(static_cast<int>(at % kOne));
  lattice_.resize(cells + 1);
  for (std::uint32_t i = 0; i < cells; ++i)
    lattice_[i] = between(lattice_value(seed, i, j, amplitude), lattice_value(seed, i, j + 1, amplitude), down);
  lattice_[cells] = lattice_[0];
  const std::uint64_t step = (std::uint64_t{cells} << 16) / period_;
  std::uint64_t position = 0;
  for (int& value : row_) {
    const auto i = static_cast<std::size_t>(position >> 16);
    value += between(lattice_[i], lattice_[i + 1], smooth(static_cast<int>(position >> 8 & 0xFF)));
    position += step;
  }
}

const std::vector<int>& Noise::row(std::uint64_t y_256) {
  std::fill(row_.begin(), row_.end(), 0);
  std::uint32_t cells = shape_.cells;
  int amplitude = shape_.amplitude;
  for (int octave = 0; octave < shape_.octaves && cells <= period_; ++octave) {
    add_octave(y_256, cells, amplitude, seed_ + static_cast<std::uint64_t>(octave));
    cells *= 2;
    amplitude /= 2;
  }
  return row_;
}

}  // namespace omv::emulator
