// SPDX-License-Identifier: LGPL-2.1-or-later
// PNG files of every kind by libpng, and what libpng sees in a file. Needs libpng.
#pragma once

#include <png.h>

#include <algorithm>
#include <string>
#include <vector>

#include "omv/base/bytes.h"
#include "omv/image/image.h"

namespace omv::test {

struct PngKind {
  int depth = 8;
  int type = PNG_COLOR_TYPE_RGB;
  bool interlaced = false;
  bool transparent = false;  // a transparent colour, or a palette with alpha
};

inline std::string name_of(const PngKind& kind) {
  const char* types[] = {"grey", "", "rgb", "palette", "grey_alpha", "", "rgba"};
  return std::string(types[kind.type]) + "_" + std::to_string(kind.depth) + (kind.interlaced ? "_interlaced" : "") +
         (kind.transparent ? "_transparent" : "");
}

/// Every kind that the specification allows.
inline std::vector<PngKind> png_kinds() {
  std::vector<PngKind> kinds;
  for (const bool interlaced : {false, true}) {
    for (const bool transparent : {false, true}) {
      for (const int depth : {1, 2, 4, 8, 16}) kinds.push_back({depth, PNG_COLOR_TYPE_GRAY, interlaced, transparent});
      for (const int depth : {1, 2, 4, 8}) kinds.push_back({depth, PNG_COLOR_TYPE_PALETTE, interlaced, transparent});
      for (const int depth : {8, 16}) kinds.push_back({depth, PNG_COLOR_TYPE_RGB, interlaced, transparent});
    }
    for (const int type : {PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB_ALPHA})
      for (const int depth : {8, 16}) kinds.push_back({depth, type, interlaced, false});
  }
  return kinds;
}

inline void set_colours(png_structp png, png_infop info, const PngKind& kind) {
  if (kind.type == PNG_COLOR_TYPE_PALETTE) {
    std::vector<png_color> palette(std::size_t{1} << kind.depth);
    Bytes alpha;
    for (std::size_t i = 0; i < palette.size(); ++i) {
      const auto value = static_cast<png_byte>(i * 255 / palette.size());
      palette[i] = {value, static_cast<png_byte>(255 - value), static_cast<png_byte>(value ^ 85)};
      alpha.push_back(static_cast<png_byte>(255 - i));
    }
    png_set_PLTE(png, info, palette.data(), static_cast<int>(palette.size()));
    if (kind.transparent) png_set_tRNS(png, info, alpha.data(), static_cast<int>(alpha.size()), nullptr);
  } else if (kind.transparent) {
    const png_color_16 colour = {0, 1, 1, 1, 1};
    png_set_tRNS(png, info, nullptr, 0, &colour);
  }
}

/// `width` by `height` pixels without regularity.
inline Bytes png_file(const PngKind& kind, std::uint32_t width, std::uint32_t height) {
  Bytes file;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  const auto write = [](png_structp object, png_bytep bytes, std::size_t count) {
    auto* out = static_cast<Bytes*>(png_get_io_ptr(object));
    out->insert(out->end(), bytes, bytes + count);
  };
  png_set_write_fn(png, &file, write, [](png_structp) {});
  png_set_IHDR(png, info, width, height, kind.depth, kind.type,
               kind.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  set_colours(png, info, kind);
  png_write_info(png, info);
  const std::size_t stride = png_get_rowbytes(png, info);
  Bytes pixels(stride * height);
  std::uint32_t state = 1;
  for (std::uint8_t& byte : pixels) {
    state = state * 1664525 + 1013904223;
    byte = state >> 30 == 0 ? std::uint8_t{1} : static_cast<std::uint8_t>(state >> 16);  // some are transparent
  }
  std::vector<png_bytep> rows;
  for (std::uint32_t y = 0; y < height; ++y) rows.push_back(pixels.data() + y * stride);
  png_write_image(png, rows.data());
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  return file;
}

/// R, G, B, A of all pixels, as libpng reads them with its own loop over rows and passes.
inline Bytes rgba_by_libpng(ConstByteSpan file) {
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  const auto read = [](png_structp object, png_bytep out, std::size_t count) {
    auto* rest = static_cast<ConstByteSpan*>(png_get_io_ptr(object));
    std::copy_n(rest->begin(), count, out);
    *rest = rest->subspan(count);
  };
  png_set_read_fn(png, &file, read);
  png_set_add_alpha(png, 255, PNG_FILLER_AFTER);
  png_read_png(png, info, PNG_TRANSFORM_EXPAND | PNG_TRANSFORM_SCALE_16 | PNG_TRANSFORM_GRAY_TO_RGB, nullptr);
  Bytes pixels;
  for (std::size_t y = 0; y < png_get_image_height(png, info); ++y)
    append(pixels, ConstByteSpan(png_get_rows(png, info)[y], png_get_rowbytes(png, info)));
  png_destroy_read_struct(&png, &info, nullptr);
  return pixels;
}

}  // namespace omv::test
