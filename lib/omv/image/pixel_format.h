// SPDX-License-Identifier: LGPL-2.1-or-later
// The one table of pixel formats: wire ids, names and payload sizes (spec: imageio, sections 1.1 and 2).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace omv {

/// The values are the 32-bit ids of ImageIO V2 files and of Protocol V2 frame headers.
/// The names yuv422/yvu422 are the firmware's; their byte orders are those of the comments.
enum class PixelFormat : std::uint32_t {
  binary = 0x08010000,      ///< 1 bit, rows of 32-bit words, LSB first
  grayscale = 0x08020001,   ///< 8 bit
  rgb565 = 0x0C030002,      ///< u16 little endian, R in bits 15..11
  bayer_bggr = 0x05040001,  ///< 8 bit; named by the 2x2 cell at (0,0), row by row
  bayer_gbrg = 0x05040101,
  bayer_grbg = 0x05040201,
  bayer_rggb = 0x05040301,
  yuv422 = 0x14050002,  ///< bytes Y0 Cr Y1 Cb (FourCC YVYU), BT.601 full range
  yvu422 = 0x14050102,  ///< bytes Y0 Cb Y1 Cr (FourCC YUY2), BT.601 full range
  jpeg = 0x06060000,
  png = 0x06070000,
  argb8 = 0x0C080004,  ///< a valid id whose frames have no payload

  // Of pictures on the host only: what still files and GStreamer's video have and cameras don't. No frame of a camera
  // or of a recording has them. Named by the order of the bytes in memory; x is a byte without meaning.
  gray16 = 0x80000000,  ///< u16 little endian
  rgb888,
  bgr888,
  rgbx8888,
  bgrx8888,
  xrgb8888,
  xbgr8888,
  rgba8888,  ///< alpha is not premultiplied, here and below
  bgra8888,
  argb8888,
  abgr8888,
  uyvy,     ///< bytes Cb Y0 Cr Y1; this and all below BT.601 full range
  yuv420,   ///< planes Y, Cb, Cr; the chroma planes have half the width and height, rounded up
  yuv422p,  ///< planes Y, Cb, Cr; the chroma planes have half the width, rounded up
  yuv444p,  ///< planes Y, Cb, Cr
  nv12,     ///< planes Y and Cb Cr pairs; half the width and height, rounded up
};

struct PixelFormatInfo {
  PixelFormat format;
  std::string_view name;            ///< as str(img) of the camera prints it: "grayscale", "bayer_bggr"
  std::uint8_t bytes_per_pixel;     ///< 0 for binary, compressed formats and argb8's payload
  bool compressed;                  ///< the payload says its own size
  std::optional<std::uint32_t> v1;  ///< the `bpp` code of V1 files and of memory images, if there is one
};

/// The formats of cameras and recordings, in the order of the specification's table.
std::span<const PixelFormatInfo> pixel_formats();

/// The formats that only pictures on the host have.
std::span<const PixelFormatInfo> host_pixel_formats();

/// The row of a camera's id; nullptr for an id outside the specification's table.
const PixelFormatInfo* find_pixel_format(std::uint32_t id);
const PixelFormatInfo& info_of(PixelFormat format);

/// Case-insensitive name ("rgb565", "GRAYSCALE", "bayer" = bayer_bggr); nullopt when unknown.
std::optional<PixelFormat> pixel_format_by_name(std::string_view name);

std::string_view to_string(PixelFormat format);
bool is_compressed(PixelFormat format);
bool is_bayer(PixelFormat format);
bool is_packed_422(PixelFormat format);

/// Where the colours of a pixel of 24 or 32 bit lie.
struct RgbLayout {
  std::uint8_t step;  ///< bytes from pixel to pixel
  std::uint8_t r, g, b;
  std::int8_t alpha;  ///< -1: none
};
/// nullptr for formats that are not rgb888 or one of its kind.
const RgbLayout* rgb_layout(PixelFormat format);

/// How the chroma of a format with planes lies.
struct ChromaLayout {
  std::uint8_t shift_x;  ///< a chroma sample serves 1 << shift_x columns
  std::uint8_t shift_y;  ///< and 1 << shift_y rows
  std::uint8_t step;     ///< bytes from sample to sample: 2 when Cb and Cr take turns
};
/// nullptr for formats in one plane.
const ChromaLayout* chroma_layout(PixelFormat format);

/// Samples in a row and rows of a chroma plane (nv12: pairs).
constexpr std::uint32_t chroma_width(const ChromaLayout& layout, std::uint32_t width) {
  return (width + (1U << layout.shift_x) - 1) >> layout.shift_x;
}
constexpr std::uint32_t chroma_height(const ChromaLayout& layout, std::uint32_t height) {
  return (height + (1U << layout.shift_y) - 1) >> layout.shift_y;
}

/// True for every format that has colours, coded ones included.
bool has_colour(PixelFormat format);
bool has_alpha(PixelFormat format);

/// Widths and heights beyond this are taken as damage (spec: imageio, section 6).
inline constexpr std::uint32_t kMaxDimension = 32767;

/// Bytes of one packed row of an uncompressed format (binary: whole 32-bit words; planes: of luma); 0 for compressed
/// ones and argb8.
std::uint64_t row_bytes(PixelFormat format, std::uint32_t width);

/// Bytes of an uncompressed image without padding between rows; 0 for compressed formats and argb8.
std::uint64_t payload_bytes(PixelFormat format, std::uint32_t width, std::uint32_t height);

}  // namespace omv
