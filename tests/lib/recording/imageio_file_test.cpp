// SPDX-License-Identifier: LGPL-2.1-or-later
// The file stream: every method of the ImageIO class, its errors and its bytes (spec: imageio, section 8).
#include "omv/recording/imageio_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "recording_bytes.h"
#include "temp_dir.h"

namespace omv::imageio {
namespace {

using std::chrono::milliseconds;
using test::counted_bytes;
using test::recording;
using test::v2_chunk;

constexpr ReadOptions kOnce{.loop = false, .pause = false};
constexpr FrameInfo kGray{PixelFormat::grayscale, 3, 2};

struct FileStreamTest : testing::Test {
  test::TempDir dir;
  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
  std::string path = dir / "x.bin";

  std::unique_ptr<FileStream> open(const Bytes& bytes) {
    test::write_file(path, bytes);
    auto stream = FileStream::open(path, Rgb565Order::swap, clock);
    return stream ? *std::move(stream) : nullptr;
  }
  std::unique_ptr<FileStream> create() { return *FileStream::create(path, clock); }

  // A writer with `count` frames whose first byte is their number.
  std::unique_ptr<FileStream> create_with(std::uint8_t count) {
    auto stream = create();
    for (std::uint8_t n = 0; n < count; ++n) EXPECT_TRUE(stream->write(kGray, counted_bytes(6, n)));
    return stream;
  }
  std::vector<int> numbers() {
    std::vector<int> found;
    auto stream = *FileStream::open(path, Rgb565Order::swap, clock);
    while (auto frame = stream->read(kOnce)) found.push_back(frame->frame.data[0]);
    return found;
  }
};

template <typename T>
Errc code_of(const Result<T>& result) {
  return result ? Errc::again : result.error().code;
}

Bytes three_frames() {
  return recording("V2.0", {v2_chunk(10, 3, 2, PixelFormat::grayscale, counted_bytes(6, 0)),
                            v2_chunk(20, 3, 2, PixelFormat::grayscale, counted_bytes(6, 1)),
                            v2_chunk(30, 3, 2, PixelFormat::grayscale, counted_bytes(6, 2))});
}

using FileStreamOpen = FileStreamTest;
using FileStreamRead = FileStreamTest;
using FileStreamWrite = FileStreamTest;

TEST_F(FileStreamOpen, TellsWhatItIs) {
  const auto stream = open(three_frames());
  ASSERT_TRUE(stream);
  EXPECT_EQ(stream->type(), StreamType::file);
  EXPECT_FALSE(stream->is_closed());
  EXPECT_EQ(stream->version(), Version::v2_0);
  EXPECT_EQ(stream->buffer_size(), std::nullopt);
  EXPECT_EQ(*stream->size(), 16u + 3 * 48);
  EXPECT_EQ(stream->offset(), 0u);
  EXPECT_EQ(*stream->count(), 3u);
}

TEST_F(FileStreamOpen, RefusesWhatIsNoRecording) {
  EXPECT_EQ(code_of(FileStream::open(dir / "missing.bin")), Errc::io);
  EXPECT_EQ(code_of(FileStream::open(dir / ".")), Errc::io);
  const auto code = [&](const Bytes& bytes) {
    test::write_file(path, bytes);
    return code_of(FileStream::open(path));
  };
  EXPECT_EQ(code({}), Errc::truncated);
  EXPECT_EQ(code(counted_bytes(64)), Errc::invalid);
  EXPECT_EQ(code(recording("V4.2", {})), Errc::unsupported);
  EXPECT_EQ(code(recording("V2.0", {v2_chunk(1, 1, 1, 0, 0, {})})), Errc::invalid);
}

TEST_F(FileStreamOpen, ErrorsNameTheFileOnce) {
  test::write_file(path, counted_bytes(64));
  const auto stream = FileStream::open(path);
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().message, path + ": not an ImageIO file: it does not start with 'OMV IMG STR Vx.y'");
  EXPECT_EQ(FileStream::open(dir / "no").error().message, dir / "no" + ": No such file or directory");
}

TEST_F(FileStreamRead, DeliversFramesInOrderThenEnds) {
  const auto stream = open(three_frames());
  for (std::size_t n = 0; n < 3; ++n) {
    const auto frame = stream->read(kOnce);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->frame.info, kGray);
    EXPECT_EQ(frame->frame.data, counted_bytes(6, static_cast<std::uint8_t>(n)));
    EXPECT_EQ(frame->timing.index, n);
    EXPECT_EQ(stream->offset(), n + 1);
  }
  EXPECT_EQ(code_of(stream->read(kOnce)), Errc::end);
  EXPECT_EQ(stream->offset(), 3u);
  EXPECT_FALSE(stream->is_closed());
}

