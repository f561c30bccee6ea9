// SPDX-License-Identifier: LGPL-2.1-or-later
// The walk over headers: what it costs, where it ends, and that 64-bit offsets are 64 bits.
#include "omv/recording/imageio_index.h"

#include <gtest/gtest.h>

#include "counting_source.h"
#include "recording_bytes.h"
#include "temp_dir.h"

namespace omv::imageio {
namespace {

using test::counted_bytes;
using test::CountingSource;
using test::recording;
using test::v1_chunk;
using test::v2_chunk;

Bytes many_frames(std::size_t count) {
  Bytes file = recording("V2.0", {});
  for (std::size_t n = 0; n < count; ++n)
    append(file, v2_chunk(static_cast<std::uint32_t>(n), 64, 64, PixelFormat::grayscale, Bytes(4096, 1)));
  return file;
}

TEST(ImageioIndex, TimesAreSumsOfIntervalsFromFrameZero) {
  const Bytes file = test::mixed_recording("V2.0");
  const MemorySource source(file);
  Index index(Version::v2_0);
  ASSERT_TRUE(index.extend_all(source));
  const std::int64_t expected_ms[] = {0, 33, 33, 73, 80, 89, 1089, 1094, 1095};
  ASSERT_EQ(index.size(), std::size(expected_ms));
  for (std::size_t n = 0; n < index.size(); ++n)
    EXPECT_EQ(index[n].time, std::chrono::milliseconds(expected_ms[n])) << n;
  EXPECT_EQ(index.first_interval(), std::chrono::milliseconds(20));
  EXPECT_EQ(index.duration(0), std::chrono::milliseconds(33));
  EXPECT_EQ(index.duration(8), std::chrono::milliseconds(1));
  EXPECT_EQ(index.end_time(), std::chrono::milliseconds(1096));
}

TEST(ImageioIndex, FindsTheFrameOfATime) {
  const Bytes file = many_frames(5);  // at 0, 1, 3, 6, 10 ms
  Index index(Version::v2_0);
  ASSERT_TRUE(index.extend_all(MemorySource(file)));
  const auto at = [&](int ms) { return index.frame_at(std::chrono::milliseconds(ms)); };
  EXPECT_EQ(at(-5), 0u);
  EXPECT_EQ(at(0), 0u);
  EXPECT_EQ(at(5), 2u);
  EXPECT_EQ(at(6), 3u);
  EXPECT_EQ(at(999), 4u);
}

TEST(ImageioIndex, ReadsHeadersOnlyAndEachOnce) {
  const Bytes file = many_frames(500);
  const CountingSource source(file);
  Index index(Version::v2_0);
  ASSERT_TRUE(index.extend_all(source));
  EXPECT_EQ(index.size(), 500u);
  EXPECT_EQ(source.reads, 500u);
  EXPECT_EQ(source.bytes, 500u * 32);
  ASSERT_TRUE(index.extend_all(source));
  ASSERT_TRUE(index.extend_to(source, 499));
  EXPECT_EQ(source.reads, 500u);
}

TEST(ImageioIndex, WalksNoFurtherThanItMust) {
  const Bytes file = many_frames(500);
  const CountingSource source(file);
  Index index(Version::v2_0);
  ASSERT_TRUE(index.extend_to(source, 9));
  EXPECT_EQ(source.reads, 10u);
  EXPECT_FALSE(index.complete());
}

TEST(ImageioIndex, ChunkCostsOneReadOnceItIsKnownAndNoneWhenItWasJustMet) {
  const Bytes file = many_frames(500);
  CountingSource source(file);
  Index index(Version::v2_0);
  ASSERT_TRUE(index.chunk(source, 3));
  EXPECT_EQ(source.reads, 4u);
  source.reset();
  ASSERT_TRUE(index.chunk(source, 3));
  EXPECT_EQ(source.reads, 0u);
  const auto first = index.chunk(source, 0);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->offset, 16u);
  EXPECT_EQ(source.reads, 1u);
}

TEST(ImageioIndex, MediumErrorsAreNoDamageAndCanBeTriedAgain) {
  const Bytes file = many_frames(20);
  CountingSource source(file);
  source.fail_at = 7;
  Index index(Version::v2_0);
  EXPECT_EQ(index.extend_all(source).error().code, Errc::io);
  EXPECT_FALSE(index.complete());
  EXPECT_EQ(index.size(), 7u);
  source.fail_at = 1000;
  ASSERT_TRUE(index.extend_all(source));
  EXPECT_EQ(index.size(), 20u);
}

TEST(ImageioIndex, TruncateForgetsTheFramesBehind) {
  const Bytes file = many_frames(5);
  const MemorySource source(file);
  Index index(Version::v2_0);
  ASSERT_TRUE(index.extend_all(source));
  index.truncate(2);
  EXPECT_EQ(index.size(), 2u);
  EXPECT_EQ(index.next_offset(), 16u + 2 * (32 + 4096));
  EXPECT_FALSE(index.complete());
  ASSERT_TRUE(index.extend_all(source));
  EXPECT_EQ(index.size(), 5u);
  EXPECT_EQ(index[4].time, std::chrono::milliseconds(10));
}

TEST(ImageioIndex, ChunkIsRightAfterTruncation) {
  const Bytes file = many_frames(5);
  const MemorySource source(file);
  Index index(Version::v2_0);
  ASSERT_TRUE(index.extend_all(source));
  index.truncate(4);
  const auto chunk = index.chunk(source, 3);
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->raw_interval, 3u);
}

