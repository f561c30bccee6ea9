// SPDX-License-Identifier: LGPL-2.1-or-later
// Files that were cut anywhere, damaged anywhere, and what comes back.
#include "omv/recording/avi/recover.h"

#include <gtest/gtest.h>

#include "avi_recordings.h"
#include "omv/recording/avi/layout.h"
#include "temp_dir.h"

namespace omv::avi {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::MemoryOutput;
using test::tiny_jpeg;

Bytes recorded(std::size_t count) {
  MuxerSettings settings = test::avi_settings({50, 1});
  settings.keep_times = true;
  settings.tags.info = {{"INAM", "title"}};
  MemoryOutput output;
  auto recording = Recording::begin(settings, milliseconds(200), output);
  for (std::size_t i = 0; i < count; ++i) {
    output.set_payload(tiny_jpeg(101, static_cast<std::uint8_t>(i)));
    if (!recording->add_frame(milliseconds(40) * i + std::chrono::microseconds(7), milliseconds(20), 101)) return {};
  }
  if (!recording->finish()) return {};
  return output.file;
}

struct Outcome {
  Recovered recovered;
  Bytes file;
};

Result<Outcome> recover_bytes(ConstByteSpan bytes) {
  const test::TempDir dir;
  const MemorySource source(bytes);
  OMV_TRY(const Reader reader, Reader::open(source));
  OMV_TRY(File out, File::open(dir / "out.avi", File::Mode::create_new));
  OMV_TRY(const Recovered recovered, recover(reader, out));
  return Outcome{recovered, test::read_file(dir / "out.avi")};
}

TEST(AviRecover, AWholeFileComesBackTheSame) {
  const Bytes file = recorded(20);
  const auto outcome = recover_bytes(file);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_FALSE(outcome->recovered.is_lossy());
  EXPECT_EQ(outcome->recovered.frames, 20u);
  EXPECT_EQ(outcome->recovered.length, Nanoseconds(milliseconds(40 * 19 + 20)));
  const auto before = test::scan(file);
  const auto after = test::scan(outcome->file);
  EXPECT_EQ(after.times, before.times);
  EXPECT_EQ(after.slots, before.slots);
}

TEST(AviRecover, EveryLengthGivesEveryWholeFrame) {
  const Bytes file = recorded(10);
  const auto frames = test::scan(file).frames;
  for (std::size_t cut = kFileHeader; cut < file.size(); cut += 29) {
    SCOPED_TRACE("cut at " + std::to_string(cut));
    const auto whole = static_cast<std::size_t>(std::count_if(
        frames.begin(), frames.end(), [&](const StoredFrame& frame) { return frame.payload() + frame.bytes <= cut; }));
    const auto outcome = recover_bytes(ConstByteSpan(file).first(cut));
    if (whole == 0) {
      ASSERT_FALSE(outcome);
      continue;
    }
    ASSERT_TRUE(outcome) << outcome.error().message;
    ASSERT_EQ(outcome->recovered.frames, whole);
    const MemorySource source(outcome->file);
    const auto reader = Reader::open(source);
    ASSERT_EQ(reader->header().length, outcome->recovered.slots);
    ASSERT_EQ(reader->read_indexes()->frames, reader->scan()->frames);
    ASSERT_EQ(reader->header().tags.info.front().text, "title");
  }
}

TEST(AviRecover, GoesOnBehindDamageAndKeepsTheTime) {
  Bytes file = recorded(20);
  const auto frames = test::scan(file).frames;
  std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(frames[8].offset), 30, 0x55);
  const auto outcome = recover_bytes(file);
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->recovered.is_lossy());
  EXPECT_EQ(outcome->recovered.frames, 19u);
}

TEST(AviRecover, LeavesOutWhatIsNoJpegAndKeepsItsSlot) {
  Bytes file = recorded(5);
  const auto frames = test::scan(file).frames;
  std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(frames[2].payload() + 90), 11, 0);  // its end
  const auto outcome = recover_bytes(file);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->recovered.broken_frames, 1u);
  const auto after = test::scan(outcome->file);
  ASSERT_EQ(after.frames.size(), 4u);
  EXPECT_EQ(after.frames[2].slot, frames[3].slot);
}

