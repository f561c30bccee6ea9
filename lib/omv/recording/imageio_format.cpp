// SPDX-License-Identifier: LGPL-2.1-or-later
// Parsing and making of ImageIO headers; function names follow the sections of the specification.
#include "omv/recording/imageio_format.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "omv/image/coded_header.h"
#include "omv/image/convert.h"

namespace omv::imageio {

namespace {

constexpr std::string_view kMagicStem = "OMV IMG STR V";
constexpr std::uint32_t kAbsurdInterval = 0x80000000;  // a clock that was set back
constexpr std::uint32_t kFirstV1JpegSize = 4;          // V1 `bpp` from here on is a JPEG byte count
constexpr std::uint64_t kJpegProbeBytes = 4096;

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

// Bytes from `offset` to the end of the source; nullopt when a growing source does not know its end.
Result<std::optional<std::uint64_t>> bytes_left(const ByteSource& source, std::uint64_t offset) {
  auto size = source.size();
  if (size) return std::optional(*size > offset ? *size - offset : 0);
  if (size.error().code == Errc::again) return std::optional<std::uint64_t>();
  return std::move(size).error();
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

// Behind the chunk is a header that could follow, or the exact end of the source (its padding may be missing).
Result<bool> ends_at_boundary(const ByteSource& source, Version version, const Chunk& chunk) {
  const std::uint64_t payload_end = chunk.payload_offset() + chunk.payload_bytes;
  OMV_TRY(const auto left, bytes_left(source, payload_end));
  if (left && *left <= chunk.pad_bytes) {
    OMV_TRY(const std::uint64_t size, source.size());
    return size == payload_end || size == chunk.next_offset();
  }
  auto next = read_header(source, version, chunk.next_offset());
  if (next) return true;
  if (next.error().code == Errc::invalid || next.error().code == Errc::truncated) return false;
  return std::move(next).error();
}

Chunk with_payload(Chunk chunk, std::uint64_t bytes) {
  chunk.payload_bytes = bytes;
  chunk.pad_bytes = static_cast<std::uint32_t>(pad_bytes(bytes));
  return chunk;
}

Chunk quarter_of(const Chunk& chunk) { return with_payload(chunk, chunk.payload_bytes / 4); }

// Behind the chunk is another BINARY frame of the same size.
Result<bool> same_frame_follows(const ByteSource& source, Version version, const Chunk& chunk) {
  auto next = read_header(source, version, chunk.next_offset());
  if (next) return next->info == chunk.info;
  const Errc code = next.error().code;
  if (code == Errc::invalid || code == Errc::truncated || code == Errc::end) return false;
  return std::move(next).error();
}

// Section 3.1: firmware 2.5 to 2.7 counted the words of BINARY rows as bytes. Where three short chunks are as long as
// a full one both readings meet a header; then it is the equal frame right behind the short one that decides.
Result<void> resolve_short_binary(const ByteSource& source, Version version, Chunk& chunk) {
  const Chunk quarter = quarter_of(chunk);
  if (quarter.next_offset() == chunk.next_offset()) return {};
  OMV_TRY(const bool full, ends_at_boundary(source, version, chunk));
  OMV_TRY(const bool is_short,
          full ? same_frame_follows(source, version, quarter) : ends_at_boundary(source, version, quarter));
  if (is_short) chunk = quarter;
  return {};
}

// The first bytes of a payload, fewer when the source ends.
Result<Bytes> read_some(const ByteSource& source, std::uint64_t offset, std::uint64_t wanted) {
  OMV_TRY(const auto left, bytes_left(source, offset));
  Bytes bytes(static_cast<std::size_t>(std::min(wanted, left.value_or(wanted))));
  OMV_CHECK(source.read_at(offset, bytes));
  return bytes;
}

// More than any encoder makes of a picture of this size. A limit, because a hostile file could otherwise have
// the same bytes searched again for every small frame.
std::uint64_t longest_jpeg(const FrameInfo& info) {
  const auto whole_blocks = [](std::uint64_t n) { return (n + 15) / 16 * 16; };
  return kJpegProbeBytes + 16 * whole_blocks(info.width) * whole_blocks(info.height);
}

// Length of the JPEG stream that starts at `offset`, found by walking its markers. On the way the bytes
// looked at double, up to `limit` or what the source has.
Result<std::uint64_t> measure_jpeg(const ByteSource& source, std::uint64_t offset, std::uint64_t limit) {
  for (std::uint64_t wanted = kJpegProbeBytes;; wanted = std::min(2 * wanted, limit)) {
    OMV_TRY(const Bytes bytes, read_some(source, offset, wanted));
    auto end = find_jpeg_end(bytes);
    if (end) return static_cast<std::uint64_t>(*end);
    if (end.error().code != Errc::truncated || bytes.size() < wanted) return std::move(end).error();
    if (wanted == limit) return Error{Errc::invalid, "no JPEG of this size is as long"};
  }
}

// Section 3.1: firmware 4.1.2 to 4.2.0 stored JPEG frames with `bpp` 0, which says BINARY.
Result<void> resolve_lengthless_jpeg(const ByteSource& source, Chunk& chunk) {
  auto start = read_some(source, chunk.payload_offset(), 3);
  if (!start) return start.error().code == Errc::again ? Result<void>(start.error()) : Result<void>();
  if (!looks_like_jpeg(*start)) return {};
  auto length = measure_jpeg(source, chunk.payload_offset(), longest_jpeg(chunk.info));
  if (!length && length.error().code == Errc::invalid) return {};  // BINARY that happens to start FF D8 FF
  if (!length) return std::move(length).error();
  chunk = with_payload(chunk, *length);
  chunk.info.format = PixelFormat::jpeg;
  return {};
}

Result<void> resolve_old_firmware(const ByteSource& source, Version version, ShortBinary short_binary, Chunk& chunk) {
  if (chunk.info.format != PixelFormat::binary) return {};
  if (version == Version::v1_0 && short_binary == ShortBinary::possible)
    return resolve_short_binary(source, version, chunk);
  if (version == Version::v1_1) return resolve_lengthless_jpeg(source, chunk);
  return {};
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

bool rules_out_short_binary(const Chunk& chunk) {
  return chunk.info.format == PixelFormat::binary && chunk.payload_bytes == chunk.memory_bytes() &&
         quarter_of(chunk).next_offset() != chunk.next_offset();
}

Result<Chunk> read_chunk(const ByteSource& source, Version version, std::uint64_t offset, ShortBinary short_binary) {
  OMV_TRY(Chunk chunk, read_header(source, version, offset));
  OMV_CHECK(resolve_old_firmware(source, version, short_binary, chunk));
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
    return static_cast<std::uint64_t>(std::abs(p.r - q.r) + std::abs(p.g - q.g) + std::abs(p.b - q.b));
  };
  const auto swap = [](std::uint16_t v) { return static_cast<std::uint16_t>(v << 8 | v >> 8); };
  Smoothness sum;
  for (std::uint32_t y = 0; y < picture.info.height; ++y)
    for (std::uint32_t x = 1; x < picture.info.width; ++x) {
      const auto a = load_le<std::uint16_t>(picture.row(y) + 2 * (x - 1));
      const auto b = load_le<std::uint16_t>(picture.row(y) + 2 * x);
      sum.native += difference(a, b);
      sum.swapped += difference(swap(a), swap(b));
    }
  return sum;
}

}  // namespace omv::imageio
