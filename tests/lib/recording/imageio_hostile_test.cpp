// SPDX-License-Identifier: LGPL-2.1-or-later
// Cut and mutated recordings: whole frames are delivered, nothing is invented, and no header makes the reader allocate
// more than there are bytes for.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>
#include <random>

#include "counting_source.h"
#include "omv/recording/imageio_reader.h"
#include "recording_bytes.h"

namespace {

std::atomic<std::size_t> biggest_allocation{0};

void* counted_allocation(std::size_t bytes) {
  std::size_t seen = biggest_allocation;
  while (bytes > seen && !biggest_allocation.compare_exchange_weak(seen, bytes)) {
  }
  if (void* memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t bytes) { return counted_allocation(bytes); }
void* operator new[](std::size_t bytes) { return counted_allocation(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace omv::imageio {
namespace {

constexpr const char* kVersions[] = {"V1.0", "V1.1", "V2.0", "V2.1"};

struct Picture {
  Chunk chunk;
  Frame frame;
};

// Every frame up to the end or an error; `ended` tells which it was.
std::vector<Picture> read_all(ConstByteSpan bytes, Errc& ended) {
  const MemorySource source(bytes);
  std::vector<Picture> pictures;
  auto reader = Reader::open(source);
  ended = reader ? Errc::end : reader.error().code;
  for (std::size_t n = 0; reader; ++n) {
    const auto chunk = reader->chunk(n);
    if (!chunk) ended = chunk.error().code;
    if (!chunk) break;
    pictures.push_back({*chunk, {}});
    const auto read = reader->read(*chunk, pictures.back().frame);
    EXPECT_TRUE(read);
  }
  return pictures;
}

std::vector<Picture> read_all(ConstByteSpan bytes) {
  Errc ended{};
  auto pictures = read_all(bytes, ended);
  EXPECT_EQ(ended, Errc::end);
  return pictures;
}

void expect_same_start(const std::vector<Picture>& whole, const std::vector<Picture>& part, std::size_t count) {
  ASSERT_GE(part.size(), count);
  for (std::size_t n = 0; n < count; ++n) {
    ASSERT_EQ(part[n].frame.info, whole[n].frame.info) << n;
    ASSERT_EQ(part[n].frame.data, whole[n].frame.data) << n;
    ASSERT_EQ(part[n].chunk.interval, whole[n].chunk.interval) << n;
  }
}

TEST(ImageioCut, AtEveryLengthDeliversTheWholeFrames) {
  for (const char* version : kVersions) {
    SCOPED_TRACE(version);
    const Bytes bytes = test::mixed_recording(version);
    const auto whole = read_all(bytes);
    ASSERT_GE(whole.size(), 7u);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
      SCOPED_TRACE(cut);
      Errc ended{};
      const auto part = read_all(ConstByteSpan(bytes).first(cut), ended);
      ASSERT_EQ(ended, cut < kMagicBytes ? Errc::truncated : Errc::end);
      const auto count = static_cast<std::size_t>(std::count_if(whole.begin(), whole.end(), [&](const Picture& one) {
        return one.chunk.payload_offset() + one.chunk.payload_bytes <= cut;
      }));
      ASSERT_EQ(part.size(), cut < kMagicBytes ? 0 : count);
      expect_same_start(whole, part, part.size());
    }
  }
}

std::uint32_t nasty_value(std::mt19937& random) {
  constexpr std::uint32_t kValues[] = {
      0,          1,          2,          3,          4,          5,          15,         16,         32767,     32768,
      0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF0, 0x0C030002, 0x06060000, 0x0C080004, 0x08010000, 0x14050002};
  if (random() % 3 == 0) return random();
  return kValues[random() % std::size(kValues)];
}

// One field of the header is replaced, or one of its bits flipped.
void mutate_header(Bytes& bytes, const Chunk& chunk, std::mt19937& random) {
  auto* field = bytes.data() + chunk.offset + 4 * (random() % (chunk.header_bytes / 4));
  if (random() % 2 == 0)
    store_le(field, nasty_value(random));
  else
    field[random() % 4] ^= static_cast<std::uint8_t>(1u << random() % 8);
}

TEST(ImageioMutation, TenThousandHeadersLoseNothingBeforeThem) {
  std::mt19937 random(20260601);
  for (const char* version : kVersions) {
    SCOPED_TRACE(version);
    const Bytes bytes = test::mixed_recording(version);
    const auto whole = read_all(bytes);
    for (int round = 0; round < 2500; ++round) {
      SCOPED_TRACE(round);
      Bytes mutated = bytes;
      const std::size_t victim = random() % whole.size();
      mutate_header(mutated, whole[victim].chunk, random);
      biggest_allocation = 0;
      Errc ended{};
      const auto part = read_all(mutated, ended);
      // 4: quarter-length BINARY; the rest: vectors of this test, sentences.
      ASSERT_LE(biggest_allocation, 4 * bytes.size() + 8192);
      if (victim > 0) {
        ASSERT_EQ(ended, Errc::end);
        expect_same_start(whole, part, victim);
      }
      if (HasFatalFailure()) return;
    }
  }
}

// A header that claims two gigabytes in front of a file that has them only as far as the header goes.
TEST(ImageioMutation, ClaimedSizesAreNotAllocated) {
  const Bytes good = test::v2_chunk(1, 2, 2, PixelFormat::grayscale, test::counted_bytes(4));
  for (const Bytes& huge : {test::v2_chunk(1, 32767, 32767, PixelFormat::rgb565, {}),
                            test::v2_chunk(1, 32767, 32767, PixelFormat::binary, {}),
                            test::v2_chunk(1, 1, 1, 0x06060000, 0x7FFFFFFF, {})}) {
    const Bytes bytes = test::recording("V2.0", {good, huge});
    biggest_allocation = 0;
    EXPECT_EQ(read_all(bytes).size(), 1u);
    EXPECT_LE(biggest_allocation, 8192u);
  }
}

// Small frames that each look like a JPEG without an end must not have the whole file searched again and again.
TEST(ImageioMutation, EndlessJpegsAreNotSearchedForTwice) {
  Bytes bytes = test::recording("V1.1", {});
  const Bytes chunk = test::v1_chunk(1, 1, 1, 0, Bytes{0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
  for (int n = 0; n < 20'000; ++n) append(bytes, chunk);
  const test::CountingSource source(bytes);
  auto reader = Reader::open(source);
  ASSERT_TRUE(reader);
  ASSERT_TRUE(reader->count());
  EXPECT_LT(source.bytes, bytes.size() * 1000);
}

}  // namespace
}  // namespace omv::imageio
