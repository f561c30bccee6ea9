// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading while the bytes arrive: a source that does not know its end yet gives the same frames, only later.
#include <gtest/gtest.h>

#include <algorithm>

#include "omv/recording/imageio_index.h"
#include "recording_bytes.h"

namespace omv::imageio {
namespace {

using test::counted_bytes;
using test::recording;
using test::v1_chunk;

// The first `arrived` bytes of a stream; its size is known once it has `ended`.
class ArrivingSource final : public ByteSource {
 public:
  explicit ArrivingSource(ConstByteSpan all) : all_(all) {}

  Result<void> read_at(std::uint64_t offset, ByteSpan into) const override {
    if (!ended && offset + into.size() > arrived) return Error{Errc::again, "not yet"};
    return MemorySource(all_.first(arrived)).read_at(offset, into);
  }
  Result<std::uint64_t> size() const override {
    if (!ended) return Error{Errc::again, "not yet"};
    return std::uint64_t{arrived};
  }

  std::size_t arrived = 0;
  bool ended = false;

 private:
  ConstByteSpan all_;
};

// Walks as far as the bytes go after each one that arrives, then to the end.
std::vector<IndexEntry> walk_while_arriving(const Bytes& bytes, Version version) {
  ArrivingSource source(bytes);
  Index index(version);
  while (source.arrived < bytes.size()) {
    ++source.arrived;
    const auto walked = index.extend_all(source);
    EXPECT_FALSE(walked) << "the end was met before it came, at " << source.arrived;
    if (walked) break;
    EXPECT_EQ(walked.error().code, Errc::again);
  }
  source.ended = true;
  EXPECT_TRUE(index.extend_all(source));
  std::vector<IndexEntry> entries;
  for (std::size_t n = 0; n < index.size(); ++n) entries.push_back(index[n]);
  return entries;
}

void expect_same_walk(const Bytes& bytes) {
  const Version version = *parse_magic(bytes);
  Index index(version);
  ASSERT_TRUE(index.extend_all(MemorySource(bytes)));
  ASSERT_GT(index.size(), 0u);
  const auto arrived = walk_while_arriving(bytes, version);
  ASSERT_EQ(arrived.size(), index.size());
  for (std::size_t n = 0; n < arrived.size(); ++n) {
    EXPECT_EQ(arrived[n].offset, index[n].offset) << n;
    EXPECT_EQ(arrived[n].time, index[n].time) << n;
  }
}

TEST(ImageioArriving, MixedRecordingsHaveTheSameFrames) {
  for (const char* version : {"V1.0", "V1.1", "V2.0", "V2.1"}) {
    SCOPED_TRACE(version);
    expect_same_walk(test::mixed_recording(version));
  }
}

TEST(ImageioArriving, QuarterLengthBinaryIsFound) {
  const Bytes quarter = v1_chunk(5, 33, 17, 0, counted_bytes(34));
  expect_same_walk(recording("V1.0", {quarter, quarter, v1_chunk(5, 3, 2, 1, counted_bytes(6)), quarter}));
  const Bytes same_length = v1_chunk(5, 32, 32, 0, counted_bytes(32));
  expect_same_walk(recording("V1.0", {same_length, same_length, same_length, same_length}));
}

TEST(ImageioArriving, FullBinaryIsFound) {
  const Bytes full = v1_chunk(5, 33, 17, 0, counted_bytes(136));
  expect_same_walk(recording("V1.0", {full, v1_chunk(5, 3, 2, 1, counted_bytes(6)), full}));
}

TEST(ImageioArriving, LengthlessJpegIsFound) {
  expect_same_walk(
      recording("V1.1", {v1_chunk(5, 33, 17, 0, test::jpeg_like(50)), v1_chunk(5, 33, 17, 0, test::jpeg_like(6000)),
                         v1_chunk(6, 2, 2, 1, counted_bytes(4))}));
}

}  // namespace
}  // namespace omv::imageio
