// SPDX-License-Identifier: LGPL-2.1-or-later
// Mosaic, chroma pairs and threshold.
#include "omv/emulator/repack.h"

#include <array>

#include "omv/image/convert.h"
#include "omv/image/debayer.h"

namespace omv::emulator {

namespace {

Rgb888 color_at(const ImageView& image, std::uint32_t x, std::uint32_t y) {
  return expand_565(load_le<std::uint16_t>(image.row(y) + 2 * std::size_t{x}));
}

void to_bayer(const ImageView& from, const MutableImageView& to) {
  for (std::uint32_t y = 0; y < to.info.height; ++y)
    for (std::uint32_t x = 0; x < to.info.width; ++x) {
      const Rgb888 c = color_at(from, x, y);
      const std::array<std::uint8_t, 3> components = {c.r, c.g, c.b};
      to.row(y)[x] = components[bayer_color_at(to.info.format, x, y)];
    }
}

// yuv422 is Y Cr Y Cb, yvu422 Y Cb Y Cr: even pixels carry the first, odd ones the second.
void to_packed_422(const ImageView& from, const MutableImageView& to) {
  const unsigned cb_column = to.info.format == PixelFormat::yvu422 ? 0 : 1;
  for (std::uint32_t y = 0; y < to.info.height; ++y)
    for (std::uint32_t x = 0; x < to.info.width; ++x) {
      const Rgb888 c = color_at(from, x, y);
      const int cb = (-21 * c.r - 43 * c.g + 64 * c.b) >> 7;
      const int cr = (64 * c.r - 54 * c.g - 10 * c.b) >> 7;
      std::uint8_t* out = to.row(y) + std::size_t{2} * x;
      out[0] = luma(c);
      out[1] = static_cast<std::uint8_t>(((x & 1) == cb_column ? cb : cr) + 128);
    }
}

}  // namespace

PixelFormat painted_format(PixelFormat format) {
  const bool grey = format == PixelFormat::grayscale || format == PixelFormat::binary;
  return grey ? PixelFormat::grayscale : PixelFormat::rgb565;
}

void repack(const ImageView& from, const MutableImageView& to) {
  if (to.info.format == PixelFormat::binary)
    reduce_to_binary(from, to);
  else if (is_bayer(to.info.format))
    to_bayer(from, to);
  else if (is_packed_422(to.info.format))
    to_packed_422(from, to);
  else
    copy_rows(from, to);
}

}  // namespace omv::emulator
