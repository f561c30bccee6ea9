// SPDX-License-Identifier: LGPL-2.1-or-later
// Planes of samples in whole blocks: padded on writing, cut off on reading.
#include "omv/formats/picamera.h"

#include <array>
#include <cstring>

#include "omv/formats/headerless.h"
#include "omv/formats/rgb_rows.h"
#include "omv/formats/still_checks.h"

namespace omv::formats {

namespace {

constexpr std::array<std::string_view, 1> kYuvExtensions = {"yuv"};
constexpr std::array<std::string_view, 1> kRgbExtensions = {"rgb"};

bool holds_yuv(PixelFormat format) { return format == PixelFormat::yuv420 || format == PixelFormat::nv12; }

bool holds_rgb(PixelFormat format) { return format == PixelFormat::rgb565 || detail::is_opaque_rgb(format); }

FrameInfo padded(PixelFormat format, const FrameInfo& info) {
  return {format, picamera_width(info.width), picamera_height(info.height)};
}

// A plane of `unit` bytes a sample, in samples and rows that are there and that are stored.
struct Plane {
  std::size_t unit = 1;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t stored_width = 0;
  std::uint32_t stored_height = 0;

  std::size_t stride() const { return unit * stored_width; }
  std::size_t bytes() const { return stride() * stored_height; }
};

Plane luma_plane(const FrameInfo& info) {
  return {1, info.width, info.height, picamera_width(info.width), picamera_height(info.height)};
}

Plane chroma_plane(const FrameInfo& info) {
  return {1, (info.width + 1) / 2, (info.height + 1) / 2, picamera_width(info.width) / 2,
          picamera_height(info.height) / 2};
}

Plane rgb_plane(const FrameInfo& info) {
  return {3, info.width, info.height, picamera_width(info.width), picamera_height(info.height)};
}

void repeat_last_sample(const Plane& plane, std::uint8_t* row) {
  const std::size_t used = plane.unit * plane.width;
  for (std::size_t at = used; at < plane.stride(); ++at) row[at] = row[at - plane.unit];
}

// fill(y, row) writes the samples of a row that are there. Returns the end of the plane.
template <typename Fill>
std::uint8_t* write_plane(const Plane& plane, std::uint8_t* out, Fill fill) {
  for (std::uint32_t y = 0; y < plane.stored_height; ++y, out += plane.stride()) {
    if (y < plane.height) {
      fill(y, out);
      repeat_last_sample(plane, out);
    } else {
      std::memcpy(out, out - plane.stride(), plane.stride());
    }
  }
  return out;
}

std::uint8_t* write_chroma(const ImageView& image, const ChromaPlane& from, std::uint8_t* out) {
  const Plane plane = chroma_plane(image.info);
  const std::size_t step = chroma_layout(image.info.format)->step;
  return write_plane(plane, out, [&](std::uint32_t y, std::uint8_t* row) {
    for (std::uint32_t x = 0; x < plane.width; ++x) row[x] = from.row(y)[x * step];
  });
}

Result<void> encode_yuv(const ImageView& image, const EncodeOptions&, Bytes& into) {
  into.clear();
  OMV_CHECK(detail::check_writable(kYuvFormat, image.info));
  into.resize(static_cast<std::size_t>(payload_bytes(padded(PixelFormat::yuv420, image.info))));
  std::uint8_t* out = write_plane(luma_plane(image.info), into.data(), [&](std::uint32_t y, std::uint8_t* row) {
    std::memcpy(row, image.row(y), image.info.width);
  });
  out = write_chroma(image, image.cb, out);
  write_chroma(image, image.cr, out);
  return {};
}

Result<void> encode_rgb(const ImageView& image, const EncodeOptions&, Bytes& into) {
  into.clear();
  OMV_CHECK(detail::check_writable(kRgbFormat, image.info));
  into.resize(static_cast<std::size_t>(payload_bytes(padded(PixelFormat::rgb888, image.info))));
  Bytes buffer;
  write_plane(rgb_plane(image.info), into.data(), [&](std::uint32_t y, std::uint8_t* row) {
    std::memcpy(row, detail::rgb_row(image, y, buffer), std::size_t{3} * image.info.width);
  });
  return {};
}

void append_used(const Plane& plane, const std::uint8_t* from, Bytes& into) {
  for (std::uint32_t y = 0; y < plane.height; ++y)
    append(into, ConstByteSpan(from + y * plane.stride(), plane.unit * plane.width));
}

// The used part of planes that lie one behind the other.
template <std::size_t N>
Result<Frame> read_planes(const Format& format, const FrameInfo& info, const std::array<Plane, N>& planes,
                          ConstByteSpan bytes) {
  OMV_CHECK(detail::check_exact_size(format, info, bytes.size(), payload_bytes(padded(info.format, info))));
  Frame frame = {info, {}};
  frame.data.reserve(static_cast<std::size_t>(payload_bytes(info)));
  const std::uint8_t* from = bytes.data();
  for (const Plane& plane : planes) {
    append_used(plane, from, frame.data);
    from += plane.bytes();
  }
  return frame;
}

Result<Frame> decode_yuv(ConstByteSpan bytes, const DecodeOptions& options) {
  OMV_TRY(FrameInfo info, detail::stated_geometry(kYuvFormat, options));
  info.format = PixelFormat::yuv420;
  return read_planes(kYuvFormat, info, std::array{luma_plane(info), chroma_plane(info), chroma_plane(info)}, bytes);
}

Result<Frame> decode_rgb(ConstByteSpan bytes, const DecodeOptions& options) {
  OMV_TRY(FrameInfo info, detail::stated_geometry(kRgbFormat, options));
  info.format = PixelFormat::rgb888;
  return read_planes(kRgbFormat, info, std::array{rgb_plane(info)}, bytes);
}

}  // namespace

const Format kYuvFormat = {
    .name = "YUV420 capture",
    .extensions = kYuvExtensions,
    .media_type = "image/x-yuv420",
    .coded = std::nullopt,
    .sniff = nullptr,
    .holds = holds_yuv,
    .encode = encode_yuv,
    .decode = decode_yuv,
    .read_metadata = nullptr,
    .add_metadata = nullptr,
};

const Format kRgbFormat = {
    .name = "RGB capture",
    .extensions = kRgbExtensions,
    .media_type = "image/x-rgb24",
    .coded = std::nullopt,
    .sniff = nullptr,
    .holds = holds_rgb,
    .encode = encode_rgb,
    .decode = decode_rgb,
    .read_metadata = nullptr,
    .add_metadata = nullptr,
};

}  // namespace omv::formats
