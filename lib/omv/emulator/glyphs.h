// SPDX-License-Identifier: LGPL-2.1-or-later
// Numbers that people can read in a picture: a 5x7 font of the characters that counters and clocks need.
#pragma once

#include <cstdint>
#include <string_view>

#include "omv/emulator/canvas.h"

namespace omv::emulator {

inline constexpr int kGlyphAdvance = 6;  ///< pixels from one character to the next, at scale 1
inline constexpr int kGlyphHeight = 7;

/// Draws digits, ':', '.' and '#' (others stay blank) with every font pixel as a square of `scale` pixels.
/// Clipped at the edges of the picture.
void draw_text(const MutableImageView& image, int x, int y, int scale, std::string_view text, Rgb888 color);

}  // namespace omv::emulator
