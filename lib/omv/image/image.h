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

/// Samples of one colour difference, in formats with planes. nv12: `data` is the first sample of its kind, so that
/// the step of chroma_layout() leads from one to the next.
struct ChromaPlane {
  const std::uint8_t* data = nullptr;
  std::size_t stride = 0;

  const std::uint8_t* row(std::uint32_t y) const { return data + y * stride; }
};

/// Borrowed raw pixels. `stride` is the distance between rows in bytes, at least row_bytes(). Formats with planes
/// have luma in `data` and the rest in `cb` and `cr`; the others leave those empty.
struct ImageView {
  FrameInfo info;
  const std::uint8_t* data = nullptr;
  std::size_t stride = 0;
  ChromaPlane cb = {};
  ChromaPlane cr = {};

  const std::uint8_t* row(std::uint32_t y) const { return data + y * stride; }
};

/// The same to write to; formats in one plane only.
struct MutableImageView {
  FrameInfo info;
  std::uint8_t* data = nullptr;
  std::size_t stride = 0;

  std::uint8_t* row(std::uint32_t y) const { return data + y * stride; }
  operator ImageView() const { return {info, data, stride}; }
};

/// Views of packed rows, planes one behind the other. The caller has checked that payload_bytes(info) bytes are there.
ImageView packed_view(const FrameInfo& info, ConstByteSpan bytes);
inline MutableImageView packed_view(const FrameInfo& info, ByteSpan bytes) {
  return {info, bytes.data(), static_cast<std::size_t>(row_bytes(info.format, info.width))};
}

/// A rectangle in pixels, within its picture.
struct Roi {
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  std::uint32_t width = 0;
  std::uint32_t height = 0;

  bool operator==(const Roi&) const = default;
};

/// The part of a picture, without a copy. `roi` lies within it, has pixels, and begins where cropping_step() allows.
/// Bayer mosaics change their name with an odd x or y (spec: media, section 3.8).
ImageView cropped(const ImageView& image, const Roi& roi);

/// Multiples of what x and y have to be for cropped(): 8 columns of binary, 2 of formats that share chroma, else 1.
struct CroppingStep {
  std::uint32_t x = 1;
  std::uint32_t y = 1;
};
CroppingStep cropping_step(PixelFormat format);

}  // namespace omv
