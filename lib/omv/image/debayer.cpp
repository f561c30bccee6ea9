// SPDX-License-Identifier: LGPL-2.1-or-later
// Bilinear interpolation of Bayer mosaics, one row at a time.
#include "omv/image/debayer.h"

namespace omv {

namespace {

constexpr unsigned kRed = 0;
constexpr unsigned kGreen = 1;
constexpr unsigned kBlue = 2;

std::uint32_t before(std::uint32_t i, std::uint32_t count) { return i > 0 ? i - 1 : count > 1 ? 1 : 0; }
std::uint32_t after(std::uint32_t i, std::uint32_t count) { return i + 1 < count ? i + 1 : count > 1 ? count - 2 : 0; }

constexpr unsigned average(unsigned a, unsigned b) { return (a + b) >> 1; }

// The three rows around the one being interpolated.
struct Rows {
  const std::uint8_t* above;
  const std::uint8_t* here;
  const std::uint8_t* below;
};

// `l` and `r` are the columns left and right of `x`.
void at_red_or_blue(const Rows& rows, std::uint32_t l, std::uint32_t x, std::uint32_t r, unsigned own,
                    std::uint8_t* out) {
  out[own] = rows.here[x];
  out[kGreen] =
      static_cast<std::uint8_t>(average(average(rows.here[l], rows.here[r]), average(rows.above[x], rows.below[x])));
  out[kBlue - own] =
      static_cast<std::uint8_t>(average(average(rows.above[l], rows.below[l]), average(rows.above[r], rows.below[r])));
  out[3] = 255;
}

void at_green(const Rows& rows, std::uint32_t l, std::uint32_t x, std::uint32_t r, unsigned beside, std::uint8_t* out) {
  out[kGreen] = rows.here[x];
  out[beside] = static_cast<std::uint8_t>(average(rows.here[l], rows.here[r]));
  out[kBlue - beside] = static_cast<std::uint8_t>(average(rows.above[x], rows.below[x]));
  out[3] = 255;
}

}  // namespace

unsigned bayer_color_at(PixelFormat format, std::uint32_t x, std::uint32_t y) {
  const unsigned cell = (y & 1) << 1 | (x & 1);
  switch (format) {
    case PixelFormat::bayer_bggr: return cell == 0 ? kBlue : cell == 3 ? kRed : kGreen;
    case PixelFormat::bayer_gbrg: return cell == 1 ? kBlue : cell == 2 ? kRed : kGreen;
    case PixelFormat::bayer_grbg: return cell == 1 ? kRed : cell == 2 ? kBlue : kGreen;
    default: return cell == 0 ? kRed : cell == 3 ? kBlue : kGreen;
  }
}

void debayer_row(const ImageView& image, std::uint32_t y, std::uint8_t* rgbx) {
  const auto [format, width, height] = image.info;
  const Rows rows = {image.row(before(y, height)), image.row(y), image.row(after(y, height))};
  const unsigned even = bayer_color_at(format, 0, y);
  const unsigned odd = bayer_color_at(format, 1, y);
  const unsigned own = even == kGreen ? odd : even;
  for (std::uint32_t x = 0; x < width; ++x) {
    const std::uint32_t l = before(x, width);
    const std::uint32_t r = after(x, width);
    if (((x & 1) != 0 ? odd : even) == kGreen)
      at_green(rows, l, x, r, own, rgbx + 4 * static_cast<std::size_t>(x));
    else
      at_red_or_blue(rows, l, x, r, own, rgbx + 4 * static_cast<std::size_t>(x));
  }
}

}  // namespace omv
