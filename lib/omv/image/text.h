// SPDX-License-Identifier: LGPL-2.1-or-later
// Words and numbers in a picture: a font of 5x7 pixels, with two more below the line, for ASCII.
#pragma once

#include <string_view>

#include "omv/image/draw.h"

namespace omv {

inline constexpr int kGlyphAdvance = 6;  ///< pixels from one character to the next, at scale 1
inline constexpr int kGlyphHeight = 7;   ///< of capitals and figures
inline constexpr int kGlyphDescent = 2;  ///< of letters like g, below them

/// Every font pixel is a square of `scale` pixels; (x, y) is the upper left corner of the first character. Characters
/// that are not ASCII 32 to 126 become '?'. Clipped at the edges of the picture, whose format is as for put_pixel().
void draw_text(const MutableImageView& image, int x, int y, int scale, std::string_view text, Rgb888 color);

/// Pixels from the left of the first character to the right of the last.
int text_width(std::string_view text, int scale);

}  // namespace omv
