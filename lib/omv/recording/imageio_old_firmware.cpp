// SPDX-License-Identifier: LGPL-2.1-or-later
// BINARY chunks that are not what their headers say: how old firmware is found out (spec: imageio, section 3.1).
#include "omv/recording/imageio_header.h"

#include <algorithm>
#include <array>

#include "omv/image/coded_header.h"

namespace omv::imageio {

namespace {

constexpr std::uint64_t kJpegProbeBytes = 4096;

// What is there of the padding is zero, as every writer makes it.
Result<bool> pads_with_zeros(const ByteSource& source, const Chunk& chunk) {
  std::array<std::uint8_t, kAlignment> pad{};
  const std::uint64_t payload_end = chunk.payload_offset() + chunk.payload_bytes;
  OMV_TRY(const auto left, bytes_left(source, payload_end));
  const auto there = ByteSpan(pad).first(
      static_cast<std::size_t>(std::min<std::uint64_t>(left.value_or(chunk.pad_bytes), chunk.pad_bytes)));
  OMV_CHECK(source.read_at(payload_end, there));
  return std::all_of(there.begin(), there.end(), [](std::uint8_t byte) { return byte == 0; });
}

// What follows a chunk.
enum class Behind : std::uint8_t {
  header,   // one that is plausible
  end,      // of the source, exactly
  cut,      // the source ends in the padding or in the header behind
  garbage,  // or the payload itself is not all there
};

Result<Behind> what_is_behind(const ByteSource& source, Version version, const Chunk& chunk) {
  const std::uint64_t payload_end = chunk.payload_offset() + chunk.payload_bytes;
  OMV_TRY(const auto left, bytes_left(source, payload_end));
  if (left && *left <= chunk.pad_bytes) {
    OMV_TRY(const std::uint64_t size, source.size());
    if (size == chunk.next_offset()) return Behind::end;
    return size >= payload_end ? Behind::cut : Behind::garbage;
  }
  auto next = read_header(source, version, chunk.next_offset());
  if (next) return Behind::header;
  if (next.error().code == Errc::invalid) return Behind::garbage;
  if (next.error().code == Errc::truncated) return Behind::cut;
  return std::move(next).error();
}

Chunk with_payload(Chunk chunk, std::uint64_t bytes) {
  chunk.payload_bytes = bytes;
  chunk.pad_bytes = static_cast<std::uint32_t>(pad_bytes(bytes));
  return chunk;
}

Chunk quarter_of(const Chunk& chunk) { return with_payload(chunk, chunk.payload_bytes / 4); }

// Another BINARY frame lies behind this one, and it too fits as a quarter.
Result<bool> another_quarter_follows(const ByteSource& source, Version version, const Chunk& quarter) {
  auto next = read_header(source, version, quarter.next_offset());
  if (!next && next.error().code == Errc::again) return std::move(next).error();
  if (!next || next->info.format != PixelFormat::binary) return false;
  OMV_TRY(const Behind behind, what_is_behind(source, version, quarter_of(*next)));
  return behind == Behind::header || behind == Behind::end;
}

// Anything can be cut off, so then the padding or the frames before have to speak for the quarter. Where the full
// length fits as well (three quarters of 32x32 are as long as one full frame), a second quarter has to follow.
Result<bool> is_quarter(const ByteSource& source, Version version, BinaryLength before, const Chunk& full,
                        const Chunk& quarter) {
  const bool expected = before == BinaryLength::quarter;
  OMV_TRY(const bool zeros, pads_with_zeros(source, quarter));
  OMV_TRY(const Behind behind, what_is_behind(source, version, quarter));
  if (!zeros || behind == Behind::garbage) return false;
  if (behind == Behind::cut && quarter.pad_bytes == 0) return expected;
  if (expected) return true;
  OMV_TRY(const Behind behind_full, what_is_behind(source, version, full));
  if (behind_full == Behind::garbage || behind_full == Behind::cut) return true;
  return another_quarter_follows(source, version, quarter);
}

// Section 3.1: firmware 2.5 to 2.7 counted the words of BINARY rows as bytes.
Result<void> resolve_binary_length(const ByteSource& source, Version version, BinaryLength before, Chunk& chunk) {
  if (before == BinaryLength::full) return {};
  const Chunk quarter = quarter_of(chunk);
  if (quarter.next_offset() == chunk.next_offset()) {
    if (before == BinaryLength::quarter) chunk = quarter;
    return {};
  }
  OMV_TRY(const bool found, is_quarter(source, version, before, chunk, quarter));
  if (found) chunk = quarter;
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

}  // namespace

BinaryLength binary_length(const Chunk& chunk) {
  if (chunk.info.format != PixelFormat::binary) return BinaryLength::unknown;
  if (chunk.payload_bytes < chunk.memory_bytes()) return BinaryLength::quarter;
  return quarter_of(chunk).next_offset() == chunk.next_offset() ? BinaryLength::unknown : BinaryLength::full;
}

Result<void> resolve_old_firmware(const ByteSource& source, Version version, BinaryLength before, Chunk& chunk) {
  if (chunk.info.format != PixelFormat::binary) return {};
  if (version == Version::v1_0) return resolve_binary_length(source, version, before, chunk);
  if (version == Version::v1_1) return resolve_lengthless_jpeg(source, chunk);
  return {};
}

}  // namespace omv::imageio
