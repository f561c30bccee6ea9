// SPDX-License-Identifier: LGPL-2.1-or-later
// Fixed point that fits 16 bit, with roundings that hit the exact value for all but 6 and 3 of 256 samples.
#include "omv/image/full_range.h"

#include <algorithm>
#include <bit>

#include "omv/image/map_units.h"

namespace omv {

namespace {

std::uint8_t clamp8(int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); }

// (y - 16) * 255 / 219 = y - 16 + (y - 16) * 36 / 219.
std::uint8_t stretched_luma(std::uint8_t y) {
  const auto above = static_cast<std::int16_t>(y - 16);
  const auto more = static_cast<std::int16_t>(static_cast<std::int16_t>(above * 84 + 264) >> 9);
  return clamp8(static_cast<std::int16_t>(above + more));
}

// (c - 128) * 255 / 224 + 128 = c + (c - 128) * 31 / 224.
std::uint8_t stretched_chroma(std::uint8_t c) {
  const auto away = static_cast<std::int16_t>(c - 128);
  const auto more = static_cast<std::int16_t>(static_cast<std::int16_t>(away * 142 + 500) >> 10);
  return clamp8(static_cast<std::int16_t>(c + more));
}

// As objects of their own types, so that calls are inlined.
constexpr auto luma = [](std::uint8_t y) { return stretched_luma(y); };
constexpr auto chroma = [](std::uint8_t c) { return stretched_chroma(c); };

}  // namespace

void expand_luma(const std::uint8_t* in, std::size_t count, std::uint8_t* out) {
  map_units<std::uint8_t, std::uint8_t>(in, count, out, luma);
}

void expand_chroma(const std::uint8_t* in, std::size_t count, std::uint8_t* out) {
  map_units<std::uint8_t, std::uint8_t>(in, count, out, chroma);
}

void expand_pairs(const std::uint8_t* in, std::size_t pairs, bool luma_first, std::uint8_t* out) {
  const bool luma_low = luma_first == (std::endian::native == std::endian::little);
  const auto pair = [](auto low, auto high) {
    return [low, high](std::uint16_t unit) {
      const std::uint8_t first = low(static_cast<std::uint8_t>(unit));
      const std::uint8_t second = high(static_cast<std::uint8_t>(unit >> 8));
      return static_cast<std::uint16_t>(first | second << 8);
    };
  };
  if (luma_low)
    map_units<std::uint16_t, std::uint16_t>(in, pairs, out, pair(luma, chroma));
  else
    map_units<std::uint16_t, std::uint16_t>(in, pairs, out, pair(chroma, luma));
}

}  // namespace omv
