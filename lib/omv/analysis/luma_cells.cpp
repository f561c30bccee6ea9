// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows of luma, added up to rows of cells.
#include "omv/analysis/luma_cells.h"

#include <algorithm>
#include <vector>

#include "omv/image/unpack.h"

namespace omv::analysis {

namespace {

// Formats whose rows begin with a plane of luma need no unpacking.
bool has_luma_plane(PixelFormat format) { return format == PixelFormat::grayscale || chroma_layout(format) != nullptr; }

void add_row(const std::uint8_t* luma, std::uint32_t width, std::vector<std::uint32_t>& sums) {
  const std::uint32_t whole = width / kCellSide;
  for (std::uint32_t cell = 0; cell < whole; ++cell, luma += kCellSide) {
    std::uint32_t sum = 0;
    for (std::uint32_t x = 0; x < kCellSide; ++x) sum += luma[x];
    sums[cell] += sum;
  }
  for (std::uint32_t x = whole * kCellSide; x < width; ++x) sums[whole] += *luma++;
}

void store_means(std::vector<std::uint32_t>& sums, std::uint32_t width, std::uint32_t rows, std::uint8_t* out) {
  for (std::uint32_t cell = 0; cell < sums.size(); ++cell) {
    const std::uint32_t pixels = std::min(kCellSide, width - cell * kCellSide) * rows;
    out[cell] = static_cast<std::uint8_t>((sums[cell] + pixels / 2) / pixels);
    sums[cell] = 0;
  }
}

}  // namespace

void average_cells(const ImageView& picture, Frame& cells) {
  const auto [format, width, height] = picture.info;
  cells.info = {PixelFormat::grayscale, cells_across(width), cells_across(height)};
  cells.data.resize(static_cast<std::size_t>(payload_bytes(cells.info)));
  std::vector<std::uint32_t> sums(cells.info.width);
  Bytes unpacked(has_luma_plane(format) ? 0 : width);
  for (std::uint32_t y = 0; y < height; ++y) {
    const std::uint8_t* luma = picture.row(y);
    if (!unpacked.empty()) {
      unpack_row_grey(picture, y, unpacked.data());
      luma = unpacked.data();
    }
    add_row(luma, width, sums);
    const std::uint32_t rows = y % kCellSide + 1;
    if (rows == kCellSide || y + 1 == height)
      store_means(sums, width, rows, cells.data.data() + std::size_t{y / kCellSide} * cells.info.width);
  }
}

}  // namespace omv::analysis
