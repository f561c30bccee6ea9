// SPDX-License-Identifier: LGPL-2.1-or-later
// Markers with and without a length.
#include "omv/image/jpeg_walk.h"

#include <string>

namespace omv {

namespace {

constexpr std::uint8_t kTem = 0x01;
constexpr std::uint8_t kFirstMarker = 0xC0;  // below: byte stuffing and reserved codes, except TEM

bool is_alone(std::uint8_t code) {
  return code == kJpegStart || code == kJpegEnd || code == kTem || is_jpeg_restart(code);
}

Error truncated(const char* where) { return {Errc::truncated, std::string("JPEG ends ") + where}; }

}  // namespace

Result<std::size_t> begin_jpeg(ConstByteSpan bytes) {
  if (bytes.size() < 3) return truncated("before its first marker");
  if (bytes[0] == 0xFF && bytes[1] == kJpegStart && bytes[2] == 0xFF) return std::size_t{2};
  return Error{Errc::invalid, "not a JPEG stream (no FF D8 FF)"};
}

Result<JpegMarker> read_jpeg_marker(ConstByteSpan bytes, std::size_t at) {
  if (at >= bytes.size()) return truncated("before a marker");
  if (bytes[at] != 0xFF) return Error{Errc::invalid, "JPEG has no marker at offset " + std::to_string(at)};
  while (at < bytes.size() && bytes[at] == 0xFF) ++at;
  if (at >= bytes.size()) return truncated("inside a marker");
  const std::uint8_t code = bytes[at++];
  if (code < kFirstMarker && code != kTem) return Error{Errc::invalid, "JPEG has a reserved marker"};
  if (is_alone(code)) return JpegMarker{code, at, at};
  if (bytes.size() - at < 2) return truncated("inside a segment length");
  const auto length = std::size_t{load_jpeg16(bytes.data() + at)};
  if (length < 2) return Error{Errc::invalid, "JPEG segment length " + std::to_string(length)};
  return JpegMarker{code, at + 2, at + length};
}

}  // namespace omv
