// SPDX-License-Identifier: LGPL-2.1-or-later
// One function per family of raw formats, chosen once per row.
#include "omv/image/unpack.h"

#include <algorithm>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

// Calls put(x, Y, Cb, Cr) for every pixel of 4:2:2 in one plane. yuv422 stores Y Cr Y Cb, yvu422 Y Cb Y Cr, uyvy
// Cb Y Cr Y.
template <typename Put>
void for_each_ycbcr(const ImageView& image, std::uint32_t y, Put put) {
  const std::uint8_t* in = image.row(y);
  const std::uint32_t width = image.info.width;
  const bool cb_first = image.info.format != PixelFormat::yuv422;
  const std::size_t luma_at = image.info.format == PixelFormat::uyvy ? 1 : 0;
  const std::size_t chroma_at = 1 - luma_at;
  std::uint8_t first = 128;
  std::uint8_t second = 128;
  for (std::uint32_t x = 0; x < width; x += 2, in += 4) {
    first = in[chroma_at];
    if (x + 1 < width) second = in[chroma_at + 2];
    const std::uint8_t cb = cb_first ? first : second;
    const std::uint8_t cr = cb_first ? second : first;
    put(x, in[luma_at], cb, cr);
    if (x + 1 < width) put(x + 1, in[luma_at + 2], cb, cr);
  }
}

#ifdef __SSE2__
// Eight pixels at a time; how many pixels that were. GCC takes three times as long for what it makes of the plain loop.
std::size_t rgb565_registers_to_rgbx(const std::uint8_t* in, std::size_t width, std::uint8_t* out) {
  constexpr std::size_t kPixels = sizeof(__m128i) / 2;
  const auto bits = [](__m128i value, int mask) {
    return _mm_and_si128(value, _mm_set1_epi16(static_cast<short>(mask)));
  };
  std::size_t x = 0;
  for (; x + kPixels <= width; x += kPixels) {
    const __m128i p = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + 2 * x));
    const __m128i r = _mm_or_si128(bits(_mm_srli_epi16(p, 8), 0xF8), _mm_srli_epi16(p, 13));
    const __m128i g = _mm_or_si128(bits(_mm_slli_epi16(p, 5), 0xFC00), bits(_mm_srli_epi16(p, 1), 0x0300));
    const __m128i b = _mm_or_si128(bits(_mm_slli_epi16(p, 3), 0xF8), bits(_mm_srli_epi16(p, 2), 0x07));
    const __m128i rg = _mm_or_si128(r, g);
    const __m128i bx = _mm_or_si128(b, _mm_set1_epi16(static_cast<short>(0xFF00)));
    auto* to = reinterpret_cast<__m128i*>(out + 4 * x);
    _mm_storeu_si128(to, _mm_unpacklo_epi16(rg, bx));
    _mm_storeu_si128(to + 1, _mm_unpackhi_epi16(rg, bx));
  }
  return x;
}
#else
std::size_t rgb565_registers_to_rgbx(const std::uint8_t*, std::size_t, std::uint8_t*) { return 0; }
#endif

void rgb565_to_rgbx(const std::uint8_t* in, std::size_t width, std::uint8_t* out) {
  for (std::size_t x = rgb565_registers_to_rgbx(in, width, out); x < width; ++x)
    store_rgbx(out + 4 * x, expand_565(load_le<std::uint16_t>(in + 2 * x)));
}

// The same for formats with planes.
template <typename Put>
void for_each_ycbcr_of_planes(const ImageView& image, const ChromaLayout& layout, std::uint32_t y, Put put) {
  const std::uint8_t* luma = image.row(y);
  const std::uint8_t* cb = image.cb.row(y >> layout.shift_y);
  const std::uint8_t* cr = image.cr.row(y >> layout.shift_y);
  for (std::size_t x = 0; x < image.info.width; ++x) {
    const std::size_t chroma = (x >> layout.shift_x) * layout.step;
    put(x, luma[x], cb[chroma], cr[chroma]);
  }
}

template <typename Put>
void for_each_chroma_pixel(const ImageView& image, std::uint32_t y, Put put) {
  if (const ChromaLayout* layout = chroma_layout(image.info.format))
    return for_each_ycbcr_of_planes(image, *layout, y, put);
  for_each_ycbcr(image, y, put);
}

bool has_chroma(PixelFormat format) {
  return is_packed_422(format) || format == PixelFormat::uyvy || chroma_layout(format) != nullptr;
}

