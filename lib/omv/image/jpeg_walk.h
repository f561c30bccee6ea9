// SPDX-License-Identifier: LGPL-2.1-or-later
// From marker to marker through a JPEG stream (ITU-T T.81, annex B).
#pragma once

#include <cstddef>
#include <cstdint>

#include "omv/base/bytes.h"
#include "omv/base/result.h"

namespace omv {

inline constexpr std::uint8_t kJpegStart = 0xD8;  ///< SOI
inline constexpr std::uint8_t kJpegEnd = 0xD9;    ///< EOI
inline constexpr std::uint8_t kJpegScan = 0xDA;   ///< SOS

struct JpegMarker {
  std::uint8_t code = 0;
  std::size_t body = 0;  ///< offset behind the length field
  std::size_t end = 0;   ///< offset behind the segment, possibly beyond the bytes; equals body without a length
};

/// Offset of the first marker behind SOI. Errc::truncated, or Errc::invalid for what is not JPEG.
Result<std::size_t> begin_jpeg(ConstByteSpan bytes);

/// The marker at `at`, fill bytes skipped. Errc::truncated when it or its length is cut off, Errc::invalid when there
/// is none or its length makes no sense.
Result<JpegMarker> read_jpeg_marker(ConstByteSpan bytes, std::size_t at);

/// RST0 to RST7, which stand in scans.
constexpr bool is_jpeg_restart(std::uint8_t code) { return code >= 0xD0 && code <= 0xD7; }

/// SOF0 to SOF15, among which DHT (C4), JPG (C8) and DAC (CC) are none.
constexpr bool is_jpeg_frame_header(std::uint8_t code) {
  return code >= 0xC0 && code <= 0xCF && code != 0xC4 && code != 0xC8 && code != 0xCC;
}

/// A parameter of two bytes.
constexpr std::uint16_t load_jpeg16(const std::uint8_t* bytes) {
  return static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
}

}  // namespace omv