TEST_F(FileStreamRead, TellsIntervalAndTime) {
  const auto stream = open(three_frames());
  const int interval[] = {10, 20, 30};
  const int time[] = {0, 20, 50};
  for (std::size_t n = 0; n < 3; ++n) {
    const auto frame = stream->read(kOnce);
    EXPECT_EQ(frame->timing.interval, milliseconds(interval[n]));
    EXPECT_EQ(frame->timing.time, milliseconds(time[n]));
  }
}

TEST_F(FileStreamRead, LoopGoesOnWithFrameZero) {
  const auto stream = open(three_frames());
  for (int n = 0; n < 7; ++n) {
    const auto frame = stream->read({.loop = true, .pause = false});
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->frame.data[0], n % 3);
    EXPECT_EQ(stream->offset(), static_cast<std::size_t>(n % 3 + 1));
  }
}

TEST_F(FileStreamRead, EmptyFileEndsEvenInALoop) {
  const auto stream = open(recording("V2.0", {}));
  EXPECT_EQ(code_of(stream->read()), Errc::end);
  EXPECT_EQ(code_of(stream->read(kOnce)), Errc::end);
  EXPECT_EQ(clock->now(), Time(0));
}

TEST_F(FileStreamRead, ReusesTheCallersMemory) {
  const auto stream = open(three_frames());
  Frame frame;
  ASSERT_TRUE(stream->read_into(frame, kOnce));
  const std::uint8_t* memory = frame.data.data();
  ASSERT_TRUE(stream->read_into(frame, kOnce));
  EXPECT_EQ(frame.data.data(), memory);
  EXPECT_EQ(frame.data, counted_bytes(6, 1));
}

TEST_F(FileStreamRead, PauseSleepsUntilTheFrameIsDue) {
  const auto stream = open(three_frames());
  const int due[] = {10, 30, 60, 70, 90};  // the gap between rounds is the interval of frame 0
  for (const int ms : due) {
    ASSERT_TRUE(stream->read());
    EXPECT_EQ(clock->now(), milliseconds(ms));
  }
}

TEST_F(FileStreamRead, LateReaderCatchesUpWithoutSleeping) {
  const auto stream = open(three_frames());
  ASSERT_TRUE(stream->read());       // due at 10
  clock->advance(milliseconds(25));  // now 35: frame 1 was due at 30
  ASSERT_TRUE(stream->read());
  EXPECT_EQ(clock->now(), milliseconds(35));
  ASSERT_TRUE(stream->read());
  EXPECT_EQ(clock->now(), milliseconds(60));
}

TEST_F(FileStreamRead, PausedReadBehindUnpausedOnesSleepsItsInterval) {
  const auto stream = open(three_frames());
  ASSERT_TRUE(stream->read(kOnce));
  ASSERT_TRUE(stream->read(kOnce));
  clock->advance(milliseconds(5));
  ASSERT_TRUE(stream->read(kOnce));
  ASSERT_TRUE(stream->read());
  EXPECT_EQ(clock->now(), milliseconds(15));
}

TEST_F(FileStreamRead, PausedReadBehindSeekSleepsItsInterval) {
  const auto stream = open(three_frames());
  clock->advance(milliseconds(1000));
  ASSERT_TRUE(stream->seek(2));
  ASSERT_TRUE(stream->read());
  EXPECT_EQ(clock->now(), milliseconds(1030));
}

