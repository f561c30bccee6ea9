// SPDX-License-Identifier: LGPL-2.1-or-later
// Things that move: small pictures with soft edges, painted once, drawn into every frame.
#pragma once

#include <cstdint>
#include <vector>

#include "omv/emulator/canvas.h"

namespace omv::emulator {

class Sprite {
 public:
  struct Pixel {
    Rgb888 color = {};
    std::uint8_t alpha = 0;
  };

  Sprite(int width, int height) : width_(width), height_(height), pixels_(static_cast<std::size_t>(width * height)) {}

  int width() const { return width_; }
  int height() const { return height_; }
  Pixel& at(int x, int y) { return pixels_[static_cast<std::size_t>(y * width_ + x)]; }
  const Pixel& at(int x, int y) const { return pixels_[static_cast<std::size_t>(y * width_ + x)]; }

  /// Draws with the top left corner at x, y; may hang over the edges.
  void draw(const MutableImageView& image, int x, int y) const;

 private:
  int width_;
  int height_;
  std::vector<Pixel> pixels_;
};

/// A shaded ball with `segments` colours around it, turned by `turn` (0..255 = once around). Radius at least 1.
Sprite make_ball(int radius, int turn);

/// A hot-air balloon, `radius` of its envelope at least 1; 2 * radius wide, about 3 * radius high.
Sprite make_balloon(int radius, Rgb888 even, Rgb888 odd);

/// A soft dark ellipse for the ground.
Sprite make_shadow(int half_width, int half_height);

}  // namespace omv::emulator
