// SPDX-License-Identifier: LGPL-2.1-or-later
// Row copies, BINARY packing and byte order.
#include "omv/image/convert.h"

#include <cstring>
#include <utility>

namespace omv {

void copy_rows(const ImageView& from, const MutableImageView& to) {
  const auto bytes = static_cast<std::size_t>(row_bytes(from.info.format, from.info.width));
  if (from.stride == bytes && to.stride == bytes) {
    if (bytes != 0) std::memcpy(to.data, from.data, bytes * from.info.height);
    return;
  }
  for (std::uint32_t y = 0; y < from.info.height; ++y) std::memcpy(to.row(y), from.row(y), bytes);
}

void expand_binary(const ImageView& from, const MutableImageView& to) {
  for (std::uint32_t y = 0; y < from.info.height; ++y) {
    const std::uint8_t* bits = from.row(y);
    std::uint8_t* out = to.row(y);
    for (std::uint32_t x = 0; x < from.info.width; ++x)
      out[x] = static_cast<std::uint8_t>(-((bits[x >> 3] >> (x & 7)) & 1));
  }
}

void reduce_to_binary(const ImageView& from, const MutableImageView& to) {
  const auto bytes = static_cast<std::size_t>(row_bytes(PixelFormat::binary, from.info.width));
  for (std::uint32_t y = 0; y < from.info.height; ++y) {
    const std::uint8_t* in = from.row(y);
    std::uint8_t* bits = to.row(y);
    std::memset(bits, 0, bytes);
    for (std::uint32_t x = 0; x < from.info.width; ++x)
      bits[x >> 3] = static_cast<std::uint8_t>(bits[x >> 3] | (in[x] > 127 ? 1u << (x & 7) : 0u));
  }
}

void swap_bytes16(ByteSpan pixels) {
  for (std::size_t i = 0; i + 1 < pixels.size(); i += 2) std::swap(pixels[i], pixels[i + 1]);
}

}  // namespace omv