TEST_F(FileStreamRead, SeekGoesFromZeroToCount) {
  const auto stream = open(three_frames());
  ASSERT_TRUE(stream->seek(2));
  EXPECT_EQ(stream->read(kOnce)->frame.data[0], 2);
  ASSERT_TRUE(stream->seek(0));
  EXPECT_EQ(stream->read(kOnce)->frame.data[0], 0);
  ASSERT_TRUE(stream->seek(3));
  EXPECT_EQ(stream->offset(), 3u);
  EXPECT_EQ(code_of(stream->read(kOnce)), Errc::end);
  EXPECT_EQ(*stream->count(), 3u);
}

TEST_F(FileStreamRead, SeekElsewhereLeavesTheOffset) {
  const auto stream = open(three_frames());
  ASSERT_TRUE(stream->seek(1));
  EXPECT_EQ(code_of(stream->seek(4)), Errc::end);
  EXPECT_EQ(code_of(stream->seek(-1)), Errc::invalid);
  EXPECT_EQ(stream->offset(), 1u);
  EXPECT_EQ(stream->read(kOnce)->frame.data[0], 1);
}

TEST_F(FileStreamRead, FramesSeenGrowWithoutAWalk) {
  const auto stream = open(three_frames());
  EXPECT_EQ(stream->frames_seen(), 1u);
  ASSERT_TRUE(stream->seek(2));
  EXPECT_EQ(stream->frames_seen(), 2u);
}

TEST_F(FileStreamRead, WritingIsRefusedAndHarmless) {
  const auto stream = open(three_frames());
  EXPECT_EQ(code_of(stream->write(kGray, counted_bytes(6))), Errc::mode);
  EXPECT_FALSE(stream->is_closed());
  EXPECT_TRUE(stream->read(kOnce));
  EXPECT_EQ(test::read_file(path), three_frames());
}

TEST_F(FileStreamRead, DamagedTailEndsTheStreamAndIsReported) {
  Bytes bytes = three_frames();
  bytes.resize(bytes.size() - 12);
  const auto stream = open(bytes);
  EXPECT_EQ(*stream->count(), 2u);
  EXPECT_TRUE(stream->read(kOnce));
  EXPECT_TRUE(stream->read(kOnce));
  EXPECT_EQ(code_of(stream->read(kOnce)), Errc::end);
  EXPECT_EQ(stream->read({.loop = true, .pause = false})->timing.index, 0u);
  const auto damage = stream->damage();
  ASSERT_TRUE(damage && *damage);
  EXPECT_EQ((*damage)->frame, 2u);
}

TEST_F(FileStreamRead, ToolsSeeWhatIsStored) {
  const auto stream = open(three_frames());
  EXPECT_EQ(stream->chunk(2)->offset, 16u + 96);
  EXPECT_EQ(*stream->time(2), milliseconds(50));
  EXPECT_EQ(code_of(stream->chunk(3)), Errc::end);
  EXPECT_EQ(stream->offset(), 0u);
}

TEST_F(FileStreamRead, RecordingThatIsStillWrittenHasMoreFramesLater) {
  auto writer = create_with(2);
  auto reader = *FileStream::open(path, Rgb565Order::swap, clock);
  EXPECT_EQ(*reader->count(), 2u);
  ASSERT_TRUE(reader->seek(2));
  EXPECT_EQ(code_of(reader->read(kOnce)), Errc::end);
  ASSERT_TRUE(writer->write(kGray, counted_bytes(6, 2)));
  EXPECT_EQ(reader->read(kOnce)->frame.data, counted_bytes(6, 2));
  EXPECT_EQ(code_of(reader->read(kOnce)), Errc::end);
  EXPECT_EQ(*reader->count(), 3u);
}

TEST_F(FileStreamRead, FrameThatIsHalfWrittenIsWholeLater) {
  const Bytes bytes = three_frames();
  const auto stream = open(Bytes(bytes.begin(), bytes.end() - 30));
  EXPECT_EQ(*stream->count(), 2u);
  EXPECT_TRUE(*stream->damage());
  test::write_file(path, bytes);
  EXPECT_EQ(stream->chunk(2)->interval, milliseconds(30));
  EXPECT_FALSE(*stream->damage());
}

