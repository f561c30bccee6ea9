// SPDX-License-Identifier: LGPL-2.1-or-later
// A GIF's colour table and the rule by which a colour gets an entry of it.
#pragma once

#include <cstdint>
#include <utility>

#include "omv/image/nearest_color.h"
#include "omv/recording/gif/camera_palette.h"

namespace omv::gif {

/// One thread at a time.
class ColorMapper {
 public:
  /// The nearest of 1..255 colours.
  static ColorMapper nearest(ColorTable table) { return ColorMapper(std::move(table), Rule::nearest); }

  /// The camera's fixed table, by the camera's rule.
  static ColorMapper camera(bool grey) {
    return ColorMapper(camera_table(grey), grey ? Rule::camera_grey : Rule::camera_color);
  }

  const ColorTable& table() const { return nearest_.table(); }

  std::uint8_t index(Rgb888 color) {
    return rule_ == Rule::nearest ? nearest_.index(color) : camera_index(rule_ == Rule::camera_grey, color);
  }

  /// The index behind the colours, which stands for what is shown already.
  std::uint8_t transparent() const { return static_cast<std::uint8_t>(table().size()); }

  /// Bits of an index, 2..8.
  unsigned index_bits() const {
    unsigned bits = 2;
    while ((1U << bits) < table().size() + 1) ++bits;
    return bits;
  }

 private:
  enum class Rule { nearest, camera_color, camera_grey };
  ColorMapper(ColorTable table, Rule rule) : nearest_(std::move(table)), rule_(rule) {}

  NearestColor nearest_;
  Rule rule_;
};

}  // namespace omv::gif
