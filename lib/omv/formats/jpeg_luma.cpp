// SPDX-License-Identifier: LGPL-2.1-or-later
// Segments, then MCU by MCU: luma's DC coefficients are kept, everything else is passed.
#include "omv/formats/jpeg_luma.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "omv/formats/jpeg_scaled.h"
#include "omv/formats/jpeg_scan.h"
#include "omv/image/jpeg_walk.h"

namespace omv::formats {

namespace {

using detail::AcCodes;
using detail::DcCodes;
using detail::ScanBits;

constexpr std::uint8_t kSof0 = 0xC0, kSof1 = 0xC1, kDht = 0xC4;
constexpr std::uint8_t kDqt = 0xDB, kDri = 0xDD, kApp14 = 0xEE;
constexpr std::uint32_t kBlockSide = 8;
constexpr int kMaxBlocks = 10;  // of an MCU

Error cut_off(const char* segment) { return {Errc::truncated, std::string("JPEG ") + segment + " is cut off"}; }
Error damaged(const std::string& what) { return {Errc::invalid, "JPEG " + what}; }

// What libjpeg reads and this does not.
Error for_libjpeg() { return {Errc::unsupported, "JPEG is not baseline in one scan"}; }

// Codes and the definition that they were made from: a camera sends the same one with every frame.
template <typename Codes>
struct Defined {
  Bytes definition;
  Codes codes;

  Result<void> define(ConstByteSpan by) {
    if (std::equal(by.begin(), by.end(), definition.begin(), definition.end())) return {};
    definition.clear();
    OMV_CHECK(codes.define(by));
    definition.assign(by.begin(), by.end());
    return {};
  }
};

struct Component {
  std::uint8_t id = 0;
  int blocks = 1;  // in an MCU
  std::uint8_t quantiser = 0;
  std::uint8_t dc = 0;
  std::uint8_t ac = 0;
};

// What the segments of one stream say.
struct Header {
  Size size;
  std::uint32_t across = 1, down = 1;  // luma blocks in an MCU
  std::array<Component, 3> components;
  std::size_t count = 0;
  std::array<int, 4> quantisers = {};  // of DC; 0: not defined
  std::array<bool, 4> has_dc = {}, has_ac = {};
  std::uint32_t restart_interval = 0;  // in MCUs; 0: none
  bool adobe_rgb = false;
};

}  // namespace

struct JpegLumaDecoder::State {
  std::array<Defined<DcCodes>, 4> dc;
  std::array<Defined<AcCodes>, 4> ac;
  Header header;

  Result<Size> decode(ConstByteSpan jpeg, Frame& into, const JpegDecodeLimits& limits);

