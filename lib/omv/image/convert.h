// SPDX-License-Identifier: LGPL-2.1-or-later
// Conversions between layouts of the same picture. Everything bigger belongs to GStreamer's video library.
#pragma once

#include "omv/base/bytes.h"
#include "omv/image/image.h"

namespace omv {

/// Copies rows between layouts of the same info. Bytes of `to` beyond row_bytes() are left alone.
void copy_rows(const ImageView& from, const MutableImageView& to);

/// BINARY to 8 bit: 0 -> 0, 1 -> 255 (spec: media, section 1). Same width and height; `to` is grayscale.
void expand_binary(const ImageView& from, const MutableImageView& to);

/// 8 bit to BINARY: set where the value is above 127. Spare bits of the last word become 0.
void reduce_to_binary(const ImageView& from, const MutableImageView& to);

/// Swaps the two bytes of every 16-bit pixel in place: V1.0 RGB565 is big endian. Even number of bytes.
void swap_bytes16(ByteSpan pixels);

/// 565 to 888: the high bits are repeated below (spec: media, section 1).
struct Rgb888 {
  std::uint8_t r, g, b;
};
constexpr Rgb888 expand_565(std::uint16_t pixel) {
  const unsigned r = pixel >> 11;
  const unsigned g = (pixel >> 5) & 63u;
  const unsigned b = pixel & 31u;
  return {static_cast<std::uint8_t>(r << 3 | r >> 2), static_cast<std::uint8_t>(g << 2 | g >> 4),
          static_cast<std::uint8_t>(b << 3 | b >> 2)};
}

/// 888 to 565 by truncation, as the firmware does when it reads 24-bit sources.
constexpr std::uint16_t reduce_to_565(Rgb888 c) {
  return static_cast<std::uint16_t>((c.r >> 3) << 11 | (c.g >> 2) << 5 | c.b >> 3);
}

/// Blue and red difference of a colour, around 128 (spec: media, section 1).
constexpr std::uint8_t chroma_blue(Rgb888 c) {
  return static_cast<std::uint8_t>(128 + ((-21 * c.r - 43 * c.g + 64 * c.b) >> 7));
}
constexpr std::uint8_t chroma_red(Rgb888 c) {
  return static_cast<std::uint8_t>(128 + ((64 * c.r - 54 * c.g - 10 * c.b) >> 7));
}

/// Luma of a colour, exact for every 565 value: (38R + 75G + 15B) >> 7.
constexpr std::uint8_t luma(Rgb888 c) { return static_cast<std::uint8_t>((38 * c.r + 75 * c.g + 15 * c.b) >> 7); }

}  // namespace omv
