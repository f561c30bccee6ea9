// SPDX-License-Identifier: LGPL-2.1-or-later
// The rows of the pixel format table.
#include "omv/image/pixel_format.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace omv {

namespace {

constexpr std::array<PixelFormatInfo, 12> kFormats = {{
    {PixelFormat::binary, "binary", 0, false, 0},
    {PixelFormat::grayscale, "grayscale", 1, false, 1},
    {PixelFormat::rgb565, "rgb565", 2, false, 2},
    {PixelFormat::bayer_bggr, "bayer_bggr", 1, false, 3},
    {PixelFormat::bayer_gbrg, "bayer_gbrg", 1, false, std::nullopt},
    {PixelFormat::bayer_grbg, "bayer_grbg", 1, false, std::nullopt},
    {PixelFormat::bayer_rggb, "bayer_rggb", 1, false, std::nullopt},
    {PixelFormat::yuv422, "yuv422", 2, false, std::nullopt},
    {PixelFormat::yvu422, "yvu422", 2, false, std::nullopt},
    {PixelFormat::jpeg, "jpeg", 0, true, std::nullopt},
    {PixelFormat::png, "png", 0, true, std::nullopt},
    {PixelFormat::argb8, "argb8", 0, false, std::nullopt},
}};

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

std::span<const PixelFormatInfo> pixel_formats() { return kFormats; }

const PixelFormatInfo* find_pixel_format(std::uint32_t id) {
  const auto row = std::find_if(kFormats.begin(), kFormats.end(), [id](const PixelFormatInfo& info) {
    return static_cast<std::uint32_t>(info.format) == id;
  });
  return row == kFormats.end() ? nullptr : &*row;
}

const PixelFormatInfo& info_of(PixelFormat format) { return *find_pixel_format(static_cast<std::uint32_t>(format)); }

std::optional<PixelFormat> pixel_format_by_name(std::string_view name) {
  if (equal_ignoring_case(name, "bayer")) return PixelFormat::bayer_bggr;
  if (equal_ignoring_case(name, "gray8") || equal_ignoring_case(name, "gray")) return PixelFormat::grayscale;
  for (const PixelFormatInfo& info : kFormats)
    if (equal_ignoring_case(name, info.name)) return info.format;
  return std::nullopt;
}

std::string_view to_string(PixelFormat format) { return info_of(format).name; }

bool is_compressed(PixelFormat format) { return info_of(format).compressed; }

bool is_bayer(PixelFormat format) {
  return format == PixelFormat::bayer_bggr || format == PixelFormat::bayer_gbrg || format == PixelFormat::bayer_grbg ||
         format == PixelFormat::bayer_rggb;
}

bool is_packed_422(PixelFormat format) { return format == PixelFormat::yuv422 || format == PixelFormat::yvu422; }

std::uint64_t row_bytes(PixelFormat format, std::uint32_t width) {
  if (format == PixelFormat::binary) return (static_cast<std::uint64_t>(width) + 31) / 32 * 4;
  return static_cast<std::uint64_t>(width) * info_of(format).bytes_per_pixel;
}

std::uint64_t payload_bytes(PixelFormat format, std::uint32_t width, std::uint32_t height) {
  return row_bytes(format, width) * height;
}

}  // namespace omv