 private:
  Result<std::size_t> read_segments(ConstByteSpan jpeg);
  Result<void> read_segment(std::uint8_t code, ConstByteSpan body);
  Result<void> read_frame(ConstByteSpan body);
  Result<void> read_quantisers(ConstByteSpan body);
  Result<void> read_codes(ConstByteSpan body);
  Result<void> read_scan_header(ConstByteSpan body);
  Result<void> check_scan() const;
  bool read_mcu(ScanBits& bits, int& luma, std::uint8_t* into, std::uint32_t columns, std::uint32_t rows,
                std::size_t stride) const;
  bool skip_chroma(ScanBits& bits) const;
  Result<void> read_scan(ScanBits& bits, Frame& into) const;
};

// ---- segments ------------------------------------------------------------------------------------------------------

// Frame header (T.81, B.2.2).
Result<void> JpegLumaDecoder::State::read_frame(ConstByteSpan body) {
  if (body.size() < 6) return cut_off("frame header");
  header.size = {load_jpeg16(body.data() + 3), load_jpeg16(body.data() + 1)};
  header.count = body[5];
  const bool known = body[0] == 8 && (header.count == 1 || header.count == 3);
  if (!known || header.size.width == 0 || header.size.height == 0) return for_libjpeg();
  if (body.size() < 6 + 3 * header.count) return cut_off("frame header");
  int blocks = 0;
  for (std::size_t i = 0; i < header.count; ++i) {
    const std::uint8_t* field = body.data() + 6 + 3 * i;
    const std::uint32_t across = field[1] >> 4;
    const std::uint32_t down = field[1] & 15;
    if (i == 0) header.across = across, header.down = down;
    if (across == 0 || down == 0 || across > header.across || down > header.down || field[2] > 3) return for_libjpeg();
    header.components[i] = {field[0], static_cast<int>(across * down), field[2]};
    blocks += header.components[i].blocks;
  }
  if (header.count == 1) header.across = header.down = 1, header.components[0].blocks = 1;
  return header.count > 1 && blocks > kMaxBlocks ? Result<void>(for_libjpeg()) : Result<void>();
}

// Quantisation tables (B.2.4.1): 64 of them in each, of which the first counts.
Result<void> JpegLumaDecoder::State::read_quantisers(ConstByteSpan body) {
  while (!body.empty()) {
    const std::size_t wide = body[0] >> 4 != 0 ? 2 : 1;
    if (body.size() < 1 + 64 * wide) return cut_off("quantisation table");
    if ((body[0] & 15) > 3) return damaged("has more than four quantisation tables");
    header.quantisers[body[0] & 15] = wide == 2 ? load_jpeg16(body.data() + 1) : body[1];
    body = body.subspan(1 + 64 * wide);
  }
  return {};
}

// Huffman tables (B.2.4.2).
Result<void> JpegLumaDecoder::State::read_codes(ConstByteSpan body) {
  while (!body.empty()) {
    std::size_t length = 17;
    if (body.size() < length) return cut_off("Huffman table");
    for (std::size_t i = 1; i <= 16; ++i) length += body[i];
    if (body.size() < length) return cut_off("Huffman table");
    const std::size_t which = body[0] & 15;
    const bool is_ac = body[0] >> 4 != 0;
    if (which > 3 || body[0] >> 4 > 1) return damaged("has a Huffman table of no known kind");
    const ConstByteSpan definition = body.subspan(1, length - 1);
    OMV_CHECK(is_ac ? ac[which].define(definition) : dc[which].define(definition));
    (is_ac ? header.has_ac : header.has_dc)[which] = true;
    body = body.subspan(length);
  }
  return {};
}

// Scan header (B.2.3).
Result<void> JpegLumaDecoder::State::read_scan_header(ConstByteSpan body) {
  if (header.count == 0) return damaged("has a scan without a frame header");
  if (body.empty() || body.size() < 4 + std::size_t{2} * body[0]) return cut_off("scan header");
  if (body[0] != header.count) return for_libjpeg();
  for (std::size_t i = 0; i < header.count; ++i) {
    Component& component = header.components[i];
    if (body[1 + 2 * i] != component.id) return for_libjpeg();
    component.dc = body[2 + 2 * i] >> 4;
    component.ac = body[2 + 2 * i] & 15;
  }
  return check_scan();
}

// Without a table of its own a stream has the standard ones, which libjpeg knows.
Result<void> JpegLumaDecoder::State::check_scan() const {
  for (std::size_t i = 0; i < header.count; ++i) {
    const Component& component = header.components[i];
    if (component.dc > 3 || component.ac > 3 || !header.has_dc[component.dc] || !header.has_ac[component.ac])
      return for_libjpeg();
  }
  const bool named_rgb = header.components[0].id == 'R' && header.components[1].id == 'G';
  if (header.count == 3 && (header.adobe_rgb || named_rgb)) return for_libjpeg();
  if (header.quantisers[header.components[0].quantiser] == 0) return damaged("lacks a quantisation table");
  return {};
}

Result<void> JpegLumaDecoder::State::read_segment(std::uint8_t code, ConstByteSpan body) {
  if (code == kSof0 || code == kSof1) return read_frame(body);
  if (is_jpeg_frame_header(code)) return for_libjpeg();
  if (code == kDqt) return read_quantisers(body);
  if (code == kDht) return read_codes(body);
  if (code == kDri && body.size() < 2) return cut_off("restart interval");
  if (code == kDri) header.restart_interval = load_jpeg16(body.data());
  if (code == kApp14 && body.size() >= 12 && std::memcmp(body.data(), "Adobe", 5) == 0)
    header.adobe_rgb = body[11] == 0;
  return {};
}

// Up to the first scan; where its bits begin.
Result<std::size_t> JpegLumaDecoder::State::read_segments(ConstByteSpan jpeg) {
  header = {};
  OMV_TRY(std::size_t at, begin_jpeg(jpeg));
  for (;;) {
    OMV_TRY(const JpegMarker marker, read_jpeg_marker(jpeg, at));
    if (marker.end > jpeg.size()) return cut_off("segment");
    if (marker.code == kJpegEnd) return damaged("ends without a picture");
    const ConstByteSpan body = jpeg.subspan(marker.body, marker.end - marker.body);
    if (marker.code == kJpegScan) {
      OMV_CHECK(read_scan_header(body));
      return marker.end;
    }
    OMV_CHECK(read_segment(marker.code, body));
    at = marker.end;
  }
}

// ---- the scan ------------------------------------------------------------------------------------------------------

inline bool JpegLumaDecoder::State::skip_chroma(ScanBits& bits) const {
  for (std::size_t i = 1; i < header.count; ++i) {
    const Component& component = header.components[i];
    for (int block = 0; block < component.blocks; ++block)
      if (!dc[component.dc].codes.skip(bits) || !ac[component.ac].codes.skip_block(bits)) return false;
  }
  return true;
}

// The mean of a block as libjpeg's smallest inverse DCT makes it. Of its luma blocks `columns` x `rows` are in the
// picture.
inline bool JpegLumaDecoder::State::read_mcu(ScanBits& bits, int& luma, std::uint8_t* into, std::uint32_t columns,
                                             std::uint32_t rows, std::size_t stride) const {
  const Component& component = header.components[0];
  const int quantiser = header.quantisers[component.quantiser];
  for (std::uint32_t y = 0; y < header.down; ++y)
    for (std::uint32_t x = 0; x < header.across; ++x) {
      int difference = 0;
      if (!dc[component.dc].codes.read(bits, difference)) return false;
      luma = static_cast<std::int16_t>(luma + difference);
      if (!ac[component.ac].codes.skip_block(bits)) return false;
      const int mean = (luma * quantiser >> 3) + (luma * quantiser >> 2 & 1) + 128;
      if (x < columns && y < rows) into[y * stride + x] = static_cast<std::uint8_t>(std::clamp(mean, 0, 255));
    }
  return skip_chroma(bits);
}

Result<void> JpegLumaDecoder::State::read_scan(ScanBits& bits, Frame& into) const {
  const auto [format, width, height] = into.info;
  std::uint32_t left = header.restart_interval;
  int luma = 0;
  for (std::uint32_t y = 0; y < height; y += header.down)
    for (std::uint32_t x = 0; x < width; x += header.across) {
      if (header.restart_interval > 0 && left-- == 0) {
        if (!bits.restart()) return damaged("lacks a restart marker");
        left = header.restart_interval - 1;
        luma = 0;
      }
      std::uint8_t* at = into.data.data() + std::size_t{y} * width + x;
      ScanBits copy = bits;  // can live in registers
      const bool good = read_mcu(copy, luma, at, width - x, height - y, width);
      bits = copy;
      if (bits.ran_out()) return Error{Errc::truncated, "JPEG scan ends early"};
      if (!good) return damaged("has a code that is none");
    }
  return {};
}

Result<Size> JpegLumaDecoder::State::decode(ConstByteSpan jpeg, Frame& into, const JpegDecodeLimits& limits) {
  OMV_TRY(const std::size_t begin, read_segments(jpeg));
  OMV_CHECK(detail::check_jpeg_size(header.size, limits));
  into.info = {PixelFormat::grayscale, (header.size.width + kBlockSide - 1) / kBlockSide,
               (header.size.height + kBlockSide - 1) / kBlockSide};
  into.data.resize(static_cast<std::size_t>(payload_bytes(into.info)));
  ScanBits bits(jpeg.subspan(begin));
  OMV_CHECK(read_scan(bits, into));
  constexpr std::array<std::uint8_t, 2> kEoi = {0xFF, kJpegEnd};
  const std::uint8_t* end = jpeg.data() + jpeg.size();
  if (std::search(bits.position(), end, kEoi.begin(), kEoi.end()) == end) return cut_off("end");
  return header.size;
}

// ---- the class -----------------------------------------------------------------------------------------------------

JpegLumaDecoder::JpegLumaDecoder() : state_(std::make_unique<State>()) {}
JpegLumaDecoder::JpegLumaDecoder(JpegLumaDecoder&&) noexcept = default;
JpegLumaDecoder& JpegLumaDecoder::operator=(JpegLumaDecoder&&) noexcept = default;
JpegLumaDecoder::~JpegLumaDecoder() = default;

Result<Size> JpegLumaDecoder::decode(ConstByteSpan jpeg, Frame& into, const JpegDecodeLimits& limits) {
  auto size = state_->decode(jpeg, into, limits);
  if (size || size.error().code != Errc::unsupported) return size;
  return detail::decode_scaled_luma(jpeg, into, limits);
}

}  // namespace omv::formats
