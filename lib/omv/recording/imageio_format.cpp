// SPDX-License-Identifier: LGPL-2.1-or-later
// Parsing and making of ImageIO headers; function names follow the sections of the specification.
#include "omv/recording/imageio_format.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "omv/image/convert.h"
#include "omv/recording/imageio_header.h"

namespace omv::imageio {

namespace {

constexpr std::string_view kMagicStem = "OMV IMG STR V";
constexpr std::uint32_t kAbsurdInterval = 0x80000000;  // a clock that was set back
constexpr std::uint32_t kFirstV1JpegSize = 4;          // V1 `bpp` from here on is a JPEG byte count

bool is_digit(std::uint8_t c) { return c >= '0' && c <= '9'; }

std::string hex(std::uint32_t value) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "0x00000000";
  for (std::size_t i = 0; i < 8; ++i) text[9 - i] = kDigits[value >> (4 * i) & 15];
  return text;
}

Error invalid(const std::string& field, const std::string& value) {
  return {Errc::invalid, "implausible chunk header: " + field + " is " + value};
}

Result<void> check_dimensions(const FrameInfo& info) {
  if (info.width < 1 || info.width > kMaxDimension)
    return invalid("width", std::to_string(static_cast<std::int32_t>(info.width)));
  if (info.height < 1 || info.height > kMaxDimension)
    return invalid("height", std::to_string(static_cast<std::int32_t>(info.height)));
  return {};
}

Result<void> check_payload_size(std::uint64_t bytes) {
  if (bytes > kMaxPayload) return invalid("payload size", std::to_string(bytes));
  return {};
}

// Section 1.1. Payload length of V1 frames follows from the code alone.
Result<void> parse_v1_header(const std::uint8_t* field, Chunk& chunk) {
  chunk.raw_format = load_le<std::uint32_t>(field + 12);
  if (chunk.raw_format >= kFirstV1JpegSize) {
    chunk.info.format = PixelFormat::jpeg;
    chunk.payload_bytes = chunk.raw_format;
    return check_payload_size(chunk.payload_bytes);
  }
  for (const PixelFormatInfo& row : pixel_formats())
    if (row.v1 == chunk.raw_format) chunk.info.format = row.format;
  chunk.payload_bytes = omv::payload_bytes(chunk.info);
  return check_payload_size(chunk.payload_bytes);
}

// Section 1.2. `size` counts for compressed frames only.
Result<void> parse_v2_header(const std::uint8_t* field, Chunk& chunk) {
  chunk.raw_format = load_le<std::uint32_t>(field + 12);
  chunk.raw_size = load_le<std::uint32_t>(field + 16);
  const PixelFormatInfo* row = find_pixel_format(chunk.raw_format);
  if (row == nullptr) return invalid("pixformat", hex(chunk.raw_format));
  chunk.info.format = row->format;
  chunk.payload_bytes = row->compressed ? chunk.raw_size : omv::payload_bytes(chunk.info);
  if (row->compressed && chunk.raw_size == 0) return invalid("size of a compressed frame", "0");
  return check_payload_size(chunk.payload_bytes);
}

Microseconds to_interval(Version version, std::uint32_t raw) {
  if (raw >= kAbsurdInterval) return Microseconds(0);
  return version == Version::v2_1 ? Microseconds(raw) : Microseconds(static_cast<std::int64_t>(raw) * 1000);
}

Result<Chunk> parse_header(const std::uint8_t* field, Version version, std::uint64_t offset) {
  Chunk chunk;
  chunk.offset = offset;
  chunk.header_bytes = static_cast<std::uint32_t>(header_bytes(version));
  chunk.raw_interval = load_le<std::uint32_t>(field);
  chunk.interval = to_interval(version, chunk.raw_interval);
  chunk.info.width = load_le<std::uint32_t>(field + 4);
  chunk.info.height = load_le<std::uint32_t>(field + 8);
  OMV_CHECK(check_dimensions(chunk.info));
  OMV_CHECK(version >= Version::v2_0 ? parse_v2_header(field, chunk) : parse_v1_header(field, chunk));
  chunk.pad_bytes = static_cast<std::uint32_t>(pad_bytes(chunk.payload_bytes));
  return chunk;
}

// Section 5, rules 3 and 4.
Result<void> check_bytes_there(const ByteSource& source, Chunk& chunk) {
  OMV_TRY(const auto left, bytes_left(source, chunk.payload_offset()));
  if (!left) return {};
  if (*left < chunk.payload_bytes)
    return Error{Errc::truncated, "payload is cut off: " + std::to_string(*left) + " of " +
                                      std::to_string(chunk.payload_bytes) + " bytes"};
  chunk.pad_missing = *left < chunk.payload_bytes + chunk.pad_bytes;
  return {};
}

}  // namespace

