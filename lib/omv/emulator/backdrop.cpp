// SPDX-License-Identifier: LGPL-2.1-or-later
// One function per layer, far to near. Distances are parts of the picture's height, so every size looks alike.
#include "omv/emulator/backdrop.h"

#include <algorithm>

namespace omv::emulator {

namespace {

constexpr Rgb888 kZenith = {62, 112, 186};
constexpr Rgb888 kHorizon = {196, 214, 226};
constexpr Rgb888 kCloud = {248, 247, 244};
constexpr Rgb888 kCloudShade = {176, 186, 202};
constexpr Rgb888 kRock = {104, 112, 130};
constexpr Rgb888 kSnow = {236, 240, 246};
constexpr Rgb888 kWood = {44, 78, 44};
constexpr Rgb888 kFarGrass = {132, 150, 78};
constexpr Rgb888 kNearGrass = {74, 108, 40};
constexpr Rgb888 kDryGrass = {172, 160, 88};
constexpr Rgb888 kPath = {190, 168, 130};

constexpr int kGrain = 9;            // half width of the sensor's noise, in 8-bit levels
constexpr int kMeadowTop = 640;      // per mille of the height
constexpr int kFlowersIn65536 = 90;  // of the meadow's pixels

int clamp256(int value) { return std::clamp(value, 0, 256); }

}  // namespace

Backdrop::Backdrop(std::uint32_t period, std::uint32_t height, std::uint64_t seed)
    : period_(period),
      height_(height),
      seed_(seed),
      mountain_top_(skyline(430, 170, 5, seed + 101)),
      wood_top_(skyline(600, 50, 7, seed + 202)),
      clouds_(seed + 1, period, {6, 5, 128}),
      rocks_(seed + 20, period, {24, 5, 128}),
      leaves_(seed + 40, period, {110, 3, 128}),
      grass_(seed + 60, period, {14, 4, 128}),
      tufts_(seed + 80, period, {160, 3, 128}),
      row_(period) {}

std::vector<int> Backdrop::skyline(int per_mille, int amplitude, std::uint32_t cells, std::uint64_t seed) const {
  std::vector<int> top = Noise(seed, period_, {cells, 6, 128}).row(0);
  for (int& value : top) value = level(per_mille) + value * level(amplitude) / 256;
  return top;
}

void Backdrop::paint_sky(int y) {
  const Rgb888 air = mix(kZenith, kHorizon, clamp256(y * 256 / std::max(level(620), 1)));
  const std::vector<int>& clouds = clouds_.row(static_cast<std::uint64_t>(y) * 256 * 2);
  for (std::size_t x = 0; x < row_.size(); ++x) {
    const int density = clamp256((clouds[x] - 10) * 3);
    row_[x] = mix(air, mix(kCloud, kCloudShade, clamp256((clouds[x] - 60) * 2)), density * 7 / 8);
  }
}

void Backdrop::paint_mountains(int y) {
  const std::vector<int>& rocks = rocks_.row(static_cast<std::uint64_t>(y) * 256);
  const std::size_t slope = std::max<std::size_t>(1, period_ / 320);
  for (std::size_t x = 0; x < row_.size(); ++x) {
    if (y < mountain_top_[x]) continue;
    const int light = (rocks[x] - rocks[(x + slope) % row_.size()]) * 3 / 2;
    const int snow = clamp256((level(405) - y) * 4000 / static_cast<int>(height_) + rocks[x] * 2);
    const Rgb888 face = lit(mix(kRock, kSnow, snow), light);
    row_[x] = mix(face, kHorizon, clamp256(60 + (y - level(300)) * 300 / static_cast<int>(height_)));
  }
}

void Backdrop::paint_woods(int y) {
  const std::vector<int>& leaves = leaves_.row(static_cast<std::uint64_t>(y) * 256);
  const std::size_t slope = std::max<std::size_t>(1, period_ / 480);
  for (std::size_t x = 0; x < row_.size(); ++x) {
    if (y < wood_top_[x] + leaves[x] * level(14) / 256) continue;
    const int light = (leaves[x] - leaves[(x + slope) % row_.size()]) / 2 + leaves[x] / 5;
    row_[x] = mix(lit(kWood, light), kHorizon, 40);
  }
}

// Rows nearer to the horizon are farther away: the ground's texture is drawn out with the distance.
void Backdrop::paint_meadow(int y) {
  const int below = y - level(kMeadowTop);
  if (below < 0) return;
  const auto depth = static_cast<std::uint64_t>(below);
  const std::uint64_t far = height_ / 12 + 1;
  const std::uint64_t ground = std::uint64_t{512} * height_ * depth / (depth + far);
  const std::vector<int>& grass = grass_.row(ground);
  const std::vector<int>& tufts = tufts_.row(ground * 2);
  const int near = clamp256(below * 256 / std::max(level(360), 1));
  const Rgb888 green = mix(kFarGrass, kNearGrass, near);
  const auto flower = static_cast<std::uint32_t>(kFlowersIn65536 * near / 256);
  for (std::size_t x = 0; x < row_.size(); ++x) {
    const Rgb888 patch = mix(green, kDryGrass, clamp256(grass[x] * 3 / 2));
    row_[x] = lit(patch, tufts[x] * (96 + near) / 1400);
    if ((hash(seed_ + 7, static_cast<std::uint32_t>(x), y_) & 0xFFFF) < flower) row_[x] = {250, 226, 90};
  }
}

void Backdrop::paint_path(int y) {
  const int below = y - level(kMeadowTop + 6);
  if (below < 0) return;
  const int period = static_cast<int>(period_);
  const int bend = grass_.row(static_cast<std::uint64_t>(below) * 70)[0] * level(90) / 256;
  const int half = 2 + below * 28 / 100;
  const std::vector<int>& pebbles = tufts_.row(static_cast<std::uint64_t>(below) * 300);
  for (int dx = -half; dx <= half; ++dx) {
    const auto x = static_cast<std::size_t>(((period * 3 / 10 + bend + dx) % period + period) % period);
    const int edge = clamp256((half - std::abs(dx)) * 1024 / (half + 1) + pebbles[x]);
    row_[x] = mix(row_[x], lit(kPath, pebbles[x] / 7), edge);
  }
}

void Backdrop::add_grain(int y) {
  std::uint32_t bits = 0;
  for (std::size_t x = 0; x < row_.size(); ++x, bits >>= 8) {
    if (x % 4 == 0) bits = hash(seed_ + 9, static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y));
    row_[x] = lit(row_[x], static_cast<int>(bits & 0xFF) * (2 * kGrain + 1) / 256 - kGrain);
  }
}

const std::vector<Rgb888>& Backdrop::next_row() {
  const int y = static_cast<int>(y_);
  const int lowest_wood = level(kMeadowTop) + 1;
  if (y < level(620)) paint_sky(y);
  if (y < lowest_wood) paint_mountains(y);
  if (y < lowest_wood) paint_woods(y);
  paint_meadow(y);
  paint_path(y);
  add_grain(y);
  ++y_;
  return row_;
}

}  // namespace omv::emulator
