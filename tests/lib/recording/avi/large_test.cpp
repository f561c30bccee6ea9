// SPDX-License-Identifier: LGPL-2.1-or-later
// Files past 1 and 4 GB, of which only what is no payload is kept: every frame is one hole.
#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "avi_recordings.h"
#include "omv/recording/avi/layout.h"

namespace omv::avi {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Pieces of a file by offset; what is between them reads as the beginning of a JPEG and zeros.
class SparseFile final : public Output, public ByteSource {
 public:
  void append(ConstByteSpan bytes) override {
    pieces_[end_] = Bytes(bytes.begin(), bytes.end());
    end_ += bytes.size();
  }
  void append_payload() override {
    pieces_[end_] = {0xFF, 0xD8, 0xFF, 0xFE};
    end_ += payload_bytes;
  }
  void patch(std::uint64_t offset, ConstByteSpan bytes) override {
    ASSERT_GE(pieces_.at(offset).size(), bytes.size());
    std::copy(bytes.begin(), bytes.end(), pieces_.at(offset).begin());
  }
  void barrier() override {}

  Result<std::uint64_t> size() const override { return end_; }
  Result<void> read_at(std::uint64_t offset, ByteSpan into) const override {
    if (offset + into.size() > end_) return Error{Errc::truncated, "behind the end"};
    std::fill(into.begin(), into.end(), 0);
    auto piece = pieces_.upper_bound(offset);
    if (piece != pieces_.begin()) --piece;
    for (; piece != pieces_.end() && piece->first < offset + into.size(); ++piece) copy(*piece, offset, into);
    return {};
  }

  std::uint64_t payload_bytes = 0;

 private:
  static void copy(const std::pair<const std::uint64_t, Bytes>& piece, std::uint64_t offset, ByteSpan into) {
    const std::uint64_t from = std::max(piece.first, offset);
    const std::uint64_t to = std::min(piece.first + piece.second.size(), offset + into.size());
    if (from < to) std::memcpy(into.data() + (from - offset), piece.second.data() + (from - piece.first), to - from);
  }

  std::map<std::uint64_t, Bytes> pieces_;
  std::uint64_t end_ = 0;
};

Result<Recording> begin(SparseFile& file, seconds sync_interval) {
  return Recording::begin(test::avi_settings({25, 1}), sync_interval, file);
}

TEST(LargeAvi, PastFourGigabytesEveryFrameIsInTheIndex) {
  SparseFile file;
  file.payload_bytes = 4'000'001;
  auto recording = begin(file, seconds(1));
  ASSERT_TRUE(recording);
  constexpr std::size_t kFrames = 1250;  // 5 GB
  for (std::size_t i = 0; i < kFrames; ++i)
    ASSERT_TRUE(recording->add_frame(milliseconds(40) * i, milliseconds(40), file.payload_bytes));
  ASSERT_TRUE(recording->finish());
  ASSERT_GT(*file.size(), 5'000'000'000u);
  const auto reader = Reader::open(file);
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_LE(reader->header().riff_end, kMostBytes);
  EXPECT_EQ(reader->header().length, kFrames);
  const auto walked = reader->scan();
  const auto indexed = reader->read_indexes();
  ASSERT_TRUE(walked && indexed) << indexed.error().message;
  EXPECT_TRUE(walked->damage.empty()) << walked->damage.front().message;
  EXPECT_EQ(walked->frames.size(), kFrames);
  EXPECT_EQ(indexed->frames, walked->frames);
}

// What is in the file when it is killed in any RIFF.
TEST(LargeAvi, IsCompleteUpToItsLastSyncInEveryRiff) {
  SparseFile file;
  file.payload_bytes = 30'000'000;
  auto recording = begin(file, seconds(1));
  ASSERT_TRUE(recording);
  for (std::size_t i = 0; i < 160; ++i) {
    ASSERT_TRUE(recording->add_frame(seconds(1) * i, milliseconds(40), file.payload_bytes));
    const auto reader = Reader::open(file);
    ASSERT_TRUE(reader);
    const auto indexed = reader->read_indexes();
    ASSERT_TRUE(indexed) << indexed.error().message;
    ASSERT_EQ(indexed->frames.size(), i + 1);
    ASSERT_EQ(indexed->frames, reader->scan()->frames);
  }
}

TEST(LargeAvi, DaysOfSilenceStayInBounds) {
  SparseFile file;
  file.payload_bytes = 1000;
  auto recording = Recording::begin(test::avi_settings({100, 1}), seconds(3600), file);
  ASSERT_TRUE(recording);
  ASSERT_TRUE(recording->add_frame(seconds(0), std::nullopt, 1000));
  ASSERT_TRUE(recording->add_frame(std::chrono::hours(6), std::nullopt, 1000));
  ASSERT_TRUE(recording->finish());
  const auto reader = Reader::open(file);
  EXPECT_EQ(reader->header().length, 6u * 360'000 + 1);
  EXPECT_EQ(reader->read_indexes()->frames, reader->scan()->frames);
}

}  // namespace
}  // namespace omv::avi
