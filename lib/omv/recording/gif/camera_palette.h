// SPDX-License-Identifier: LGPL-2.1-or-later
// The two palettes of 128 entries that the camera's own GIFs have (spec: media, section 5.1).
#pragma once

#include <cstdint>

#include "omv/image/color_table.h"

namespace omv::gif {

/// Two bits of red, three of green, two of blue; or 128 greys.
ColorTable camera_table(bool grey);

/// The entry that the camera gives a colour: it cuts bits off and does not look for the nearest.
constexpr std::uint8_t camera_index(bool grey, Rgb888 color) {
  if (grey) return luma(color) >> 1;
  return static_cast<std::uint8_t>(color.r >> 6 << 5 | color.g >> 5 << 2 | color.b >> 6);
}

}  // namespace omv::gif
