// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures in memory: owning packed images, views with a stride, and coded or raw frames with their geometry.
#pragma once

#include <cstdint>

#include "omv/base/bytes.h"
#include "omv/image/pixel_format.h"

namespace omv {

/// What a frame is, without its bytes. Width and height in pixels.
struct FrameInfo {
  PixelFormat format = PixelFormat::grayscale;
  std::uint32_t width = 0;
  std::uint32_t height = 0;

  bool operator==(const FrameInfo&) const = default;
};

/// Payload bytes that a raw frame of this geometry has; 0 for compressed formats and argb8.
inline std::uint64_t payload_bytes(const FrameInfo& info) {
  return payload_bytes(info.format, info.width, info.height);
}

/// A frame that owns its bytes: raw pixels without padding between rows, or one JPEG or PNG stream.
struct Frame {
  FrameInfo info;
  Bytes data;
};

/// Borrowed raw pixels. `stride` is the distance between rows in bytes, at least row_bytes().
struct ImageView {
  FrameInfo info;
  const std::uint8_t* data = nullptr;
  std::size_t stride = 0;

  const std::uint8_t* row(std::uint32_t y) const { return data + y * stride; }
};

struct MutableImageView {
  FrameInfo info;
  std::uint8_t* data = nullptr;
  std::size_t stride = 0;

  std::uint8_t* row(std::uint32_t y) const { return data + y * stride; }
  operator ImageView() const { return {info, data, stride}; }
};

/// Views of packed rows. The caller has checked that payload_bytes(info) bytes are there.
inline ImageView packed_view(const FrameInfo& info, ConstByteSpan bytes) {
  return {info, bytes.data(), static_cast<std::size_t>(row_bytes(info.format, info.width))};
}
inline MutableImageView packed_view(const FrameInfo& info, ByteSpan bytes) {
  return {info, bytes.data(), static_cast<std::size_t>(row_bytes(info.format, info.width))};
}

}  // namespace omv
