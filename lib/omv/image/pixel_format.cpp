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

constexpr std::array<PixelFormatInfo, 16> kHostFormats = {{
    {PixelFormat::gray16, "gray16", 2, false, std::nullopt},
    {PixelFormat::rgb888, "rgb888", 3, false, std::nullopt},
    {PixelFormat::bgr888, "bgr888", 3, false, std::nullopt},
    {PixelFormat::rgbx8888, "rgbx8888", 4, false, std::nullopt},
    {PixelFormat::bgrx8888, "bgrx8888", 4, false, std::nullopt},
    {PixelFormat::xrgb8888, "xrgb8888", 4, false, std::nullopt},
    {PixelFormat::xbgr8888, "xbgr8888", 4, false, std::nullopt},
    {PixelFormat::rgba8888, "rgba8888", 4, false, std::nullopt},
    {PixelFormat::bgra8888, "bgra8888", 4, false, std::nullopt},
    {PixelFormat::argb8888, "argb8888", 4, false, std::nullopt},
    {PixelFormat::abgr8888, "abgr8888", 4, false, std::nullopt},
    {PixelFormat::uyvy, "uyvy", 2, false, std::nullopt},
    {PixelFormat::yuv420, "yuv420", 1, false, std::nullopt},
    {PixelFormat::yuv422p, "yuv422p", 1, false, std::nullopt},
    {PixelFormat::yuv444p, "yuv444p", 1, false, std::nullopt},
    {PixelFormat::nv12, "nv12", 1, false, std::nullopt},
}};

struct RgbRow {
  PixelFormat format;
  RgbLayout layout;
};
constexpr std::array<RgbRow, 10> kRgb = {{
    {PixelFormat::rgb888, {3, 0, 1, 2, -1}},
    {PixelFormat::bgr888, {3, 2, 1, 0, -1}},
    {PixelFormat::rgbx8888, {4, 0, 1, 2, -1}},
    {PixelFormat::bgrx8888, {4, 2, 1, 0, -1}},
    {PixelFormat::xrgb8888, {4, 1, 2, 3, -1}},
    {PixelFormat::xbgr8888, {4, 3, 2, 1, -1}},
    {PixelFormat::rgba8888, {4, 0, 1, 2, 3}},
    {PixelFormat::bgra8888, {4, 2, 1, 0, 3}},
    {PixelFormat::argb8888, {4, 1, 2, 3, 0}},
    {PixelFormat::abgr8888, {4, 3, 2, 1, 0}},
}};

struct ChromaRow {
  PixelFormat format;
  ChromaLayout layout;
};
constexpr std::array<ChromaRow, 4> kChroma = {{
    {PixelFormat::yuv420, {1, 1, 1}},
    {PixelFormat::yuv422p, {1, 0, 1}},
    {PixelFormat::yuv444p, {0, 0, 1}},
    {PixelFormat::nv12, {1, 1, 2}},
}};

template <typename Row, std::size_t N>
auto find_layout(const std::array<Row, N>& table, PixelFormat format) -> decltype(&table.front().layout) {
  const auto row = std::find_if(table.begin(), table.end(), [format](const Row& r) { return r.format == format; });
  return row == table.end() ? nullptr : &row->layout;
}

const PixelFormatInfo* find_row(std::span<const PixelFormatInfo> table, std::uint32_t id) {
  const auto row = std::find_if(table.begin(), table.end(), [id](const PixelFormatInfo& info) {
    return static_cast<std::uint32_t>(info.format) == id;
  });
  return row == table.end() ? nullptr : &*row;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

std::span<const PixelFormatInfo> pixel_formats() { return kFormats; }

std::span<const PixelFormatInfo> host_pixel_formats() { return kHostFormats; }

const PixelFormatInfo* find_pixel_format(std::uint32_t id) { return find_row(kFormats, id); }

const PixelFormatInfo& info_of(PixelFormat format) {
  const auto id = static_cast<std::uint32_t>(format);
  const PixelFormatInfo* row = find_row(kFormats, id);
  return row != nullptr ? *row : *find_row(kHostFormats, id);
}

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

const RgbLayout* rgb_layout(PixelFormat format) { return find_layout(kRgb, format); }

const ChromaLayout* chroma_layout(PixelFormat format) { return find_layout(kChroma, format); }

bool has_colour(PixelFormat format) {
  return format != PixelFormat::binary && format != PixelFormat::grayscale && format != PixelFormat::gray16;
}

bool has_alpha(PixelFormat format) {
  const RgbLayout* layout = rgb_layout(format);
  return layout != nullptr && layout->alpha >= 0;
}

std::uint64_t row_bytes(PixelFormat format, std::uint32_t width) {
  if (format == PixelFormat::binary) return (static_cast<std::uint64_t>(width) + 31) / 32 * 4;
  return static_cast<std::uint64_t>(width) * info_of(format).bytes_per_pixel;
}

std::uint64_t payload_bytes(PixelFormat format, std::uint32_t width, std::uint32_t height) {
  const std::uint64_t first_plane = row_bytes(format, width) * height;
  const ChromaLayout* chroma = chroma_layout(format);
  if (chroma == nullptr) return first_plane;
  return first_plane + 2 * std::uint64_t{chroma_width(*chroma, width)} * chroma_height(*chroma, height);
}

}  // namespace omv