TEST_F(FileStreamRead, FileThatShrinksIsTruncated) {
  const auto stream = open(three_frames());
  ASSERT_EQ(*stream->count(), 3u);
  test::write_file(path, ConstByteSpan(three_frames()).first(120));
  ASSERT_TRUE(stream->seek(2));
  EXPECT_EQ(code_of(stream->read(kOnce)), Errc::truncated);
  EXPECT_EQ(stream->offset(), 2u);
}

TEST_F(FileStreamRead, ClosedStreamKeepsItsLastValues) {
  const auto stream = open(three_frames());
  ASSERT_TRUE(stream->read(kOnce));
  ASSERT_EQ(*stream->count(), 3u);
  ASSERT_TRUE(stream->close());
  EXPECT_TRUE(stream->is_closed());
  EXPECT_EQ(*stream->count(), 3u);
  EXPECT_EQ(stream->offset(), 1u);
  EXPECT_EQ(stream->version(), Version::v2_0);
  EXPECT_EQ(code_of(stream->size()), Errc::closed);
  EXPECT_EQ(code_of(stream->read()), Errc::closed);
  EXPECT_EQ(code_of(stream->write(kGray, counted_bytes(6))), Errc::closed);
  EXPECT_EQ(code_of(stream->seek(0)), Errc::closed);
  EXPECT_EQ(code_of(stream->sync()), Errc::closed);
  EXPECT_TRUE(stream->close());
}

TEST_F(FileStreamWrite, MakesTheBytesOfTheSpecification) {
  auto stream = create();
  EXPECT_EQ(test::read_file(path), recording("V2.0", {}));
  clock->advance(milliseconds(40));
  ASSERT_TRUE(stream->write(kGray, Bytes{0x00, 0x40, 0x80, 0xC0, 0xE0, 0xFF}));
  clock->advance(milliseconds(7));
  ASSERT_TRUE(stream->write({PixelFormat::jpeg, 8, 8}, Bytes{0xFF, 0xD8, 0x00, 0xFF, 0xD9}));
  EXPECT_EQ(test::read_file(path),
            recording("V2.0", {v2_chunk(40, 3, 2, PixelFormat::grayscale, Bytes{0x00, 0x40, 0x80, 0xC0, 0xE0, 0xFF}),
                               v2_chunk(7, 8, 8, PixelFormat::jpeg, Bytes{0xFF, 0xD8, 0x00, 0xFF, 0xD9})}));
  EXPECT_EQ(*stream->count(), 2u);
  EXPECT_EQ(stream->offset(), 2u);
  EXPECT_EQ(*stream->size(), 16u + 48 + 48);
  EXPECT_EQ(stream->version(), Version::v2_0);
}

TEST_F(FileStreamWrite, EmptiesWhatWasThere) {
  test::write_file(path, counted_bytes(5000));
  create();
  EXPECT_EQ(test::read_file(path), recording("V2.0", {}));
}

TEST_F(FileStreamWrite, SubMillisecondIntervalsDoNotDrift) {
  auto stream = create();
  for (int n = 0; n < 1000; ++n) {
    clock->advance(std::chrono::microseconds(33'367));
    ASSERT_TRUE(stream->write(kGray, counted_bytes(6)));
  }
  std::int64_t sum = 0;
  auto reader = *FileStream::open(path, Rgb565Order::swap, clock);
  while (auto frame = reader->read(kOnce)) sum += frame->timing.interval.count();
  EXPECT_EQ(sum, 33'367'000);
}

TEST_F(FileStreamWrite, KnownIntervalsAreCarriedThrough) {
  auto stream = create();
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6), milliseconds(17)));
  clock->advance(milliseconds(500));
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6), milliseconds(23)));
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6), milliseconds(-5)));
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6), Microseconds::max()));
  clock->advance(milliseconds(9));
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6)));
  auto reader = *FileStream::open(path, Rgb565Order::swap, clock);
  for (const Microseconds expected : {Microseconds(milliseconds(17)), Microseconds(milliseconds(23)), Microseconds(0),
                                      kMaxInterval, Microseconds(milliseconds(9))})
    EXPECT_EQ(reader->read(kOnce)->timing.interval, expected);
}

