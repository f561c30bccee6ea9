// SPDX-License-Identifier: LGPL-2.1-or-later
// The raw captures of the picamera recipes: planar YUV420 and RGB24 without a header, in whole blocks.
#pragma once

#include <cstdint>

#include "omv/formats/format.h"

namespace omv::formats {

/// Rows and columns that a capture has: width rounded up to 32, height to 16. What is beyond the picture repeats its
/// last column and row.
constexpr std::uint32_t picamera_width(std::uint32_t width) { return (width + 31) / 32 * 32; }
constexpr std::uint32_t picamera_height(std::uint32_t height) { return (height + 15) / 16 * 16; }

/// Planes Y, Cb, Cr. Holds yuv420, and nv12 with its chroma sorted. decode() gives yuv420.
///
/// decode() of both wants DecodeOptions::geometry, whose width and height are the picture's and whose pixel format does
/// not matter. The file must be exactly as long as the padded picture: Errc::truncated, Errc::invalid.
extern const Format kYuvFormat;

/// R, G, B triples. Holds rgb565 (expanded to 888) and what has 24 or 32 bit and no alpha. decode() gives rgb888.
extern const Format kRgbFormat;

}  // namespace omv::formats
