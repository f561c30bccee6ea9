// SPDX-License-Identifier: LGPL-2.1-or-later
// Recordings that end anywhere: what is whole of them is saved.
#include "omv/recording/imageio_recover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recording_bytes.h"
#include "temp_dir.h"

namespace omv::imageio {
namespace {

using test::counted_bytes;
using test::v2_chunk;

// Three frames of 5 bytes: 32 of header, 5, 11 of padding.
Bytes three_frames() {
  const Bytes chunk = v2_chunk(100, 5, 1, PixelFormat::grayscale, counted_bytes(5));
  return test::recording("V2.0", {chunk, chunk, chunk});
}

Result<Recovered> recover_first(std::size_t bytes, const std::string& path) {
  const Bytes whole = three_frames();
  const MemorySource source(ConstByteSpan(whole).first(bytes));
  OMV_TRY(Reader reader, Reader::open(source));
  OMV_TRY(File output, File::open(path, File::Mode::create));
  return recover(reader, source, output);
}

TEST(ImageioRecover, SavesAllWholeFramesOfEveryLength) {
  const test::TempDir dir;
  const Bytes whole = three_frames();
  for (std::size_t bytes = kMagicBytes + 37; bytes <= whole.size(); ++bytes) {
    const auto recovered = recover_first(bytes, dir / "out");
    ASSERT_TRUE(recovered) << bytes << ": " << recovered.error().message;
    const std::size_t frames = (bytes - kMagicBytes + 11) / 48;
    EXPECT_EQ(recovered->frames, frames) << bytes;
    const std::size_t end = kMagicBytes + frames * 48;
    EXPECT_EQ(recovered->lost_bytes, bytes - std::min(bytes, end)) << bytes;
    EXPECT_EQ(test::read_file(dir / "out"), Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(end)));
  }
}

TEST(ImageioRecover, SaysThatThereIsNoFrame) {
  const test::TempDir dir;
  for (std::size_t bytes = kMagicBytes; bytes < kMagicBytes + 37; ++bytes) {
    const auto recovered = recover_first(bytes, dir / "out");
    ASSERT_FALSE(recovered) << bytes;
    EXPECT_EQ(recovered.error().code, Errc::end) << bytes;
  }
}

TEST(ImageioRecover, TellsTheLength) {
  const test::TempDir dir;
  const auto recovered = recover_first(three_frames().size(), dir / "out");
  ASSERT_TRUE(recovered);
  EXPECT_EQ(recovered->length, std::chrono::milliseconds(300));
}

}  // namespace
}  // namespace omv::imageio