TEST(AviRecover, ASizeThatIsWrongCostsOneFrame) {
  Bytes file = recorded(20);
  const auto frames = test::scan(file).frames;
  const auto size_to = [&](std::uint64_t end) { return static_cast<std::uint32_t>(end - frames[5].payload()); };
  for (const std::uint32_t size : {size_to(frames[8].payload() + 50), size_to(file.size() - 99), 50U}) {
    store_le(file.data() + frames[5].offset + 4, size);
    const auto outcome = recover_bytes(file);
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->recovered.frames, 19u) << size;
    EXPECT_TRUE(outcome->recovered.is_lossy());
  }
}

TEST(AviRecover, KeepsTheLastFrameBeforeBytesThatWereNeverWritten) {
  Bytes file = recorded(3);
  const auto frames = test::scan(file).frames;
  std::fill(file.begin() + static_cast<std::ptrdiff_t>(frames[2].payload() + frames[2].bytes), file.end(),
            std::uint8_t{0});
  EXPECT_EQ(test::scan(file).frames.size(), 3u);
}

TEST(AviRecover, LeavesOutAFirstFrameWithoutPixels) {
  Bytes file = recorded(4);
  const auto frames = test::scan(file).frames;
  const std::size_t sof = frames[0].payload() + 101 - 15;
  file[sof + 5] = file[sof + 6] = 0;  // its height
  const auto outcome = recover_bytes(file);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->recovered.broken_frames, 1u);
  EXPECT_EQ(outcome->recovered.frames, 3u);
}

// The camera's own header (spec: media, section 4.2), before sync() or close() have filled anything in.
Bytes camera_file(std::uint32_t rate, std::size_t frames) {
  Bytes file;
  const auto put = [&](std::initializer_list<std::uint32_t> fields) {
    for (const std::uint32_t field : fields) append_le(file, field);
  };
  put({kRiff, 0,    kAvi, kList, 192, four_cc("hdrl"), four_cc("avih"), 56, 0, 0, 4, 0, 0, 0, 1, 0, 7,
       9,     1000, rate, 0,     0});
  put({kList, 116, four_cc("strl"), four_cc("strh"), 56, four_cc("vids"), kMjpg, 0, 0, 0, 1000, rate, 0, 0, 0, 10000,
       0});
  put({0, 0, four_cc("strf"), 40, 40, 7, 9, 1 | 24 << 16, kMjpg, 0, 0, 0, 0, 0, kList, 0, kMovi});
  for (std::size_t i = 0; i < frames; ++i) {
    put({kFrame, 104});
    append(file, tiny_jpeg(101));
    append(file, Bytes{0x87, 0x85, 0x39});
  }
  return file;
}

TEST(AviRecover, ClosesACameraFileThatNeverWas) {
  const auto outcome = recover_bytes(camera_file(0, 4));
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_FALSE(outcome->recovered.is_lossy());
  EXPECT_EQ(outcome->recovered.rate.numerator, 25u);
  const MemorySource source(outcome->file);
  const auto reader = Reader::open(source);
  EXPECT_EQ(reader->header().length, 4u);
  Bytes payload;
  ASSERT_TRUE(reader->read(reader->scan()->frames[3], payload));
  EXPECT_EQ(payload.size(), 104u);
}

TEST(AviRecover, KeepsTheRateThatTheCameraMeasured) {
  const auto outcome = recover_bytes(camera_file(20406, 10));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->recovered.length, slot_time({20406, 1000}, 10));
}

TEST(AviReader, EveryCutAndEveryFlippedByteIsAnErrorOrFrames) {
  const Bytes file = recorded(4);
  for (std::size_t at = 0; at < 400; ++at) {
    Bytes damaged = file;
    damaged[at] ^= 0xFF;
    const MemorySource source(damaged);
    const auto reader = Reader::open(source);
    if (!reader) continue;
    ASSERT_TRUE(reader->scan()) << "byte " << at;
    (void)reader->read_indexes();
  }
}

}  // namespace
}  // namespace omv::avi
