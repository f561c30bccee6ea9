// SPDX-License-Identifier: LGPL-2.1-or-later
// The frame header of JPEG (ITU-T T.81, annex B) and the first chunk of PNG.
#include "omv/image/coded_header.h"

#include <algorithm>
#include <array>
#include <string>

#include "omv/image/jpeg_walk.h"

namespace omv {

namespace {

constexpr std::array<std::uint8_t, 8> kPngSignature = {0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A};

std::uint32_t load_be32(const std::uint8_t* p) {
  return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3];
}

Error truncated(const char* where) { return {Errc::truncated, std::string("JPEG ends ") + where}; }

// Offset of the marker that ends the entropy-coded data starting at `at`.
Result<std::size_t> skip_scan(ConstByteSpan bytes, std::size_t at) {
  while (true) {
    const auto found = std::find(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(), 0xFF);
    at = static_cast<std::size_t>(found - bytes.begin());
    if (bytes.size() - at < 2) return truncated("inside a scan");
    const std::uint8_t next = bytes[at + 1];
    if (next == 0x00 || is_jpeg_restart(next))
      at += 2;
    else if (next == 0xFF)
      at += 1;
    else
      return at;
  }
}

}  // namespace

bool looks_like_jpeg(ConstByteSpan bytes) {
  return bytes.size() >= 3 && bytes[0] == 0xFF && bytes[1] == kJpegStart && bytes[2] == 0xFF;
}

bool looks_like_png(ConstByteSpan bytes) {
  return bytes.size() >= kPngSignature.size() && std::equal(kPngSignature.begin(), kPngSignature.end(), bytes.begin());
}

Result<CodedSize> read_jpeg_size(ConstByteSpan bytes) {
  OMV_TRY(std::size_t at, begin_jpeg(bytes));
  while (true) {
    OMV_TRY(const JpegMarker segment, read_jpeg_marker(bytes, at));
    if (segment.code == kJpegScan || segment.code == kJpegEnd) return Error{Errc::invalid, "JPEG has no frame header"};
    if (is_jpeg_frame_header(segment.code)) {
      if (segment.end - segment.body < 6) return Error{Errc::invalid, "JPEG frame header is too short"};
      if (bytes.size() - segment.body < 6) return truncated("inside its frame header");
      const std::uint8_t* p = bytes.data() + segment.body;
      return CodedSize{load_jpeg16(p + 3), load_jpeg16(p + 1), p[5]};
    }
    at = segment.end;
  }
}

Result<CodedSize> read_png_size(ConstByteSpan bytes) {
  if (bytes.size() < 26) return Error{Errc::truncated, "PNG ends inside its header"};
  const std::uint8_t* ihdr = bytes.data() + 8;
  if (!looks_like_png(bytes) || !std::equal(ihdr + 4, ihdr + 8, "IHDR"))
    return Error{Errc::invalid, "not a PNG stream (no signature or no IHDR)"};
  constexpr std::array<std::uint8_t, 7> kChannels = {1, 0, 3, 3, 2, 0, 4};
  const std::uint8_t type = bytes[25];
  return CodedSize{load_be32(bytes.data() + 16), load_be32(bytes.data() + 20),
                   type < kChannels.size() ? kChannels[type] : std::uint8_t{0}};
}

Result<std::size_t> find_jpeg_end(ConstByteSpan bytes) {
  OMV_TRY(std::size_t at, begin_jpeg(bytes));
  while (true) {
    OMV_TRY(const JpegMarker segment, read_jpeg_marker(bytes, at));
    if (segment.end > bytes.size()) return truncated("inside a segment");
    at = segment.end;
    if (segment.code == kJpegEnd) return at;
    if (segment.code == kJpegScan) {
      OMV_TRY(at, skip_scan(bytes, at));
    }
  }
}

}  // namespace omv
