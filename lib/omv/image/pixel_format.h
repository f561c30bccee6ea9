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
};

struct PixelFormatInfo {
  PixelFormat format;
  std::string_view name;            ///< as str(img) of the camera prints it: "grayscale", "bayer_bggr"
  std::uint8_t bytes_per_pixel;     ///< 0 for binary, compressed formats and argb8's payload
  bool compressed;                  ///< the payload says its own size
  std::optional<std::uint32_t> v1;  ///< the `bpp` code of V1 files and of memory images, if there is one
};

/// All formats, in the order of the specification's table.
std::span<const PixelFormatInfo> pixel_formats();

/// The row of an id; nullptr for an id outside the table.
const PixelFormatInfo* find_pixel_format(std::uint32_t id);
const PixelFormatInfo& info_of(PixelFormat format);

/// Case-insensitive name ("rgb565", "GRAYSCALE", "bayer" = bayer_bggr); nullopt when unknown.
std::optional<PixelFormat> pixel_format_by_name(std::string_view name);

std::string_view to_string(PixelFormat format);
bool is_compressed(PixelFormat format);
bool is_bayer(PixelFormat format);
bool is_packed_422(PixelFormat format);

/// Widths and heights beyond this are taken as damage (spec: imageio, section 6).
inline constexpr std::uint32_t kMaxDimension = 32767;

/// Bytes of one packed row of an uncompressed format (binary: whole 32-bit words); 0 for compressed ones and argb8.
std::uint64_t row_bytes(PixelFormat format, std::uint32_t width);

/// Bytes of an uncompressed image without padding between rows; 0 for compressed formats and argb8.
std::uint64_t payload_bytes(PixelFormat format, std::uint32_t width, std::uint32_t height);

}  // namespace omv
