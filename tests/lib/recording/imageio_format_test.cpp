// SPDX-License-Identifier: LGPL-2.1-or-later
// Magic and chunk headers, byte for byte (spec: imageio, sections 1 to 6 and 10).
#include "omv/recording/imageio_format.h"

#include <gtest/gtest.h>

#include "recording_bytes.h"

namespace omv::imageio {
namespace {

using test::counted_bytes;
using test::jpeg_like;
using test::recording;
using test::v1_chunk;
using test::v2_chunk;

Bytes from_hex(std::string_view text) {
  Bytes bytes;
  int digits = 0;
  for (const char c : text) {
    if (c == ' ') continue;
    const auto value = static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'A' + 10);
    if (digits++ % 2 == 0)
      bytes.push_back(static_cast<std::uint8_t>(value << 4));
    else
      bytes.back() = static_cast<std::uint8_t>(bytes.back() | value);
  }
  return bytes;
}

Bytes header_of(const FrameInfo& info, std::uint32_t interval, std::uint64_t payload) {
  const auto header = make_header(info, interval, payload);
  return header ? Bytes(header->begin(), header->end()) : Bytes();
}

Result<Chunk> chunk_in(const Bytes& file, std::uint64_t offset = kMagicBytes) {
  const MemorySource source(file);
  auto version = parse_magic(file);
  if (!version) return std::move(version).error();
  return read_chunk(source, *version, offset);
}

Errc refusal(const FrameInfo& info, std::uint64_t payload) {
  const auto header = make_header(info, 0, payload);
  return header ? Errc::again : header.error().code;
}

TEST(ImageioMagic, IsWrittenAsItIsRead) {
  for (const Version version : {Version::v1_0, Version::v1_1, Version::v2_0, Version::v2_1}) {
    const auto parsed = parse_magic(make_magic(version));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(*parsed, version);
  }
  const auto magic = make_magic(Version::v2_0);
  EXPECT_EQ(as_text(magic), "OMV IMG STR V2.0");
}

TEST(ImageioMagic, OtherVersionsAreUnsupported) {
  for (const char* text : {"OMV IMG STR V3.0", "OMV IMG STR V1.2", "OMV IMG STR V0.0", "OMV IMG STR V2.2"})
    EXPECT_EQ(parse_magic(as_bytes(text)).error().code, Errc::unsupported) << text;
}

TEST(ImageioMagic, VersionsNeedTwoDigits) {
  for (const char* text : {"OMV IMG STR V1.:", "OMV IMG STR V:.0", "OMV IMG STR V2 0", "omv img str v2.0"})
    EXPECT_EQ(parse_magic(as_bytes(text)).error().code, Errc::invalid) << text;
  EXPECT_EQ(parse_magic(as_bytes("OMV IMG STR V2.")).error().code, Errc::truncated);
}

TEST(ImageioExample, Grayscale3x2) {
  const auto header = from_hex("28000000 03000000 02000000 01000208 00000000 000000000000000000000000");
  EXPECT_EQ(header_of({PixelFormat::grayscale, 3, 2}, 40, 6), header);
  const auto chunk = chunk_in(recording("V2.0", {v2_chunk(40, 3, 2, PixelFormat::grayscale, counted_bytes(6))}));
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->info, (FrameInfo{PixelFormat::grayscale, 3, 2}));
  EXPECT_EQ(chunk->interval, std::chrono::milliseconds(40));
  EXPECT_EQ(chunk->payload_offset(), 0x30u);
  EXPECT_EQ(chunk->payload_bytes, 6u);
  EXPECT_EQ(chunk->pad_bytes, 10u);
  EXPECT_EQ(chunk->next_offset(), 64u);
}

TEST(ImageioExample, Binary33x2) {
  const auto header = from_hex("28000000 21000000 02000000 00000108 00000000 000000000000000000000000");
  EXPECT_EQ(header_of({PixelFormat::binary, 33, 2}, 40, 16), header);
  const auto chunk = chunk_in(recording("V2.0", {v2_chunk(40, 33, 2, PixelFormat::binary, counted_bytes(16))}));
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->payload_bytes, 16u);
  EXPECT_EQ(chunk->pad_bytes, 0u);
}

