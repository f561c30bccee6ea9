// SPDX-License-Identifier: LGPL-2.1-or-later
// The mark in every picture of the synthetic scene: which frame this is, for machines; the oracle of loss tests.
#pragma once

#include <cstdint>
#include <optional>

#include "omv/base/result.h"
#include "omv/image/image.h"

namespace omv::emulator {

struct SceneCode {
  std::uint32_t sequence = 0;
  std::uint32_t time_ms = 0;

  bool operator==(const SceneCode&) const = default;
};

/// Where the mark is: 16 x 5 square cells, black = 0, white = 1, row by row: sequence (32 bits, most significant
/// first), time_ms (32), crc16 of those eight little-endian bytes (16).
struct CodeGrid {
  static constexpr std::uint32_t kColumns = 16;
  static constexpr std::uint32_t kRows = 5;

  std::uint32_t x = 0;  ///< top left corner in pixels
  std::uint32_t y = 0;
  std::uint32_t cell = 0;  ///< side of a cell in pixels

  std::uint32_t right() const { return x + kColumns * cell; }
  std::uint32_t bottom() const { return y + kRows * cell; }
};

/// The grid of a picture of this size; nullopt below 16x10, where no mark fits.
/// From 64x48 up the cells are 4 pixels or more and survive JPEG at quality 35 with 4:2:0. Smaller pictures carry the
/// whole mark in cells of 1 to 3 pixels, which only raw formats (BINARY included) are sure to keep.
std::optional<CodeGrid> code_grid(std::uint32_t width, std::uint32_t height);

/// Draws the mark into a grayscale or rgb565 picture. False when no mark fits; nothing is drawn then.
bool write_code(const MutableImageView& image, const SceneCode& code);

/// Reads the mark of a picture in any raw format. Errc::invalid when its checksum is wrong, that is, when there is no
/// mark or it is damaged; Errc::unsupported for compressed formats (decode first).
Result<SceneCode> read_code(const ImageView& image);

/// The same of a picture that was made as `width` x `height` and then scaled to the size it has.
Result<SceneCode> read_code_made_for(std::uint32_t width, std::uint32_t height, const ImageView& image);

}  // namespace omv::emulator
