// SPDX-License-Identifier: LGPL-2.1-or-later
// Pixels as opaque blocks of bytes; transposing goes tile by tile, so that both pictures stay in the cache.
#include "omv/image/orientation.h"

#include <algorithm>
#include <cstring>

namespace omv {

namespace {

constexpr std::uint32_t kTile = 32;

template <std::size_t kBytes>
void mirror_row(const std::uint8_t* from, std::uint32_t width, std::uint8_t* to) {
  const std::uint8_t* last = from + std::size_t{width - 1} * kBytes;
  for (std::uint32_t x = 0; x < width; ++x) std::memcpy(to + x * kBytes, last - x * kBytes, kBytes);
}

template <std::size_t kBytes>
void orient_rows(ConstPixelRows from, Size size, Orientation how, PixelRows to) {
  for (std::uint32_t y = 0; y < size.height; ++y) {
    const std::uint8_t* in = from.data + (how.flip ? size.height - 1 - y : y) * from.stride;
    std::uint8_t* out = to.data + y * to.stride;
    if (how.mirror)
      mirror_row<kBytes>(in, size.width, out);
    else
      std::memcpy(out, in, size.width * kBytes);
  }
}

// Columns x0 to x1 of the source become rows of the result, as far as its rows y0 to y1 are concerned.
template <std::size_t kBytes>
void transpose_tile(ConstPixelRows from, Size size, Orientation how, PixelRows to, std::uint32_t x0, std::uint32_t y0) {
  const std::uint32_t x1 = std::min(x0 + kTile, size.width);
  const std::uint32_t y1 = std::min(y0 + kTile, size.height);
  for (std::uint32_t x = x0; x < x1; ++x) {
    std::uint8_t* out = to.data + (how.mirror ? size.width - 1 - x : x) * to.stride;
    const std::uint8_t* in = from.data + std::size_t{x} * kBytes;
    for (std::uint32_t y = y0; y < y1; ++y) {
      const std::size_t column = how.flip ? size.height - 1 - y : y;
      std::memcpy(out + column * kBytes, in + y * from.stride, kBytes);
    }
  }
}

template <std::size_t kBytes>
void orient_pixels(ConstPixelRows from, Size size, Orientation how, PixelRows to) {
  if (!how.transpose) return orient_rows<kBytes>(from, size, how, to);
  for (std::uint32_t y = 0; y < size.height; y += kTile)
    for (std::uint32_t x = 0; x < size.width; x += kTile) transpose_tile<kBytes>(from, size, how, to, x, y);
}

using OrientFunction = void (*)(ConstPixelRows, Size, Orientation, PixelRows);

OrientFunction function_for(std::size_t pixel_bytes) {
  switch (pixel_bytes) {
    case 1: return orient_pixels<1>;
    case 2: return orient_pixels<2>;
    case 3: return orient_pixels<3>;
    case 4: return orient_pixels<4>;
    case 6: return orient_pixels<6>;
    case 8: return orient_pixels<8>;
    default: return nullptr;
  }
}

}  // namespace

bool can_orient(std::size_t pixel_bytes) { return function_for(pixel_bytes) != nullptr; }

void orient(ConstPixelRows from, Size size, std::size_t pixel_bytes, Orientation how, PixelRows to) {
  function_for(pixel_bytes)(from, size, how, to);
}

}  // namespace omv
