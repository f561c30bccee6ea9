// SPDX-License-Identifier: LGPL-2.1-or-later
// The camera's integers: halves are added, then cut off.
#include "omv/recording/gif/camera_palette.h"

namespace omv::gif {

namespace {

// (value * 255 + most / 2) / most, in which a half of an odd number counts.
std::uint8_t spread(unsigned value, unsigned most) {
  return static_cast<std::uint8_t>((2 * value * 255 + most) / (2 * most));
}

}  // namespace

ColorTable camera_table(bool grey) {
  ColorTable table;
  for (unsigned i = 0; i < 128; ++i) {
    const std::uint8_t value = spread(i, 127);
    if (grey) {
      table.push_back({value, value, value});
    } else {
      table.push_back({spread(i >> 5 & 3, 3), spread(i >> 2 & 7, 7), spread(i & 3, 3)});
    }
  }
  return table;
}

}  // namespace omv::gif