Result<std::optional<std::uint64_t>> bytes_left(const ByteSource& source, std::uint64_t offset) {
  auto size = source.size();
  if (size) return std::optional(*size > offset ? *size - offset : 0);
  if (size.error().code == Errc::again) return std::optional<std::uint64_t>();
  return std::move(size).error();
}

Result<Chunk> read_header(const ByteSource& source, Version version, std::uint64_t offset) {
  std::array<std::uint8_t, kMaxHeaderBytes> field{};
  const std::size_t bytes = header_bytes(version);
  OMV_TRY(const auto left, bytes_left(source, offset));
  if (left && *left == 0) return Error{Errc::end, "end of stream"};
  if (left && *left < bytes)
    return Error{Errc::truncated,
                 "chunk header is cut off: " + std::to_string(*left) + " of " + std::to_string(bytes) + " bytes"};
  OMV_CHECK(source.read_at(offset, ByteSpan(field.data(), bytes)));
  return parse_header(field.data(), version, offset);
}

Result<Version> parse_magic(ConstByteSpan bytes) {
  if (bytes.size() < kMagicBytes)
    return Error{Errc::truncated, "not an ImageIO file: " + std::to_string(bytes.size()) + " bytes, the magic has 16"};
  if (!std::equal(kMagicStem.begin(), kMagicStem.end(), bytes.begin()) || !is_digit(bytes[13]) || bytes[14] != '.' ||
      !is_digit(bytes[15]))
    return Error{Errc::invalid, "not an ImageIO file: it does not start with 'OMV IMG STR Vx.y'"};
  const int number = (bytes[13] - '0') * 10 + (bytes[15] - '0');
  if (number == 10 || number == 11 || number == 20 || number == 21) return static_cast<Version>(number);
  return Error{Errc::unsupported, "ImageIO version " + std::string(as_text(bytes.subspan(12, 4))) +
                                      "; versions V1.0, V1.1, V2.0 and V2.1 can be read"};
}

std::array<std::uint8_t, kMagicBytes> make_magic(Version version) {
  std::array<std::uint8_t, kMagicBytes> magic{};
  std::copy(kMagicStem.begin(), kMagicStem.end(), magic.begin());
  const auto number = static_cast<std::uint8_t>(version);
  magic[13] = static_cast<std::uint8_t>('0' + number / 10);
  magic[14] = '.';
  magic[15] = static_cast<std::uint8_t>('0' + number % 10);
  return magic;
}

std::size_t header_bytes(Version version) { return version >= Version::v2_0 ? 32 : 16; }

Result<Chunk> read_chunk(const ByteSource& source, Version version, std::uint64_t offset, BinaryLength before) {
  OMV_TRY(Chunk chunk, read_header(source, version, offset));
  OMV_CHECK(resolve_old_firmware(source, version, before, chunk));
  OMV_CHECK(check_bytes_there(source, chunk));
  return chunk;
}