TEST_F(FileStreamWrite, AtAnEarlierFrameDropsTheRest) {
  auto stream = create_with(5);
  ASSERT_TRUE(stream->seek(2));
  EXPECT_EQ(*stream->count(), 5u);
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6, 77)));
  EXPECT_EQ(*stream->count(), 3u);
  EXPECT_EQ(stream->offset(), 3u);
  EXPECT_EQ(*stream->size(), 16u + 3 * 48);
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6, 78)));
  EXPECT_EQ(numbers(), (std::vector<int>{0, 1, 77, 78}));
}

TEST_F(FileStreamWrite, SeekAloneDropsNothing) {
  auto stream = create_with(4);
  ASSERT_TRUE(stream->seek(0));
  EXPECT_EQ(*stream->count(), 4u);
  ASSERT_TRUE(stream->seek(4));
  EXPECT_EQ(code_of(stream->seek(5)), Errc::end);
  EXPECT_EQ(code_of(stream->seek(-1)), Errc::invalid);
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6, 4)));
  EXPECT_EQ(numbers(), (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST_F(FileStreamWrite, ReadingIsRefusedAndHarmless) {
  auto stream = create_with(2);
  EXPECT_EQ(code_of(stream->read()), Errc::mode);
  EXPECT_EQ(code_of(stream->chunk(0)), Errc::mode);
  EXPECT_EQ(code_of(stream->damage()), Errc::mode);
  EXPECT_TRUE(stream->write(kGray, counted_bytes(6, 2)));
  EXPECT_EQ(numbers(), (std::vector<int>{0, 1, 2}));
}

TEST_F(FileStreamWrite, RefusedFramesLeaveFileAndClockAlone) {
  auto stream = create_with(2);
  ASSERT_TRUE(stream->seek(0));
  clock->advance(milliseconds(30));
  EXPECT_EQ(code_of(stream->write({PixelFormat::argb8, 3, 2}, counted_bytes(24))), Errc::unsupported);
  EXPECT_EQ(code_of(stream->write(kGray, counted_bytes(5))), Errc::invalid);
  EXPECT_EQ(code_of(stream->write({PixelFormat::jpeg, 3, 2}, Bytes())), Errc::invalid);
  EXPECT_EQ(*stream->count(), 2u);
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6, 9)));
  EXPECT_EQ((*FileStream::open(path))->chunk(0)->interval, milliseconds(30));
}

TEST_F(FileStreamWrite, SyncAndCloseKeepTheCount) {
  auto stream = create_with(3);
  EXPECT_TRUE(stream->sync());
  EXPECT_TRUE(stream->close());
  EXPECT_TRUE(stream->close());
  EXPECT_EQ(*stream->count(), 3u);
  EXPECT_EQ(code_of(stream->write(kGray, counted_bytes(6))), Errc::closed);
}

// A limit on the file's size is a disk that is full.
TEST_F(FileStreamWrite, FullDiskClosesTheStreamAndKeepsTheWholeFrames) {
  auto stream = create_with(3);
  rlimit before = {};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit = {16 + 3 * 48 + 20, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &limit);
  const auto written = stream->write(kGray, counted_bytes(6, 3));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(code_of(written), Errc::io);
  EXPECT_TRUE(stream->is_closed());
  EXPECT_EQ(code_of(stream->write(kGray, counted_bytes(6, 3))), Errc::closed);
  EXPECT_EQ(*stream->count(), 3u);
  EXPECT_EQ(test::read_file(path).size(), 16u + 3 * 48);
  EXPECT_EQ(numbers(), (std::vector<int>{0, 1, 2}));
}

}  // namespace
}  // namespace omv::imageio
