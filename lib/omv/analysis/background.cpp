// SPDX-License-Identifier: LGPL-2.1-or-later
// Running means; the noise of a cell is learned as its mean absolute deviation.
#include "omv/analysis/background.h"

#include <algorithm>
#include <cmath>

namespace omv::analysis {

namespace {

constexpr float kMaxLevel = 255;
constexpr float kNoiseMargin = 3;  // times the mean absolute deviation: 2.4 standard deviations
constexpr float kMaxNoise = 20;    // grey levels; what trembles more is movement

// Rounds what is not negative; quicker than a function of the C library.
int quarters(float difference) {
  constexpr float kHalf = 0.5F;
  return static_cast<int>(difference * kQuarters + kHalf);
}

}  // namespace

void Background::begin(ConstByteSpan luma) {
  mean_.assign(luma.begin(), luma.end());
  noise_.assign(luma.size(), 0);
  offset_ = 0;
}

float Background::median_offset(ConstByteSpan luma) {
  constexpr std::size_t kHighest = std::size_t{2} * kMaxDifference;
  histogram_.assign(kHighest + 1, 0);
  for (std::size_t i = 0; i < luma.size(); ++i)
    ++histogram_[static_cast<std::size_t>(quarters(luma[i] - mean_[i] + kMaxLevel))];
  std::size_t below = 0;
  std::size_t at = 0;
  while (at < kHighest && 2 * (below += histogram_[at]) <= luma.size()) ++at;
  return static_cast<float>(at) / kQuarters - kMaxLevel;
}

void Background::compare(ConstByteSpan luma, bool ignore_light, std::vector<std::uint16_t>& differences) {
  offset_ = ignore_light ? median_offset(luma) : 0;
  differences.resize(luma.size());
  for (std::size_t i = 0; i < luma.size(); ++i) {
    const float off = std::abs(luma[i] - mean_[i] - offset_) - kNoiseMargin * noise_[i];
    differences[i] = static_cast<std::uint16_t>(quarters(std::clamp(off, 0.0F, kMaxLevel)));
  }
}

void Background::learn(ConstByteSpan luma, const std::vector<std::uint16_t>& differences, int threshold,
                       Shares shares) {
  const float offset = offset_;
  for (std::size_t i = 0; i < luma.size(); ++i) {
    const float rate = differences[i] >= threshold ? shares.moving : shares.still;
    const float off = luma[i] - mean_[i];
    const float deviation = std::min(std::abs(off - offset), kMaxNoise);
    mean_[i] += rate * off;
    noise_[i] += rate * (deviation - noise_[i]);
  }
}

}  // namespace omv::analysis