bool is_two_bytes_with_luma(PixelFormat format) {
  return is_packed_422(format) || format == PixelFormat::uyvy || format == PixelFormat::gray16;
}

// Calls put(x, colour) for every pixel of 24 or 32 bit.
template <typename Put>
void for_each_rgb(const ImageView& image, const RgbLayout& layout, std::uint32_t y, Put put) {
  const std::uint8_t* in = image.row(y);
  for (std::size_t x = 0; x < image.info.width; ++x, in += layout.step)
    put(x, Rgb888{in[layout.r], in[layout.g], in[layout.b]});
}

void rgbx_to_ycbcr(const std::uint8_t* rgbx, std::uint32_t width, std::uint8_t* out) {
  for (std::size_t x = 0; x < width; ++x, rgbx += 4, out += 3) {
    const Rgb888 c = {rgbx[0], rgbx[1], rgbx[2]};
    out[0] = luma(c);
    out[1] = chroma_blue(c);
    out[2] = chroma_red(c);
  }
}

void ycbcr_to_rgbx(const ImageView& image, std::uint32_t y, std::uint8_t* out) {
  for_each_chroma_pixel(image, y, [out](std::size_t x, std::uint8_t luma, std::uint8_t cb, std::uint8_t cr) {
    store_rgbx(out + 4 * x, rgb_from_ycbcr(luma, cb, cr));
  });
}

}  // namespace

void unpack_row_grey(const ImageView& image, std::uint32_t y, std::uint8_t* out) {
  const std::uint8_t* in = image.row(y);
  const std::size_t width = image.info.width;
  const PixelFormat format = image.info.format;
  if (format == PixelFormat::binary) {
    for (std::uint32_t x = 0; x < width; ++x) out[x] = bit_at(in, x);
  } else if (format == PixelFormat::rgb565) {
    for (std::size_t x = 0; x < width; ++x) out[x] = luma(expand_565(load_le<std::uint16_t>(in + 2 * x)));
  } else if (is_two_bytes_with_luma(format)) {
    const std::size_t at = format == PixelFormat::uyvy || format == PixelFormat::gray16 ? 1 : 0;
    for (std::size_t x = 0; x < width; ++x) out[x] = in[2 * x + at];
  } else if (const RgbLayout* layout = rgb_layout(format)) {
    for_each_rgb(image, *layout, y, [out](std::size_t x, Rgb888 colour) { out[x] = luma(colour); });
  } else {
    std::memcpy(out, in, width);
  }
}

void unpack_row_rgbx(const ImageView& image, std::uint32_t y, std::uint8_t* out) {
  const std::uint8_t* in = image.row(y);
  const std::uint32_t width = image.info.width;
  const PixelFormat format = image.info.format;
  if (format == PixelFormat::rgb565) {
    rgb565_to_rgbx(in, width, out);
  } else if (is_bayer(format)) {
    debayer_row(image, y, out);
  } else if (has_chroma(format)) {
    ycbcr_to_rgbx(image, y, out);
  } else if (const RgbLayout* layout = rgb_layout(format)) {
    for_each_rgb(image, *layout, y, [out](std::size_t x, Rgb888 colour) { store_rgbx(out + 4 * x, colour); });
  } else if (format == PixelFormat::gray16) {
    for (std::size_t x = 0; x < width; ++x) store_grey_rgbx(out + 4 * x, in[2 * x + 1]);
  } else if (format == PixelFormat::binary) {
    for (std::uint32_t x = 0; x < width; ++x) store_grey_rgbx(out + 4 * std::size_t{x}, bit_at(in, x));
  } else {
    for (std::uint32_t x = 0; x < width; ++x) store_grey_rgbx(out + 4 * std::size_t{x}, in[x]);
  }
}

void unpack_row_ycbcr(const ImageView& image, std::uint32_t y, std::uint8_t* out) {
  if (!has_chroma(image.info.format)) {
    Bytes rgbx(4 * std::size_t{image.info.width});
    unpack_row_rgbx(image, y, rgbx.data());
    return rgbx_to_ycbcr(rgbx.data(), image.info.width, out);
  }
  for_each_chroma_pixel(image, y, [out](std::size_t x, std::uint8_t luma, std::uint8_t cb, std::uint8_t cr) {
    out[3 * x] = luma;
    out[3 * x + 1] = cb;
    out[3 * x + 2] = cr;
  });
}

}  // namespace omv