Result<void> check_writable(const FrameInfo& info, std::uint64_t payload) {
  const auto id = static_cast<std::uint32_t>(info.format);
  if (find_pixel_format(id) == nullptr) return Error{Errc::invalid, "there is no pixel format " + hex(id)};
  const std::string what = std::string(to_string(info.format)) + " frame of " + std::to_string(info.width) + "x" +
                           std::to_string(info.height);
  if (info.format == PixelFormat::argb8)
    return Error{Errc::unsupported, what + " can't be stored: the format has no payload in ImageIO"};
  if (!check_dimensions(info))
    return Error{Errc::invalid, what + ": width and height must be 1 to " + std::to_string(kMaxDimension)};
  const bool compressed = is_compressed(info.format);
  if (compressed ? payload == 0 || payload > kMaxPayload : payload != omv::payload_bytes(info))
    return Error{Errc::invalid, what + " has a payload of " + std::to_string(payload) + " bytes, " +
                                    (compressed ? "1 to 2147483647" : std::to_string(omv::payload_bytes(info))) +
                                    " expected"};
  return {};
}

Result<std::array<std::uint8_t, kMaxHeaderBytes>> make_header(const FrameInfo& info, std::uint32_t interval_ms,
                                                              std::uint64_t payload) {
  OMV_CHECK(check_writable(info, payload));
  std::array<std::uint8_t, kMaxHeaderBytes> field{};
  store_le<std::uint32_t>(field.data(), interval_ms);
  store_le<std::uint32_t>(field.data() + 4, info.width);
  store_le<std::uint32_t>(field.data() + 8, info.height);
  store_le<std::uint32_t>(field.data() + 12, static_cast<std::uint32_t>(info.format));
  store_le<std::uint32_t>(field.data() + 16, is_compressed(info.format) ? static_cast<std::uint32_t>(payload) : 0);
  return field;
}

std::uint32_t IntervalRounder::next(std::chrono::nanoseconds time) {
  const std::int64_t ms = (time.count() + 500'000) / 1'000'000;
  const std::int64_t interval = started_ ? std::clamp<std::int64_t>(ms - last_ms_, 0, kAbsurdInterval - 1) : 0;
  last_ms_ = started_ ? last_ms_ + interval : ms;
  started_ = true;
  return static_cast<std::uint32_t>(interval);
}

Smoothness rgb565_smoothness(const ImageView& picture) {
  const auto difference = [](std::uint16_t a, std::uint16_t b) {
    const Rgb888 p = expand_565(a);
    const Rgb888 q = expand_565(b);
    const int sum = std::abs(p.r - q.r) + std::abs(p.g - q.g) + std::abs(p.b - q.b);
    return static_cast<std::uint64_t>(sum);
  };
  const auto swap = [](std::uint16_t v) { return static_cast<std::uint16_t>(v << 8 | v >> 8); };
  Smoothness sum;
  for (std::uint32_t y = 0; y < picture.info.height; ++y)
    for (std::size_t x = 1; x < picture.info.width; ++x) {
      const auto a = load_le<std::uint16_t>(picture.row(y) + 2 * (x - 1));
      const auto b = load_le<std::uint16_t>(picture.row(y) + 2 * x);
      sum.native += difference(a, b);
      sum.swapped += difference(swap(a), swap(b));
    }
  return sum;
}

namespace {

Result<void> add_smoothness(const ByteSource& source, const Chunk& chunk, Smoothness& sum) {
  Bytes pixels(static_cast<std::size_t>(chunk.payload_bytes));
  OMV_CHECK(source.read_at(chunk.payload_offset(), pixels));
  const Smoothness one = rgb565_smoothness(packed_view(chunk.info, ConstByteSpan(pixels)));
  sum.native += one.native;
  sum.swapped += one.swapped;
  return {};
}

}  // namespace

Result<bool> swaps_rgb565(const ByteSource& source, Version version, Rgb565Order order, const Chunk* only) {
  if (version != Version::v1_0 || order == Rgb565Order::native) return false;
  if (order == Rgb565Order::swap) return true;
  Smoothness sum;
  if (only != nullptr) {
    OMV_CHECK(add_smoothness(source, *only, sum));
    return sum.swapped <= sum.native;
  }
  for (std::uint64_t offset = kMagicBytes;;) {
    const auto chunk = read_chunk(source, version, offset);
    if (!chunk) break;
    if (chunk->info.format == PixelFormat::rgb565) OMV_CHECK(add_smoothness(source, *chunk, sum));
    offset = chunk->next_offset();
  }
  return sum.swapped <= sum.native;
}

}  // namespace omv::imageio
