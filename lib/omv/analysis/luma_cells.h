// SPDX-License-Identifier: LGPL-2.1-or-later
// The grid that motion is looked for on: a picture's luma, a value for each 8x8 pixels.
#pragma once

#include <cstdint>

#include "omv/image/image.h"

namespace omv::analysis {

/// Pixels that a side of a cell covers; those at the right and lower edge may cover fewer. A DCT block of JPEG is a
/// cell, its DC coefficient the cell's value.
inline constexpr std::uint32_t kCellSide = 8;

constexpr std::uint32_t cells_across(std::uint32_t pixels) { return (pixels + kCellSide - 1) / kCellSide; }

/// Means of a raw picture's cells: `cells` becomes grayscale of cells_across(width) x cells_across(height), its memory
/// is reused. Any format that unpack_row_grey() knows; luma as it is stored, whatever its range.
void average_cells(const ImageView& picture, Frame& cells);

}  // namespace omv::analysis