// A full BINARY frame earlier in the file says that the writer was no firmware 2.5 to 2.7, so a tail that is cut off
// at a quarter is no frame.
TEST(ImageioIndex, FullBinaryRulesOutQuarterLengthBehindIt) {
  Bytes file =
      recording("V1.0", {v1_chunk(5, 33, 17, 0, counted_bytes(136)), v1_chunk(6, 33, 17, 0, counted_bytes(136))});
  const std::size_t second = 16 + 160;
  for (const std::size_t tail : {34u, 48u}) {
    const MemorySource cut(ConstByteSpan(file).first(second + 16 + tail));
    Index index(Version::v1_0);
    ASSERT_TRUE(index.extend_all(cut));
    EXPECT_EQ(index.size(), 1u) << tail;
    EXPECT_TRUE(index.damage()) << tail;
  }
}

// Four chunks far apart in a file with holes: no disk is used, the last lies beyond 32 bits.
TEST(ImageioIndex, OffsetsBeyondFourGigabytes) {
  const test::TempDir dir;
  auto file = File::open(dir / "sparse.bin", File::Mode::create);
  ASSERT_TRUE(file);
  constexpr std::uint64_t kPayload = 32767ull * 32767 * 2;
  const Bytes header = v2_chunk(40, 32767, 32767, PixelFormat::rgb565, {});
  const std::uint64_t chunk_bytes = 32 + kPayload + padding_to(kPayload, 16);
  ASSERT_TRUE(file->write_at(0, make_magic(Version::v2_0)));
  for (std::uint64_t n = 0; n < 4; ++n) ASSERT_TRUE(file->write_at(16 + n * chunk_bytes, header));
  if (!file->truncate(16 + 4 * chunk_bytes)) GTEST_SKIP() << "the file system has no sparse files of this size";
  Index index(Version::v2_0);
  ASSERT_TRUE(index.extend_all(*file));
  ASSERT_EQ(index.size(), 4u);
  EXPECT_EQ(index[3].offset, 16 + 3 * chunk_bytes);
  EXPECT_GT(index[3].offset, 0xFFFFFFFFull);
  EXPECT_EQ(index.next_offset(), 16 + 4 * chunk_bytes);
  EXPECT_FALSE(index.damage());
}

}  // namespace
}  // namespace omv::imageio
