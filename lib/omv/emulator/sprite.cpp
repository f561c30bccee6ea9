// SPDX-License-Identifier: LGPL-2.1-or-later
// Shaded solids of revolution. Light falls from the upper left.
#include "omv/emulator/sprite.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "omv/emulator/trigonometry.h"

namespace omv::emulator {

namespace {

constexpr std::array<Rgb888, 6> kBallColors = {{
    {214, 48, 40},
    {240, 236, 228},
    {40, 92, 190},
    {240, 236, 228},
    {236, 188, 44},
    {240, 236, 228},
}};
constexpr Rgb888 kBasket = {112, 76, 44};

// Brightness -256..256 of a surface whose normal is (nx, ny, nz) / 256.
int lambert(int nx, int ny, int nz) { return (-110 * nx - 150 * ny + 175 * nz) / 256; }

// Coverage 0..255 of a pixel `outside` sixteenths of a pixel beyond an edge.
std::uint8_t coverage(int outside) { return static_cast<std::uint8_t>(std::clamp(128 - outside * 16, 0, 255)); }

Rgb888 shade(Rgb888 color, int light) {
  const Rgb888 shaded = light < 110 ? mix(color, {20, 24, 36}, (110 - light) * 3 / 4) : color;
  return light > 225 ? mix(shaded, {255, 255, 255}, (light - 225) * 5) : shaded;
}

// Half width of a balloon's envelope at `y` below its top, both in 1/16 pixel: a half ball on a cone.
int envelope(int y, int radius) {
  const int from_equator = y - radius;
  if (from_equator <= 0) return root(std::int64_t{radius} * radius - std::int64_t{from_equator} * from_equator);
  const int cone = from_equator * 100 / radius;  // 0..140 down to the mouth
  return radius - radius * cone * cone / 24000;
}

// The basket and the two ropes that it hangs on.
void paint_basket(Sprite& sprite, int radius, int top) {
  const int half = std::max(1, radius / 6);
  const int middle = sprite.width() / 2;
  const int rope = std::max(1, radius / 40);
  for (int y = top - radius / 4; y < top; ++y)
    for (int x = 0; x < rope; ++x) {
      sprite.at(middle - half + x, y) = {kBasket, 255};
      sprite.at(std::min(middle + half, sprite.width() - 1) - x, y) = {kBasket, 255};
    }
  for (int y = top; y < sprite.height(); ++y)
    for (int x = middle - half; x <= middle + half; ++x)
      if (x >= 0 && x < sprite.width()) sprite.at(x, y) = {lit(kBasket, (middle - x) * 40 / half), 255};
}

std::uint16_t blend_565(std::uint16_t below, Rgb888 above, int alpha) {
  return reduce_to_565(mix(expand_565(below), above, alpha));
}

void draw_row_565(std::uint8_t* row, const Sprite::Pixel* pixels, int count) {
  for (int x = 0; x < count; ++x, row += 2) {
    const int alpha = pixels[x].alpha + (pixels[x].alpha >> 7);
    if (alpha == 256)
      store_le<std::uint16_t>(row, reduce_to_565(pixels[x].color));
    else if (alpha != 0)
      store_le<std::uint16_t>(row, blend_565(load_le<std::uint16_t>(row), pixels[x].color, alpha));
  }
}

void draw_row_grey(std::uint8_t* row, const Sprite::Pixel* pixels, int count) {
  for (int x = 0; x < count; ++x) {
    const int alpha = pixels[x].alpha + (pixels[x].alpha >> 7);
    row[x] = static_cast<std::uint8_t>(row[x] + ((luma(pixels[x].color) - row[x]) * alpha >> 8));
  }
}

}  // namespace

void Sprite::draw(const MutableImageView& image, int x, int y) const {
  const Area seen = clip({x, y, width_, height_}, image.info);
  for (int row = seen.y; row < seen.y + seen.height; ++row) {
    if (seen.width == 0) return;
    const Pixel* pixels = &at(seen.x - x, row - y);
    std::uint8_t* out = image.row(static_cast<std::uint32_t>(row));
    if (image.info.format == PixelFormat::rgb565)
      draw_row_565(out + std::ptrdiff_t{2} * seen.x, pixels, seen.width);
    else
      draw_row_grey(out + seen.x, pixels, seen.width);
  }
}

Sprite make_ball(int radius, int turn) {
  Sprite sprite(2 * radius + 1, 2 * radius + 1);
  for (int y = -radius; y <= radius; ++y)
    for (int x = -radius; x <= radius; ++x) {
      const int distance = root(std::int64_t{256} * (x * x + y * y));
      const int nx = x * 256 / radius;
      const int ny = y * 256 / radius;
      const int nz = root(65536 - nx * nx - ny * ny);
      const int ring = std::max(1, root(65536 - ny * ny));
      const int longitude = arc_sine(std::clamp(nx * 256 / ring, -256, 256)) + 64 + turn;
      const Rgb888 color = kBallColors[static_cast<std::size_t>(longitude & 255) * kBallColors.size() / 256];
      sprite.at(x + radius, y + radius) = {shade(color, lambert(nx, ny, nz)), coverage(distance - 16 * radius)};
    }
  return sprite;
}

Sprite make_balloon(int radius, Rgb888 even, Rgb888 odd) {
  const int mouth = radius * 24 / 10;
  Sprite sprite(2 * radius + 1, radius * 30 / 10 + 1);
  for (int y = 0; y <= mouth; ++y)
    for (int x = -radius; x <= radius; ++x) {
      const int half = std::max(16, envelope(y * 16, radius * 16));
      const int nx = std::clamp(x * 16 * 256 / half, -256, 256);
      const int ny = std::clamp((y - radius) * 256 / (2 * radius), -256, 200);
      const int gore = (arc_sine(nx) + 64) / 16;
      const int light = lambert(nx, ny, root(65536 - nx * nx - ny * ny / 2));
      sprite.at(x + radius, y) = {shade(gore % 2 == 0 ? even : odd, light), coverage(std::abs(x) * 16 - half)};
    }
  paint_basket(sprite, radius, radius * 26 / 10);
  return sprite;
}

Sprite make_shadow(int half_width, int half_height) {
  Sprite sprite(2 * half_width + 1, 2 * half_height + 1);
  for (int y = -half_height; y <= half_height; ++y)
    for (int x = -half_width; x <= half_width; ++x) {
      const int u = x * 256 / std::max(1, half_width);
      const int v = y * 256 / std::max(1, half_height);
      const int distance = root(u * u + v * v);
      const auto alpha = static_cast<std::uint8_t>(std::clamp((256 - distance) * 2, 0, 110));
      sprite.at(x + half_width, y + half_height) = {{24, 36, 16}, alpha};
    }
  return sprite;
}

}  // namespace omv::emulator
