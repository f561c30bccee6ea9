// SPDX-License-Identifier: LGPL-2.1-or-later
// Mirroring, flipping and transposing packed pixels of any size (spec: media, section 3.3).
#pragma once

#include <cstddef>
#include <cstdint>

namespace omv {

/// What a picture goes through, in this order: left becomes right, top becomes bottom, rows become columns.
/// flip and transpose together turn it by 90 degrees clockwise, mirror and transpose by 270.
struct Orientation {
  bool mirror = false;
  bool flip = false;
  bool transpose = false;

  bool operator==(const Orientation&) const = default;
  bool any() const { return mirror || flip || transpose; }
};

/// Width and height in pixels, or in samples of a plane.
struct Size {
  std::uint32_t width = 0;
  std::uint32_t height = 0;

  bool operator==(const Size&) const = default;
};

/// The size that a picture has afterwards; also the size it had before.
constexpr Size oriented(Size size, bool transposed) { return transposed ? Size{size.height, size.width} : size; }

/// Borrowed rows of pixels that lie `stride` bytes apart.
struct ConstPixelRows {
  const std::uint8_t* data = nullptr;
  std::size_t stride = 0;
};
struct PixelRows {
  std::uint8_t* data = nullptr;
  std::size_t stride = 0;
};

/// True for the sizes of a pixel, in bytes, that orient() takes: 1, 2, 3, 4, 6, 8.
bool can_orient(std::size_t pixel_bytes);

/// Writes `from`, which has `size`, into `to`, which has oriented(size). The two don't overlap.
void orient(ConstPixelRows from, Size size, std::size_t pixel_bytes, Orientation how, PixelRows to);

}  // namespace omv
