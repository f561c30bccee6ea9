// SPDX-License-Identifier: LGPL-2.1-or-later
// Pixels as opaque blocks of bytes; transposing goes square by square, so that both pictures stay in the cache.
#include "omv/image/orientation.h"

#include <algorithm>
#include <cstring>
#include <utility>

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

// Columns from x0 on become rows of the result, as far as rows from y0 on are concerned.
template <std::size_t kBytes>
void transpose_part(ConstPixelRows from, Size size, Orientation how, PixelRows to, std::uint32_t x0, std::uint32_t y0,
                    Size part) {
  for (std::uint32_t x = x0; x < x0 + part.width; ++x) {
    std::uint8_t* out = to.data + (how.mirror ? size.width - 1 - x : x) * to.stride;
    const std::uint8_t* in = from.data + std::size_t{x} * kBytes;
    for (std::uint32_t y = y0; y < y0 + part.height; ++y) {
      const std::size_t column = how.flip ? size.height - 1 - y : y;
      std::memcpy(out + column * kBytes, in + y * from.stride, kBytes);
    }
  }
}

// A square of pixels whose rows fill a vector register each.
template <typename Pixel>
struct Square {
  static constexpr std::size_t kSide = 16 / sizeof(Pixel);
  using Row [[gnu::vector_size(16)]] = Pixel;
  struct Rows {
    Row at[kSide];  // an array of the library would lose the attribute
  };

  // The pixels of a and b in turns, from the first half of both or from the second.
  template <std::size_t kFirst, std::size_t... kLane>
  static Row woven(Row a, Row b, std::index_sequence<kLane...>) {
    return __builtin_shufflevector(a, b, (kFirst + kLane / 2 + kLane % 2 * kSide)...);
  }

  template <std::size_t... kPair>
  static Rows weave(const Rows& rows, std::index_sequence<kPair...>) {
    constexpr auto kLanes = std::make_index_sequence<kSide>();
    Rows result;
    ((result.at[2 * kPair] = woven<0>(rows.at[kPair], rows.at[kPair + kSide / 2], kLanes),
      result.at[2 * kPair + 1] = woven<kSide / 2>(rows.at[kPair], rows.at[kPair + kSide / 2], kLanes)),
     ...);
    return result;
  }

  // Weaving the two halves of the rows together, as often as it takes for each row to meet each.
  template <std::size_t kMet = 1>
  static Rows transposed(const Rows& rows) {
    if constexpr (kMet == kSide)
      return rows;
    else
      return transposed<2 * kMet>(weave(rows, std::make_index_sequence<kSide / 2>()));
  }
};

template <typename Pixel>
void transpose_square(ConstPixelRows from, Size size, Orientation how, PixelRows to, std::uint32_t x0,
                      std::uint32_t y0) {
  constexpr std::size_t kSide = Square<Pixel>::kSide;
  typename Square<Pixel>::Rows rows;
  for (std::size_t i = 0; i < kSide; ++i) {
    const std::size_t y = how.flip ? y0 + kSide - 1 - i : y0 + i;
    std::memcpy(&rows.at[i], from.data + y * from.stride + x0 * sizeof(Pixel), sizeof rows.at[i]);
  }
  rows = Square<Pixel>::transposed(rows);
  const std::size_t column = how.flip ? size.height - y0 - kSide : y0;
  for (std::size_t i = 0; i < kSide; ++i) {
    const std::size_t y = how.mirror ? size.width - 1 - x0 - i : x0 + i;
    std::memcpy(to.data + y * to.stride + column * sizeof(Pixel), &rows.at[i], sizeof rows.at[i]);
  }
}

// Whole squares, downwards so that rows of the result are written in one go, as wide as a line of the cache; then what
// is left on the right and below.
template <typename Pixel>
void transpose_squares(ConstPixelRows from, Size size, Orientation how, PixelRows to) {
  constexpr std::uint32_t kSide = Square<Pixel>::kSide;
  const Size whole = {size.width / kSide * kSide, size.height / kSide * kSide};
  constexpr std::uint32_t kStrip = 64 / sizeof(Pixel);
  for (std::uint32_t strip = 0; strip < whole.width; strip += kStrip)
    for (std::uint32_t y = 0; y < whole.height; y += kSide)
      for (std::uint32_t x = strip; x < std::min(strip + kStrip, whole.width); x += kSide)
        transpose_square<Pixel>(from, size, how, to, x, y);
  transpose_part<sizeof(Pixel)>(from, size, how, to, whole.width, 0, {size.width - whole.width, size.height});
  transpose_part<sizeof(Pixel)>(from, size, how, to, 0, whole.height, {whole.width, size.height - whole.height});
}

template <std::size_t kBytes>
void transpose_tiles(ConstPixelRows from, Size size, Orientation how, PixelRows to) {
  for (std::uint32_t y = 0; y < size.height; y += kTile)
    for (std::uint32_t x = 0; x < size.width; x += kTile)
      transpose_part<kBytes>(from, size, how, to, x, y,
                             {std::min(kTile, size.width - x), std::min(kTile, size.height - y)});
}

template <std::size_t kBytes>
void orient_pixels(ConstPixelRows from, Size size, Orientation how, PixelRows to) {
  if (!how.transpose) return orient_rows<kBytes>(from, size, how, to);
  if constexpr (kBytes == 1)
    transpose_squares<std::uint8_t>(from, size, how, to);
  else if constexpr (kBytes == 2)
    transpose_squares<std::uint16_t>(from, size, how, to);
  else if constexpr (kBytes == 4)
    transpose_squares<std::uint32_t>(from, size, how, to);
  else
    transpose_tiles<kBytes>(from, size, how, to);
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
