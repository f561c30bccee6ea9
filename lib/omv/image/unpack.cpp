// SPDX-License-Identifier: LGPL-2.1-or-later
// One function per family of raw formats, chosen once per row.
#include "omv/image/unpack.h"

#include <algorithm>
#include <cstring>

#include "omv/image/convert.h"
#include "omv/image/debayer.h"

namespace omv {

namespace {

std::uint8_t clamp8(int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); }

std::uint8_t bit_at(const std::uint8_t* bits, std::uint32_t x) {
  return static_cast<std::uint8_t>(-((bits[x >> 3] >> (x & 7)) & 1));
}

void store_rgbx(std::uint8_t* out, Rgb888 c) {
  out[0] = c.r;
  out[1] = c.g;
  out[2] = c.b;
  out[3] = 255;
}

void store_grey_rgbx(std::uint8_t* out, std::uint8_t grey) { store_rgbx(out, {grey, grey, grey}); }

Rgb888 rgb_from_ycbcr(int y, int cb, int cr) {
  const int u = cb - 128;
  const int v = cr - 128;
  return {clamp8(y + ((179 * v) >> 7)), clamp8(y - ((44 * u + 91 * v) >> 7)), clamp8(y + ((227 * u) >> 7))};
}

// Calls put(x, Y, Cb, Cr) for every pixel. yuv422 stores Y Cr Y Cb, yvu422 Y Cb Y Cr.
template <typename Put>
void for_each_ycbcr(const ImageView& image, std::uint32_t y, Put put) {
  const std::uint8_t* in = image.row(y);
  const std::uint32_t width = image.info.width;
  const bool cb_first = image.info.format == PixelFormat::yvu422;
  std::uint8_t first = 128;
  std::uint8_t second = 128;
  for (std::uint32_t x = 0; x < width; x += 2, in += 4) {
    first = in[1];
    if (x + 1 < width) second = in[3];
    const std::uint8_t cb = cb_first ? first : second;
    const std::uint8_t cr = cb_first ? second : first;
    put(x, in[0], cb, cr);
    if (x + 1 < width) put(x + 1, in[2], cb, cr);
  }
}

void rgb565_to_rgbx(const std::uint8_t* in, std::uint32_t width, std::uint8_t* out) {
  for (std::uint32_t x = 0; x < width; ++x)
    store_rgbx(out + 4 * static_cast<std::size_t>(x), expand_565(load_le<std::uint16_t>(in + 2 * std::size_t{x})));
}

void ycbcr_to_rgbx(const ImageView& image, std::uint32_t y, std::uint8_t* out) {
  for_each_ycbcr(image, y, [out](std::size_t x, std::uint8_t luma, std::uint8_t cb, std::uint8_t cr) {
    store_rgbx(out + 4 * x, rgb_from_ycbcr(luma, cb, cr));
  });
}

}  // namespace

void unpack_row_grey(const ImageView& image, std::uint32_t y, std::uint8_t* out) {
  const std::uint8_t* in = image.row(y);
  const std::uint32_t width = image.info.width;
  if (image.info.format == PixelFormat::binary) {
    for (std::uint32_t x = 0; x < width; ++x) out[x] = bit_at(in, x);
  } else if (image.info.format == PixelFormat::rgb565) {
    for (std::uint32_t x = 0; x < width; ++x)
      out[x] = luma(expand_565(load_le<std::uint16_t>(in + 2 * std::size_t{x})));
  } else if (is_packed_422(image.info.format)) {
    for (std::uint32_t x = 0; x < width; ++x) out[x] = in[2 * std::size_t{x}];
  } else {
    std::memcpy(out, in, width);
  }
}

void unpack_row_rgbx(const ImageView& image, std::uint32_t y, std::uint8_t* out) {
  const std::uint8_t* in = image.row(y);
  const std::uint32_t width = image.info.width;
  if (image.info.format == PixelFormat::rgb565) {
    rgb565_to_rgbx(in, width, out);
  } else if (is_bayer(image.info.format)) {
    debayer_row(image, y, out);
  } else if (is_packed_422(image.info.format)) {
    ycbcr_to_rgbx(image, y, out);
  } else if (image.info.format == PixelFormat::binary) {
    for (std::uint32_t x = 0; x < width; ++x) store_grey_rgbx(out + 4 * std::size_t{x}, bit_at(in, x));
  } else {
    for (std::uint32_t x = 0; x < width; ++x) store_grey_rgbx(out + 4 * std::size_t{x}, in[x]);
  }
}

void unpack_row_ycbcr(const ImageView& image, std::uint32_t y, std::uint8_t* out) {
  for_each_ycbcr(image, y, [out](std::size_t x, std::uint8_t luma, std::uint8_t cb, std::uint8_t cr) {
    out[3 * x] = luma;
    out[3 * x + 1] = cb;
    out[3 * x + 2] = cr;
  });
}

}  // namespace omv
