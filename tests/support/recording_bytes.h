// SPDX-License-Identifier: LGPL-2.1-or-later
// ImageIO recordings put together by hand, so that the library's own writer is not its own judge.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "omv/base/bytes.h"
#include "omv/image/pixel_format.h"

namespace omv::test {

/// Bytes 1, 2, 3 ... so that every payload differs from the padding and, by `start`, from its neighbours.
inline Bytes counted_bytes(std::size_t count, std::uint8_t start = 1) {
  Bytes bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(start + i);
  return bytes;
}

inline void pad_to_16(Bytes& bytes) { bytes.resize((bytes.size() + 15) / 16 * 16); }

/// Header, payload, padding of V1.0 and V1.1; `bpp` is the code, for JPEG the byte count.
inline Bytes v1_chunk(std::uint32_t interval, std::uint32_t w, std::uint32_t h, std::uint32_t bpp,
                      ConstByteSpan payload) {
  Bytes bytes;
  for (const std::uint32_t field : {interval, w, h, bpp}) append_le(bytes, field);
  append(bytes, payload);
  pad_to_16(bytes);
  return bytes;
}

/// The same of V2.0 and V2.1.
inline Bytes v2_chunk(std::uint32_t interval, std::uint32_t w, std::uint32_t h, std::uint32_t id, std::uint32_t size,
                      ConstByteSpan payload) {
  Bytes bytes;
  for (const std::uint32_t field : {interval, w, h, id, size, 0u, 0u, 0u}) append_le(bytes, field);
  append(bytes, payload);
  pad_to_16(bytes);
  return bytes;
}

inline Bytes v2_chunk(std::uint32_t interval, std::uint32_t w, std::uint32_t h, PixelFormat format,
                      ConstByteSpan payload) {
  const auto size = is_compressed(format) ? static_cast<std::uint32_t>(payload.size()) : 0;
  return v2_chunk(interval, w, h, static_cast<std::uint32_t>(format), size, payload);
}

/// A file of "V1.0", "V1.1", "V2.0" or "V2.1".
inline Bytes recording(std::string_view version, std::initializer_list<Bytes> chunks) {
  Bytes bytes;
  append(bytes, as_bytes("OMV IMG STR "));
  append(bytes, as_bytes(version));
  for (const Bytes& chunk : chunks) append(bytes, chunk);
  return bytes;
}

/// A JPEG stream in form only: SOI, a comment of `comment` bytes that contains what looks like an EOI, EOI.
inline Bytes jpeg_like(std::size_t comment) {
  Bytes bytes = {0xFF, 0xD8, 0xFF, 0xFE};
  const std::size_t length = comment + 2;
  bytes.push_back(static_cast<std::uint8_t>(length >> 8));
  bytes.push_back(static_cast<std::uint8_t>(length));
  for (std::size_t i = 0; i < comment; ++i) bytes.push_back(i % 2 == 0 ? 0xFF : 0xD9);
  append(bytes, Bytes{0xFF, 0xD9});
  return bytes;
}

/// Every format of a version in small and odd sizes, so that paddings of several lengths occur.
inline Bytes mixed_v1(std::string_view version) {
  return recording(version, {
                                v1_chunk(20, 3, 2, 1, counted_bytes(6)),
                                v1_chunk(33, 33, 2, 0, counted_bytes(16)),
                                v1_chunk(0, 3, 1, 2, counted_bytes(6)),
                                v1_chunk(40, 8, 8, 19, jpeg_like(11)),
                                v1_chunk(7, 5, 3, 3, counted_bytes(15)),
                                v1_chunk(1000, 1, 1, 0, counted_bytes(4)),
                                v1_chunk(1, 4, 4, 1, counted_bytes(16)),
                            });
}

inline Bytes mixed_v2(std::string_view version) {
  return recording(version, {
                                v2_chunk(20, 3, 2, PixelFormat::grayscale, counted_bytes(6)),
                                v2_chunk(33, 33, 2, PixelFormat::binary, counted_bytes(16)),
                                v2_chunk(0, 3, 1, PixelFormat::rgb565, counted_bytes(6)),
                                v2_chunk(40, 8, 8, PixelFormat::jpeg, jpeg_like(11)),
                                v2_chunk(7, 5, 3, PixelFormat::bayer_rggb, counted_bytes(15)),
                                v2_chunk(9, 3, 3, PixelFormat::argb8, {}),
                                v2_chunk(1000, 3, 3, PixelFormat::yvu422, counted_bytes(18)),
                                v2_chunk(5, 8, 8, PixelFormat::png, counted_bytes(1)),
                                v2_chunk(1, 4, 4, PixelFormat::grayscale, counted_bytes(16)),
                            });
}

/// The small mixed recording of a version.
inline Bytes mixed_recording(std::string_view version) {
  return version[1] == '1' ? mixed_v1(version) : mixed_v2(version);
}

}  // namespace omv::test
