// SPDX-License-Identifier: LGPL-2.1-or-later
// How a picture goes into libjpeg: which samples, in which colour space, with how much chroma.
#pragma once

#include <cstdint>
#include <cstdio>
// libjpeg's header needs stdio before it.
#include <jpeglib.h>

#include "omv/formats/jpeg_settings.h"
#include "omv/image/image.h"

namespace omv::formats::detail {

struct JpegInput {
  J_COLOR_SPACE space = JCS_GRAYSCALE;
  int components = 1;                           ///< of a pixel in the rows
  Subsampling subsampling = Subsampling::s444;  ///< what to write, never automatic
  bool raw = false;                             ///< the picture has the samples of the stream: JpegPlanes
  void (*unpack)(const ImageView&, std::uint32_t,
                 std::uint8_t*) = nullptr;  ///< into one row; nullptr: rows go as they are
  void (*expand)(const std::uint8_t*, std::size_t, std::uint8_t*) = nullptr;  ///< then stretches it
};

/// Luma columns and rows that share a chroma sample.
struct ChromaSharing {
  int columns = 1;
  int rows = 1;
};
ChromaSharing sharing_of(Subsampling subsampling);

/// Of a format that JPEG holds.
JpegInput jpeg_input_for(PixelFormat format, const JpegSettings& settings);

}  // namespace omv::formats::detail