TEST(ImageioExample, Jpeg5Bytes) {
  const auto header = from_hex("28000000 08000000 08000000 00000606 05000000 000000000000000000000000");
  EXPECT_EQ(header_of({PixelFormat::jpeg, 8, 8}, 40, 5), header);
  const auto chunk = chunk_in(recording("V2.0", {v2_chunk(40, 8, 8, PixelFormat::jpeg, from_hex("FFD800FFD9"))}));
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->payload_bytes, 5u);
  EXPECT_EQ(chunk->pad_bytes, 11u);
}

TEST(ImageioExample, Version1Rgb565) {
  auto file = from_hex("4F4D5620494D4720535452205631 2E30 28000000 03000000 01000000 02000000 F80007E0001F");
  file.resize(48);
  const auto chunk = chunk_in(file);
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->info, (FrameInfo{PixelFormat::rgb565, 3, 1}));
  EXPECT_EQ(chunk->header_bytes, 16u);
  EXPECT_EQ(chunk->payload_offset(), 0x20u);
  EXPECT_EQ(chunk->payload_bytes, 6u);
  EXPECT_EQ(chunk->pad_bytes, 10u);
}

TEST(ImageioChunk, SizeOfRawFramesIsIgnored) {
  for (const std::uint32_t size : {0u, 3072u, 0xFFFFFFFFu}) {
    const auto chunk = chunk_in(recording("V2.0", {v2_chunk(1, 3, 2, 0x08020001, size, counted_bytes(6))}));
    ASSERT_TRUE(chunk);
    EXPECT_EQ(chunk->payload_bytes, 6u);
    EXPECT_EQ(chunk->raw_size, size);
  }
}

TEST(ImageioChunk, AbsurdIntervalsAreZero) {
  const auto interval = [](const char* version, std::uint32_t raw) {
    return chunk_in(recording(version, {v2_chunk(raw, 1, 1, PixelFormat::grayscale, counted_bytes(1))}))->interval;
  };
  EXPECT_EQ(interval("V2.0", 0x7FFFFFFF), kMaxInterval);
  EXPECT_EQ(interval("V2.0", 0x80000000), Microseconds(0));
  EXPECT_EQ(interval("V2.0", 0xFFFFFFFF), Microseconds(0));
  EXPECT_EQ(interval("V2.1", 1234), Microseconds(1234));
}

TEST(ImageioChunk, ImplausibleHeadersNameFieldAndValue) {
  const auto message = [](std::uint32_t w, std::uint32_t h, std::uint32_t id, std::uint32_t size) {
    const auto chunk = chunk_in(recording("V2.0", {v2_chunk(1, w, h, id, size, counted_bytes(64))}));
    if (chunk) return std::string("was accepted");
    return std::string(to_string(chunk.error().code)) + ": " + chunk.error().message;
  };
  EXPECT_EQ(message(0, 1, 0x08020001, 0), "invalid: implausible chunk header: width is 0");
  EXPECT_EQ(message(1, 0, 0x08020001, 0), "invalid: implausible chunk header: height is 0");
  EXPECT_EQ(message(32768, 1, 0x08020001, 0), "invalid: implausible chunk header: width is 32768");
  EXPECT_EQ(message(1, 0xFFFFFFFF, 0x08020001, 0), "invalid: implausible chunk header: height is -1");
  EXPECT_EQ(message(1, 1, 0x08020002, 0), "invalid: implausible chunk header: pixformat is 0x08020002");
  EXPECT_EQ(message(1, 1, 0, 0), "invalid: implausible chunk header: pixformat is 0x00000000");
  EXPECT_EQ(message(1, 1, 0x06060000, 0), "invalid: implausible chunk header: size of a compressed frame is 0");
  EXPECT_EQ(message(1, 1, 0x06060000, 0x80000000), "invalid: implausible chunk header: payload size is 2147483648");
}

