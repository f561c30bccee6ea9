// SPDX-License-Identifier: LGPL-2.1-or-later
// One rule for each family of pixel formats (spec: media, section 3.1).
#include "omv/formats/jpeg_input.h"

#include <algorithm>
#include <array>

#include "omv/image/full_range.h"
#include "omv/image/unpack.h"

namespace omv::formats {

namespace detail {

namespace {

struct RgbRow {
  PixelFormat format;
  J_COLOR_SPACE space;
};

// libjpeg-turbo reads these orders itself.
constexpr std::array kRgb = {
    RgbRow{PixelFormat::rgb888, JCS_EXT_RGB},    RgbRow{PixelFormat::bgr888, JCS_EXT_BGR},
    RgbRow{PixelFormat::rgbx8888, JCS_EXT_RGBX}, RgbRow{PixelFormat::bgrx8888, JCS_EXT_BGRX},
    RgbRow{PixelFormat::xrgb8888, JCS_EXT_XRGB}, RgbRow{PixelFormat::xbgr8888, JCS_EXT_XBGR},
};

bool is_422_in_one_plane(PixelFormat format) { return is_packed_422(format) || format == PixelFormat::uyvy; }

// The chroma that a picture has to begin with.
Subsampling subsampling_of(PixelFormat format) {
  if (is_422_in_one_plane(format)) return Subsampling::s422;
  const ChromaLayout* layout = chroma_layout(format);
  if (layout == nullptr || layout->shift_x == 0) return Subsampling::s444;
  return layout->shift_y == 0 ? Subsampling::s422 : Subsampling::s420;
}

// s444, s422 and s420 are in the order of less and less chroma.
Subsampling wanted(PixelFormat format, const JpegSettings& settings) {
  if (settings.subsampling != Subsampling::automatic) return settings.subsampling;
  return std::max(subsampling_for(settings.quality), subsampling_of(format));
}

JpegInput input_of_chroma(PixelFormat format, const JpegSettings& settings) {
  JpegInput input = {JCS_YCbCr, 3, wanted(format, settings)};
  input.raw = input.subsampling == subsampling_of(format);
  if (!input.raw) input.unpack = unpack_row_ycbcr;
  if (settings.limited_range) input.expand = expand_ycbcr;
  return input;
}

JpegInput input_of_rgb(PixelFormat format, Subsampling subsampling) {
  for (const RgbRow& row : kRgb)
    if (row.format == format) return {row.space, rgb_layout(format)->step, subsampling};
  return {JCS_EXT_RGBX, 4, subsampling, false, unpack_row_rgbx};
}

}  // namespace

ChromaSharing sharing_of(Subsampling subsampling) {
  switch (subsampling) {
    case Subsampling::s422: return {2, 1};
    case Subsampling::s420: return {2, 2};
    case Subsampling::s440: return {1, 2};
    case Subsampling::s411: return {4, 1};
    case Subsampling::s444:
    case Subsampling::automatic: break;
  }
  return {1, 1};
}

JpegInput jpeg_input_for(PixelFormat format, const JpegSettings& settings) {
  if (format == PixelFormat::grayscale) return {.raw = true};
  if (format == PixelFormat::binary) return {.unpack = unpack_row_grey};
  if (is_422_in_one_plane(format) || chroma_layout(format) != nullptr) return input_of_chroma(format, settings);
  return input_of_rgb(format, wanted(format, settings));
}

}  // namespace detail

Subsampling subsampling_for(int quality) {
  if (quality <= 35) return Subsampling::s420;
  return quality < 60 ? Subsampling::s422 : Subsampling::s444;
}

}  // namespace omv::formats
