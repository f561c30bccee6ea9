// SPDX-License-Identifier: LGPL-2.1-or-later
// Writing and reading the cells of the mark.
#include "omv/emulator/scene_code.h"

#include <algorithm>
#include <array>
#include <string>

#include "omv/base/crc.h"
#include "omv/emulator/canvas.h"

namespace omv::emulator {

namespace {

constexpr std::uint32_t kCells = CodeGrid::kColumns * CodeGrid::kRows;
using Words = std::array<std::uint16_t, CodeGrid::kRows>;  // one per row of cells

std::uint16_t checksum(const SceneCode& code) {
  std::array<std::uint8_t, 8> bytes = {};
  store_le(bytes.data(), code.sequence);
  store_le(bytes.data() + 4, code.time_ms);
  return crc16(bytes);
}

Words words_of(const SceneCode& code) {
  return {static_cast<std::uint16_t>(code.sequence >> 16), static_cast<std::uint16_t>(code.sequence),
          static_cast<std::uint16_t>(code.time_ms >> 16), static_cast<std::uint16_t>(code.time_ms), checksum(code)};
}

bool bit_of(const Words& words, std::uint32_t row, std::uint32_t column) {
  return (words[row] >> (CodeGrid::kColumns - 1 - column) & 1) != 0;
}

unsigned luma_at(const ImageView& image, std::uint32_t x, std::uint32_t y) {
  const std::uint8_t* row = image.row(y);
  switch (image.info.format) {
    case PixelFormat::binary: return (row[x >> 3] >> (x & 7) & 1) != 0 ? 255 : 0;
    case PixelFormat::rgb565: return luma(expand_565(load_le<std::uint16_t>(row + 2 * std::size_t{x})));
    case PixelFormat::yuv422:
    case PixelFormat::yvu422: return row[2 * std::size_t{x}];
    default: return row[x];
  }
}

// A span of pixels along one axis, of which the middle half is looked at.
struct Middle {
  std::uint32_t first;
  std::uint32_t last;
};

// `from`..`to` in the size that the picture was made for, mapped to the size it has.
Middle middle_of(std::uint32_t from, std::uint32_t to, std::uint64_t made, std::uint64_t now) {
  const std::uint64_t quarter = (to - from) / 4;
  const std::uint64_t first = (from + quarter) * now / made;
  const std::uint64_t end = (to - quarter) * now / made;
  return {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(std::max(first, end == 0 ? 0 : end - 1))};
}

bool read_cell(const ImageView& image, const Middle& across, const Middle& down) {
  unsigned sum = 0;
  unsigned count = 0;
  for (std::uint32_t y = down.first; y <= down.last; ++y)
    for (std::uint32_t x = across.first; x <= across.last; ++x, ++count) sum += luma_at(image, x, y);
  return sum > 127 * count;
}

Error no_mark(const char* why, const FrameInfo& info) {
  return {Errc::invalid, std::string("no scene code in a picture of ") + std::to_string(info.width) + "x" +
                             std::to_string(info.height) + " pixels: " + why};
}

}  // namespace

std::optional<CodeGrid> code_grid(std::uint32_t width, std::uint32_t height) {
  const std::uint32_t wanted = std::max<std::uint32_t>(4, width / 80 & ~3u);
  const std::uint32_t cell = std::min({width / CodeGrid::kColumns, height / (2 * CodeGrid::kRows), wanted});
  if (cell == 0) return std::nullopt;
  const bool has_margin = cell >= 4 && (CodeGrid::kColumns + 2) * cell <= width;
  const std::uint32_t margin = has_margin ? cell : 0;
  return CodeGrid{margin, margin, cell};
}

bool write_code(const MutableImageView& image, const SceneCode& code) {
  const auto grid = code_grid(image.info.width, image.info.height);
  if (!grid) return false;
  const Words words = words_of(code);
  const int side = static_cast<int>(grid->cell);
  for (std::uint32_t i = 0; i < kCells; ++i) {
    const std::uint32_t row = i / CodeGrid::kColumns;
    const std::uint32_t column = i % CodeGrid::kColumns;
    const auto level = static_cast<std::uint8_t>(bit_of(words, row, column) ? 255 : 0);
    fill(image,
         {static_cast<int>(grid->x + column * grid->cell), static_cast<int>(grid->y + row * grid->cell), side, side},
         {level, level, level});
  }
  return true;
}

Result<SceneCode> read_code(const ImageView& image) {
  return read_code_made_for(image.info.width, image.info.height, image);
}

Result<SceneCode> read_code_made_for(std::uint32_t width, std::uint32_t height, const ImageView& image) {
  if (row_bytes(image.info.format, 1) == 0)
    return Error{Errc::unsupported,
                 "a scene code is read from raw pictures, not from " + std::string(to_string(image.info.format))};
  const auto grid = code_grid(width, height);
  if (!grid || image.info.width == 0 || image.info.height == 0) return no_mark("too small", image.info);
  Words words = {};
  for (std::uint32_t i = 0; i < kCells; ++i) {
    const std::uint32_t row = i / CodeGrid::kColumns;
    const std::uint32_t left = grid->x + i % CodeGrid::kColumns * grid->cell;
    const std::uint32_t top = grid->y + row * grid->cell;
    const bool bit = read_cell(image, middle_of(left, left + grid->cell, width, image.info.width),
                               middle_of(top, top + grid->cell, height, image.info.height));
    words[row] = static_cast<std::uint16_t>(words[row] << 1 | (bit ? 1 : 0));
  }
  const SceneCode code = {std::uint32_t{words[0]} << 16 | words[1], std::uint32_t{words[2]} << 16 | words[3]};
  if (words[4] != checksum(code)) return no_mark("checksum", image.info);
  return code;
}

}  // namespace omv::emulator