TEST(ImageioChunk, BiggestFrameIsPlausibleAndCutOff) {
  const auto chunk = chunk_in(recording("V2.0", {v2_chunk(1, 32767, 32767, 0x0C030002, 0, counted_bytes(64))}));
  EXPECT_EQ(chunk.error().code, Errc::truncated);
}

TEST(ImageioChunk, PaddingIsNotChecked) {
  auto file = recording("V2.0", {v2_chunk(1, 3, 2, PixelFormat::grayscale, counted_bytes(6))});
  std::fill(file.end() - 10, file.end(), std::uint8_t{0xAA});
  const auto chunk = chunk_in(file);
  ASSERT_TRUE(chunk);
  EXPECT_FALSE(chunk->pad_missing);
}

TEST(ImageioWriter, RefusesWhatCantBeRead) {
  EXPECT_EQ(refusal({PixelFormat::argb8, 2, 2}, 16), Errc::unsupported);
  EXPECT_EQ(refusal({PixelFormat::argb8, 2, 2}, 0), Errc::unsupported);
  EXPECT_EQ(refusal({PixelFormat::jpeg, 2, 2}, 0), Errc::invalid);
  EXPECT_EQ(refusal({PixelFormat::png, 2, 2}, 0x80000000), Errc::invalid);
  EXPECT_EQ(refusal({PixelFormat::grayscale, 2, 2}, 3), Errc::invalid);
  EXPECT_EQ(refusal({PixelFormat::grayscale, 2, 2}, 5), Errc::invalid);
  EXPECT_EQ(refusal({PixelFormat::grayscale, 0, 2}, 0), Errc::invalid);
  EXPECT_EQ(refusal({PixelFormat::grayscale, 1, 32768}, 32768), Errc::invalid);
  EXPECT_EQ(refusal({static_cast<PixelFormat>(7), 1, 1}, 1), Errc::invalid);
}

// Section 3.1: firmware 2.5 to 2.7.
TEST(ImageioOldBinary, QuarterLengthIsFoundByWhatFollows) {
  const auto file =
      recording("V1.0", {v1_chunk(5, 33, 17, 0, counted_bytes(34)), v1_chunk(6, 32, 16, 0, counted_bytes(16))});
  const auto first = chunk_in(file);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->payload_bytes, 34u);
  EXPECT_EQ(first->memory_bytes(), 136u);
  const auto last = chunk_in(file, first->next_offset());
  ASSERT_TRUE(last);
  EXPECT_EQ(last->payload_bytes, 16u);
  EXPECT_EQ(last->next_offset(), file.size());
}

TEST(ImageioOldBinary, FullLengthIsFull) {
  const auto file =
      recording("V1.0", {v1_chunk(5, 33, 17, 0, counted_bytes(136)), v1_chunk(6, 8, 1, 0, counted_bytes(4))});
  const auto first = chunk_in(file);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->payload_bytes, 136u);
  EXPECT_EQ(chunk_in(file, first->next_offset())->payload_bytes, 4u);
}

TEST(ImageioOldBinary, ThreeShortChunksAreNotOneFullChunk) {
  const Bytes chunk = v1_chunk(5, 32, 32, 0, counted_bytes(32));
  const auto file = recording("V1.0", {chunk, chunk, chunk, chunk, chunk, chunk});
  std::uint64_t offset = kMagicBytes;
  for (int n = 0; n < 6; ++n) {
    const auto found = chunk_in(file, offset);
    ASSERT_TRUE(found) << n;
    EXPECT_EQ(found->payload_bytes, 32u) << n;
    offset = found->next_offset();
  }
  EXPECT_EQ(offset, file.size());
}

TEST(ImageioOldBinary, CutQuarterIsTakenOnItsPaddingsWord) {
  Bytes file = recording("V1.0", {v1_chunk(5, 33, 17, 0, counted_bytes(34))});
  EXPECT_EQ(chunk_in(file)->payload_bytes, 34u);
  file.pop_back();
  EXPECT_EQ(chunk_in(file)->payload_bytes, 34u);
  file.back() = 1;
  EXPECT_EQ(chunk_in(file).error().code, Errc::truncated);
}

