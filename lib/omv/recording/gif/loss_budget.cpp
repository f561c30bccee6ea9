// SPDX-License-Identifier: LGPL-2.1-or-later
// Variance of green in squares masks errors; the factor follows what the pictures before have cost.
#include "omv/recording/gif/loss_budget.h"

#include <algorithm>
#include <cmath>

namespace omv::gif {

namespace {

// The part of the table's error that may be added.
constexpr double kExtra = 0.22;

constexpr double kFirstFactor = 4;
constexpr double kLeastFactor = 1;
constexpr double kMostFactor = 30;
constexpr double kMostAllowance = 3 * 16 * 16;
constexpr double kQuickest = 1.5;  // change of the factor from one picture to the next

// Variances: of what an eye takes for flat, and from which on errors are half hidden.
constexpr double kFlat = 29;
constexpr double kBusy = 300;

}  // namespace

LossBudget::LossBudget(std::uint32_t width, std::uint32_t height)
    : width_(width),
      height_(height),
      blocks_across_((width_ + kBlock - 1) / kBlock),
      allowances_(blocks_across_ * ((height_ + kBlock - 1) / kBlock)),
      factor_(kFirstFactor) {}

void LossBudget::plan(const std::uint8_t* rgbx, double table_error) {
  const double most = std::min(factor_ * table_error, kMostAllowance);
  std::int32_t* allowance = allowances_.data();
  for (std::size_t top = 0; top < height_; top += kBlock) {
    for (std::size_t left = 0; left < width_; left += kBlock) {
      const double hidden = kFlat + variance(rgbx, left, top);
      *allowance++ = static_cast<std::int32_t>(most * hidden / (hidden + kBusy));
    }
  }
}

double LossBudget::variance(const std::uint8_t* rgbx, std::size_t left, std::size_t top) const {
  const std::size_t right = std::min(left + kBlock, width_);
  const std::size_t bottom = std::min(top + kBlock, height_);
  int sum = 0;
  int squares = 0;
  for (std::size_t y = top; y < bottom; ++y) {
    for (std::size_t x = left; x < right; ++x) {
      const int green = rgbx[4 * (y * width_ + x) + 1];
      sum += green;
      squares += green * green;
    }
  }
  const auto count = static_cast<double>((right - left) * (bottom - top));
  const double mean = sum / count;
  return squares / count - mean * mean;
}

void LossBudget::settle(double nearest, double chosen) {
  const double spent = chosen - nearest;
  const double change = spent <= 0 ? kQuickest : std::sqrt(kExtra * nearest / spent);
  factor_ = std::clamp(factor_ * std::clamp(change, 1 / kQuickest, kQuickest), kLeastFactor, kMostFactor);
}

}  // namespace omv::gif
