// SPDX-License-Identifier: LGPL-2.1-or-later
// The colours that serve a picture best.
#pragma once

#include "omv/image/color_histogram.h"
#include "omv/image/color_table.h"

namespace omv {

/// At most `colors` (1..256) colours for the counted ones, by weighted_distance(): boxes are cut where their variance
/// is largest, then refined. Where boxes are cut, rare colours count a little more than their number. A picture with so
/// few colours that each cell gets its own is exact when each cell holds one colour only. The same histogram always
/// gives the same table. An empty histogram gives black.
ColorTable quantize(const ColorHistogram& histogram, unsigned colors);

}  // namespace omv
