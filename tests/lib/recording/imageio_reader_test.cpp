// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames by number: byte order, old firmware, damage (spec: imageio, sections 3.1 and 5).
#include "omv/recording/imageio_reader.h"

#include <gtest/gtest.h>

#include "counting_source.h"
#include "recording_bytes.h"

namespace omv::imageio {
namespace {

using test::counted_bytes;
using test::recording;
using test::v1_chunk;
using test::v2_chunk;

Frame frame_of(const Bytes& file, std::size_t n, Rgb565Order order = Rgb565Order::swap) {
  const MemorySource source(file);
  auto reader = Reader::open(source, order);
  Frame frame;
  if (!reader) return frame;
  const auto chunk = reader->chunk(n);
  EXPECT_TRUE(chunk && reader->read(*chunk, frame));
  return frame;
}

std::optional<Damage> damage_of(ConstByteSpan file) {
  const MemorySource source(file);
  auto reader = Reader::open(source);
  if (!reader) return std::nullopt;
  const auto damage = reader->damage();
  return damage ? *damage : std::nullopt;
}

// A slope whose bytes in the wrong order are anything but smooth.
Bytes smooth_pixels(bool swapped) {
  Bytes bytes;
  for (std::uint16_t n = 0; n < 32 * 4; ++n) {
    const auto level = static_cast<std::uint16_t>(n % 32);
    const auto pixel = static_cast<std::uint16_t>(level << 11 | level << 6 | level);
    append_le(bytes, swapped ? static_cast<std::uint16_t>(pixel << 8 | pixel >> 8) : pixel);
  }
  return bytes;
}

TEST(ImageioReader, Version1_0SwapsRgb565ByDefault) {
  const auto file = recording("V1.0", {v1_chunk(40, 3, 1, 2, Bytes{0xF8, 0x00, 0x07, 0xE0, 0x00, 0x1F})});
  const Bytes native = {0x00, 0xF8, 0xE0, 0x07, 0x1F, 0x00};
  EXPECT_EQ(frame_of(file, 0).data, native);
  EXPECT_EQ(frame_of(file, 0, Rgb565Order::native).data, (Bytes{0xF8, 0x00, 0x07, 0xE0, 0x00, 0x1F}));
}

TEST(ImageioReader, LaterVersionsNeverSwap) {
  const Bytes pixels = {0x00, 0xF8, 0xE0, 0x07, 0x1F, 0x00};
  for (const Rgb565Order order : {Rgb565Order::swap, Rgb565Order::native, Rgb565Order::by_smoothness}) {
    EXPECT_EQ(frame_of(recording("V1.1", {v1_chunk(40, 3, 1, 2, pixels)}), 0, order).data, pixels);
    EXPECT_EQ(frame_of(recording("V2.0", {v2_chunk(40, 3, 1, PixelFormat::rgb565, pixels)}), 0, order).data, pixels);
  }
}

TEST(ImageioReader, SmoothnessDecidesForTheWholeFile) {
  const Bytes black(64, 0);
  for (const bool swapped : {false, true}) {
    const auto file = recording("V1.0", {v1_chunk(40, 32, 1, 2, black), v1_chunk(40, 2, 2, 1, counted_bytes(4)),
                                         v1_chunk(40, 32, 4, 2, smooth_pixels(swapped))});
    EXPECT_EQ(frame_of(file, 2, Rgb565Order::by_smoothness).data, smooth_pixels(false)) << swapped;
  }
}

TEST(ImageioReader, SmoothnessStopsWhenItIsClear) {
  Bytes file = recording("V1.0", {});
  for (int n = 0; n < 200; ++n) append(file, v1_chunk(40, 32, 4, 2, smooth_pixels(true)));
  const test::CountingSource source(file);
  auto reader = Reader::open(source, Rgb565Order::by_smoothness);
  ASSERT_TRUE(reader);
  Frame frame;
  ASSERT_TRUE(reader->read(*reader->chunk(0), frame));
  EXPECT_EQ(frame.data, smooth_pixels(false));
  EXPECT_LT(source.bytes, file.size() / 4);
}

TEST(ImageioReader, QuarterLengthBinaryEndsInZeros) {
  const auto file =
      recording("V1.0", {v1_chunk(5, 33, 17, 0, counted_bytes(34)), v1_chunk(5, 2, 2, 1, counted_bytes(4))});
  const Frame frame = frame_of(file, 0);
  Bytes expected = counted_bytes(34);
  expected.resize(136);
  EXPECT_EQ(frame.info, (FrameInfo{PixelFormat::binary, 33, 17}));
  EXPECT_EQ(frame.data, expected);
}

TEST(ImageioReader, ReusedMemoryKeepsNothingOfTheFrameBefore) {
  const auto file =
      recording("V1.0", {v1_chunk(5, 33, 17, 0, counted_bytes(34)), v1_chunk(5, 20, 20, 1, Bytes(400, 0xEE))});
  const MemorySource source(file);
  auto reader = Reader::open(source);
  ASSERT_TRUE(reader);
  Frame frame;
  ASSERT_TRUE(reader->read(*reader->chunk(1), frame));
  const std::uint8_t* memory = frame.data.data();
  ASSERT_TRUE(reader->read(*reader->chunk(0), frame));
  EXPECT_EQ(frame.data.data(), memory);
  ASSERT_EQ(frame.data.size(), 136u);
  EXPECT_EQ(std::count(frame.data.begin() + 34, frame.data.end(), 0), 102);
}

TEST(ImageioReader, Argb8ReadsBackEmpty) {
  const auto file = test::mixed_recording("V2.0");
  const Frame frame = frame_of(file, 5);
  EXPECT_EQ(frame.info, (FrameInfo{PixelFormat::argb8, 3, 3}));
  EXPECT_TRUE(frame.data.empty());
  EXPECT_EQ(frame_of(file, 6).data, counted_bytes(18));
}

TEST(ImageioReader, Version2_1CountsMicroseconds) {
  const auto file = test::mixed_recording("V2.1");
  const MemorySource source(file);
  auto reader = Reader::open(source);
  ASSERT_TRUE(reader);
  EXPECT_EQ(*reader->time(8), Microseconds(1095));
  EXPECT_EQ(reader->chunk(6)->interval, Microseconds(1000));
  EXPECT_EQ(*reader->duration(7), Microseconds(1));
}

TEST(ImageioReader, EmptyRecordingIsARecording) {
  const auto file = recording("V2.0", {});
  const MemorySource source(file);
  auto reader = Reader::open(source);
  ASSERT_TRUE(reader);
  EXPECT_EQ(*reader->count(), 0u);
  EXPECT_EQ(reader->chunk(0).error().code, Errc::end);
  EXPECT_EQ(reader->time(0).error().code, Errc::end);
  EXPECT_FALSE(*reader->damage());
}

TEST(ImageioReader, WhatIsNoRecordingIsSaidAtOpen) {
  const auto code = [](const Bytes& bytes) {
    const MemorySource source(bytes);
    const auto reader = Reader::open(source);
    return reader ? Errc::again : reader.error().code;
  };
  EXPECT_EQ(code({}), Errc::truncated);
  EXPECT_EQ(code(counted_bytes(100)), Errc::invalid);
  EXPECT_EQ(code(recording("V3.0", {})), Errc::unsupported);
  EXPECT_EQ(code(recording("V2.0", {v2_chunk(1, 0, 4, PixelFormat::grayscale, {})})), Errc::invalid);
  EXPECT_EQ(code(recording("V1.0", {v1_chunk(1, 4, 40000, 1, {})})), Errc::invalid);
}

TEST(ImageioReader, FirstFrameCutOffIsAnEmptyRecordingWithDamage) {
  auto file = recording("V2.0", {v2_chunk(1, 4, 4, PixelFormat::grayscale, counted_bytes(16))});
  file.resize(40);
  const auto damage = damage_of(file);
  ASSERT_TRUE(damage);
  EXPECT_EQ(damage->code, Errc::truncated);
  EXPECT_EQ(damage->frame, 0u);
  EXPECT_EQ(damage->offset, 16u);
  EXPECT_EQ(damage->bytes_behind, 24u);
  EXPECT_EQ(damage->message, "frame 0 at offset 16: chunk header is cut off: 24 of 32 bytes; 24 bytes are left behind");
}

TEST(ImageioReader, BadHeaderEndsTheRecording) {
  const Bytes good = v2_chunk(1, 4, 4, PixelFormat::grayscale, counted_bytes(16));
  const auto file = recording("V2.0", {good, good, v2_chunk(1, 0, 4, PixelFormat::grayscale, {}), good});
  const auto damage = damage_of(file);
  ASSERT_TRUE(damage);
  EXPECT_EQ(damage->code, Errc::invalid);
  EXPECT_EQ(damage->frame, 2u);
  EXPECT_EQ(damage->offset, 112u);
  EXPECT_EQ(damage->bytes_behind, 80u);
}

TEST(ImageioReader, MissingPaddingLosesNoFrame) {
  auto file = recording("V2.0", {v2_chunk(1, 3, 2, PixelFormat::grayscale, counted_bytes(6))});
  file.resize(file.size() - 3);
  EXPECT_EQ(frame_of(file, 0).data, counted_bytes(6));
  const auto damage = damage_of(file);
  ASSERT_TRUE(damage);
  EXPECT_EQ(damage->frame, 1u);
  EXPECT_EQ(damage->bytes_behind, 0u);
  EXPECT_EQ(damage->message, "the padding of frame 0 is cut off; the frame itself is whole");
}

TEST(ImageioReader, AnyFrameCostsTwoReadsOnceTheHeadersAreWalked) {
  Bytes file = recording("V2.0", {});
  for (std::uint8_t n = 0; n < 200; ++n) append(file, v2_chunk(n, 40, 40, PixelFormat::grayscale, Bytes(1600, n)));
  test::CountingSource source(file);
  auto reader = Reader::open(source);
  ASSERT_TRUE(reader);
  ASSERT_EQ(*reader->count(), 200u);
  Frame frame;
  for (const std::size_t n : {150u, 3u, 199u, 0u}) {
    source.reset();
    ASSERT_TRUE(reader->read(*reader->chunk(n), frame));
    EXPECT_LE(source.reads, 2u) << n;
    EXPECT_EQ(frame.data, Bytes(1600, static_cast<std::uint8_t>(n)));
  }
}

TEST(ImageioReader, LinearReadingReadsEveryByteOnce) {
  const Bytes file = test::mixed_recording("V2.0");
  const test::CountingSource source(file);
  auto reader = Reader::open(source);
  ASSERT_TRUE(reader);
  Frame frame;
  for (std::size_t n = 0; n < 9; ++n) ASSERT_TRUE(reader->read(*reader->chunk(n), frame));
  EXPECT_EQ(reader->chunk(9).error().code, Errc::end);
  EXPECT_LE(source.bytes, file.size());
}

}  // namespace
}  // namespace omv::imageio
