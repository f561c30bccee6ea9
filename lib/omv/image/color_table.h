// SPDX-License-Identifier: LGPL-2.1-or-later
// Up to 256 colours, and how far two of them are apart.
#pragma once

#include <cstdint>
#include <vector>

#include "omv/image/convert.h"

namespace omv {

/// At most 256 colours; an index is a position.
using ColorTable = std::vector<Rgb888>;

/// The squared distance that quantisation minimises, in which a step of green weighs more than one of red, and that
/// more than one of blue. Scaled so that a step of one in all three components is 3.
inline constexpr int kRedWeight = 3;
inline constexpr int kGreenWeight = 4;
inline constexpr int kBlueWeight = 2;
inline constexpr int kWeightSum = kRedWeight + kGreenWeight + kBlueWeight;

constexpr int weighted_distance(int dr, int dg, int db) {
  const int sum = kRedWeight * dr * dr + kGreenWeight * dg * dg + kBlueWeight * db * db;
  return static_cast<int>(static_cast<unsigned>(sum) / (kWeightSum / 3));  // unsigned: a division less dear
}
constexpr int weighted_distance(Rgb888 a, Rgb888 b) { return weighted_distance(a.r - b.r, a.g - b.g, a.b - b.b); }

}  // namespace omv
