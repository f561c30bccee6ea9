// SPDX-License-Identifier: LGPL-2.1-or-later
// The font, drawn by hand: seven rows of five pixels, the leftmost is bit 4.
#include "omv/emulator/glyphs.h"

#include <algorithm>
#include <array>

namespace omv::emulator {

namespace {

struct Glyph {
  char character;
  std::array<std::uint8_t, kGlyphHeight> rows;
};

constexpr std::array<Glyph, 13> kFont = {{
    {'0', {0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110}},
    {'1', {0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110}},
    {'2', {0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111}},
    {'3', {0b11110, 0b00001, 0b00001, 0b01110, 0b00001, 0b00001, 0b11110}},
    {'4', {0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010}},
    {'5', {0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110}},
    {'6', {0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110}},
    {'7', {0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000}},
    {'8', {0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110}},
    {'9', {0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100}},
    {':', {0b00000, 0b00100, 0b00100, 0b00000, 0b00100, 0b00100, 0b00000}},
    {'.', {0b00000, 0b00000, 0b00000, 0b00000, 0b00000, 0b01100, 0b01100}},
    {'#', {0b01010, 0b01010, 0b11111, 0b01010, 0b11111, 0b01010, 0b01010}},
}};

const Glyph* find(char character) {
  const auto glyph = std::find_if(kFont.begin(), kFont.end(), [=](const Glyph& g) { return g.character == character; });
  return glyph == kFont.end() ? nullptr : &*glyph;
}

void draw_glyph(const MutableImageView& image, int x, int y, int scale, const Glyph& glyph, Rgb888 color) {
  for (int row = 0; row < kGlyphHeight; ++row)
    for (int column = 0; column < 5; ++column)
      if ((glyph.rows[static_cast<std::size_t>(row)] >> (4 - column) & 1) != 0)
        fill(image, {x + column * scale, y + row * scale, scale, scale}, color);
}

}  // namespace

void draw_text(const MutableImageView& image, int x, int y, int scale, std::string_view text, Rgb888 color) {
  for (const char character : text) {
    if (const Glyph* glyph = find(character)) draw_glyph(image, x, y, scale, *glyph, color);
    x += kGlyphAdvance * scale;
  }
}

}  // namespace omv::emulator