TEST(ImageioOldBinary, FramesBeforeDecideWhatTheFrameItselfCant) {
  const auto tiny = recording("V1.0", {v1_chunk(5, 1, 1, 0, Bytes{1})});
  const MemorySource source(tiny);
  EXPECT_EQ(read_chunk(source, Version::v1_0, 16)->payload_bytes, 4u);
  EXPECT_EQ(read_chunk(source, Version::v1_0, 16, BinaryLength::full)->payload_bytes, 4u);
  EXPECT_EQ(read_chunk(source, Version::v1_0, 16, BinaryLength::quarter)->payload_bytes, 1u);
}

TEST(ImageioOldBinary, QuarterLengthIsOfVersion1_0Only) {
  const auto chunk = chunk_in(recording("V1.1", {v1_chunk(5, 33, 17, 0, counted_bytes(34))}));
  EXPECT_EQ(chunk.error().code, Errc::truncated);
}

// Section 3.1: firmware 4.1.2 to 4.2.0.
TEST(ImageioLengthlessJpeg, EndsBehindItsLastMarker) {
  const Bytes jpeg = jpeg_like(50);
  const auto file = recording("V1.1", {v1_chunk(5, 33, 17, 0, jpeg), v1_chunk(6, 2, 2, 1, counted_bytes(4))});
  const auto chunk = chunk_in(file);
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->info.format, PixelFormat::jpeg);
  EXPECT_EQ(chunk->payload_bytes, jpeg.size());
  EXPECT_EQ(chunk_in(file, chunk->next_offset())->info, (FrameInfo{PixelFormat::grayscale, 2, 2}));
}

TEST(ImageioLengthlessJpeg, MayBeBiggerThanOneLook) {
  const Bytes jpeg = jpeg_like(50'000);
  const auto chunk = chunk_in(recording("V1.1", {v1_chunk(5, 200, 200, 0, jpeg)}));
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->payload_bytes, jpeg.size());
}

TEST(ImageioLengthlessJpeg, IsNotLookedForBeyondItsPicture) {
  const auto chunk = chunk_in(recording("V1.1", {v1_chunk(5, 1, 1, 0, jpeg_like(60'000))}));
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->info.format, PixelFormat::binary);
}

TEST(ImageioLengthlessJpeg, CutOffIsCutOff) {
  Bytes file = recording("V1.1", {v1_chunk(5, 33, 17, 0, jpeg_like(50))});
  file.resize(60);
  EXPECT_EQ(chunk_in(file).error().code, Errc::truncated);
}

TEST(ImageioLengthlessJpeg, BinaryThatOnlyStartsLikeOneStaysBinary) {
  Bytes pixels = counted_bytes(136);
  std::copy_n(from_hex("FFD8FF00").begin(), 4, pixels.begin());
  const auto chunk = chunk_in(recording("V1.1", {v1_chunk(5, 33, 17, 0, pixels)}));
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->info.format, PixelFormat::binary);
  EXPECT_EQ(chunk->payload_bytes, 136u);
}

TEST(IntervalRounder, SumNeverDrifts) {
  IntervalRounder rounder;
  std::uint64_t sum = 0;
  constexpr std::int64_t kFrame = 33'366'700;  // 29.97 a second
  for (std::int64_t n = 0; n <= 100'000; ++n) {
    sum += rounder.next(std::chrono::nanoseconds(n * kFrame));
    ASSERT_LE(std::abs(static_cast<std::int64_t>(sum) * 1'000'000 - n * kFrame), 500'000);
  }
}

TEST(IntervalRounder, TimeThatGoesBackIsZero) {
  IntervalRounder rounder;
  EXPECT_EQ(rounder.next(std::chrono::milliseconds(50)), 0u);
  EXPECT_EQ(rounder.next(std::chrono::milliseconds(70)), 20u);
  EXPECT_EQ(rounder.next(std::chrono::milliseconds(60)), 0u);
  EXPECT_EQ(rounder.next(std::chrono::milliseconds(75)), 5u);
}

}  // namespace
}  // namespace omv::imageio
