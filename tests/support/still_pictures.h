// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures for tests of still formats, and what they look like whatever their pixel format.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "omv/formats/format.h"
#include "omv/image/unpack.h"

namespace omv::test {

inline ImageView view_of(const Frame& frame) { return packed_view(frame.info, ConstByteSpan(frame.data)); }

/// Every raw pixel format there is.
inline std::vector<PixelFormat> raw_pixel_formats() {
  std::vector<PixelFormat> all;
  for (const auto table : {pixel_formats(), host_pixel_formats()})
    for (const PixelFormatInfo& row : table)
      if (!row.compressed && row.format != PixelFormat::argb8) all.push_back(row.format);
  return all;
}

/// A picture without regularity: every byte of a generator, spare bits of binary rows 0.
inline Frame noise_picture(PixelFormat format, std::uint32_t width, std::uint32_t height) {
  Frame frame = {{format, width, height}, Bytes(payload_bytes(format, width, height))};
  std::uint32_t state = 12345;
  for (std::uint8_t& byte : frame.data) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<std::uint8_t>(state >> 24);
  }
  if (format != PixelFormat::binary) return frame;
  const std::size_t stride = row_bytes(format, width);
  for (std::size_t i = 0; i < frame.data.size(); ++i)
    for (unsigned bit = 0; bit < 8; ++bit)
      if (8 * (i % stride) + bit >= width) frame.data[i] = static_cast<std::uint8_t>(frame.data[i] & ~(1U << bit));
  return frame;
}

/// A smooth picture: a ramp from the upper left to the lower right in every byte of a pixel; binary in two halves.
inline Frame smooth_picture(PixelFormat format, std::uint32_t width, std::uint32_t height) {
  Frame frame = {{format, width, height}, Bytes(payload_bytes(format, width, height))};
  const std::size_t stride = row_bytes(format, width);
  for (std::size_t i = 0; i < frame.data.size(); ++i)
    if (format == PixelFormat::binary)
      frame.data[i] = i % stride < stride / 2 ? 0 : 255;
    else
      frame.data[i] = static_cast<std::uint8_t>(40 + (i % stride) * 90 / stride + i * 90 / frame.data.size());
  return frame;
}

/// R, G, B, 255 of all pixels.
inline Bytes colours_of(const ImageView& image) {
  const std::size_t stride = std::size_t{4} * image.info.width;
  Bytes out(stride * image.info.height);
  for (std::uint32_t y = 0; y < image.info.height; ++y) unpack_row_rgbx(image, y, out.data() + stride * y);
  return out;
}

inline Bytes colours_of(const Frame& frame) { return colours_of(view_of(frame)); }

/// A file of the picture; the test fails when there is none.
inline Bytes encoded(const formats::Format& format, const ImageView& image,
                     const formats::EncodeOptions& options = {}) {
  Bytes file = {1, 2, 3};
  const auto done = format.encode(image, options, file);
  EXPECT_TRUE(done) << done.error().message;
  return file;
}

inline Bytes encoded(const formats::Format& format, const Frame& frame, const formats::EncodeOptions& options = {}) {
  return encoded(format, view_of(frame), options);
}

/// The code that a whole file or its beginning fails with; Errc::end when it does not.
inline Errc decode_error(const formats::Format& format, ConstByteSpan bytes,
                         const formats::DecodeOptions& options = {}) {
  const auto frame = format.decode(bytes, options);
  if (frame) return Errc::end;
  EXPECT_FALSE(frame.error().message.empty());
  return frame.error().code;
}

}  // namespace omv::test
