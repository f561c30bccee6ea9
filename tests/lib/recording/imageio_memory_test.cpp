// SPDX-License-Identifier: LGPL-2.1-or-later
// The memory stream: slot arithmetic, one cursor, no overrun (spec: imageio, section 7).
#include "omv/recording/imageio_memory.h"

#include <gtest/gtest.h>

#include "recording_bytes.h"

namespace omv::imageio {
namespace {

using std::chrono::milliseconds;
using test::counted_bytes;

constexpr ReadOptions kNow{.loop = true, .pause = false};
constexpr FrameInfo kGray{PixelFormat::grayscale, 3, 2};

std::unique_ptr<MemoryStream> make(const FrameInfo& info, std::int64_t count,
                                   std::shared_ptr<Clock> clock = std::make_shared<ManualClock>()) {
  auto stream = MemoryStream::create(info, count, std::move(clock));
  return stream ? *std::move(stream) : nullptr;
}

template <typename T>
Errc code_of(const Result<T>& result) {
  return result ? Errc::again : result.error().code;
}

TEST(MemorySlots, HaveTheSizesOfTheSpecification) {
  struct Row {
    std::uint32_t w, h;
    std::uint64_t binary, gray, rgb565, jpeg;
  };
  for (const Row& row :
       {Row{160, 120, 2432, 19232, 38432, 4832}, Row{320, 240, 9632, 76832, 153632, 19232},
        Row{640, 480, 38432, 307232, 614432, 76832}, Row{1280, 720, 115232, 921632, 1843232, 230432}}) {
    const auto slot = [&](PixelFormat format) { return MemoryStream::slot_size({format, row.w, row.h}); };
    EXPECT_EQ(slot(PixelFormat::binary), row.binary);
    EXPECT_EQ(slot(PixelFormat::grayscale), row.gray);
    EXPECT_EQ(slot(PixelFormat::bayer_grbg), row.gray);
    EXPECT_EQ(slot(PixelFormat::rgb565), row.rgb565);
    EXPECT_EQ(slot(PixelFormat::yuv422), row.rgb565);
    EXPECT_EQ(slot(PixelFormat::jpeg), row.jpeg);
    EXPECT_EQ(slot(PixelFormat::png), row.jpeg);
  }
  EXPECT_EQ(MemoryStream::slot_size({PixelFormat::jpeg, 33, 17}), 320u);
  EXPECT_EQ(MemoryStream::slot_size({PixelFormat::argb8, 33, 17}), 32u);
}

TEST(MemoryStream, TellsWhatItIs) {
  const auto stream = make({PixelFormat::grayscale, 8, 8}, 2);
  ASSERT_TRUE(stream);
  EXPECT_EQ(stream->type(), StreamType::memory);
  EXPECT_FALSE(stream->is_closed());
  EXPECT_EQ(*stream->count(), 2u);
  EXPECT_EQ(stream->offset(), 0u);
  EXPECT_EQ(stream->version(), std::nullopt);
  EXPECT_EQ(stream->buffer_size(), 64u);
  EXPECT_EQ(*stream->size(), 192u);
}

TEST(MemoryStream, RefusesImpossibleShapes) {
  const auto code = [](PixelFormat format, std::uint32_t w, std::uint32_t h, std::int64_t count) {
    return code_of(MemoryStream::create({format, w, h}, count));
  };
  EXPECT_EQ(code(PixelFormat::grayscale, 0, 1, 1), Errc::invalid);
  EXPECT_EQ(code(PixelFormat::grayscale, 1, 0, 1), Errc::invalid);
  EXPECT_EQ(code(PixelFormat::grayscale, 0xFFFFFFFF, 1, 1), Errc::invalid);
  EXPECT_EQ(code(PixelFormat::grayscale, 1, 1, 0), Errc::invalid);
  EXPECT_EQ(code(PixelFormat::grayscale, 1, 1, -1), Errc::invalid);
  EXPECT_EQ(code(static_cast<PixelFormat>(1), 1, 1, 1), Errc::invalid);
  EXPECT_EQ(code(PixelFormat::rgb565, 32767, 32767, INT64_MAX), Errc::limit);
}

TEST(MemoryStream, KeepsFramesOfAnyGeometryThatFits) {
  const auto stream = make({PixelFormat::grayscale, 8, 8}, 4);
  ASSERT_TRUE(stream->write({PixelFormat::grayscale, 8, 8}, counted_bytes(64)));
  ASSERT_TRUE(stream->write({PixelFormat::rgb565, 3, 2}, counted_bytes(12)));
  ASSERT_TRUE(stream->write({PixelFormat::jpeg, 320, 240}, counted_bytes(61)));
  ASSERT_TRUE(stream->write({PixelFormat::binary, 1, 1}, counted_bytes(4)));
  ASSERT_TRUE(stream->seek(0));
  const FrameInfo infos[] = {{PixelFormat::grayscale, 8, 8},
                             {PixelFormat::rgb565, 3, 2},
                             {PixelFormat::jpeg, 320, 240},
                             {PixelFormat::binary, 1, 1}};
  const std::size_t bytes[] = {64, 12, 61, 4};
  for (std::size_t n = 0; n < 4; ++n) {
    const auto frame = stream->read(kNow);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->frame.info, infos[n]);
    EXPECT_EQ(frame->frame.data, counted_bytes(bytes[n]));
  }
}

// The original compares with the slot, 32 bytes more than the buffer, and so overwrites the next slot's header.
TEST(MemoryStream, FramesBeyondTheBufferAreRefusedToTheByte) {
  const auto stream = make({PixelFormat::grayscale, 8, 8}, 2);
  ASSERT_TRUE(stream->seek(1));
  ASSERT_TRUE(stream->write({PixelFormat::grayscale, 2, 1}, counted_bytes(2, 50)));
  ASSERT_TRUE(stream->seek(0));
  for (const std::size_t bytes : {65u, 80u, 96u, 97u, 5000u})
    EXPECT_EQ(code_of(stream->write({PixelFormat::jpeg, 8, 8}, counted_bytes(bytes))), Errc::limit) << bytes;
  EXPECT_EQ(stream->offset(), 0u);
  ASSERT_TRUE(stream->write({PixelFormat::jpeg, 8, 8}, counted_bytes(64)));
  EXPECT_EQ(stream->read(kNow)->frame.data, counted_bytes(2, 50));
}

TEST(MemoryStream, RefusesWhatCantBeStored) {
  const auto stream = make(kGray, 2);
  EXPECT_EQ(code_of(stream->write({PixelFormat::argb8, 1, 1}, Bytes())), Errc::unsupported);
  EXPECT_EQ(code_of(stream->write({PixelFormat::jpeg, 1, 1}, Bytes())), Errc::invalid);
  EXPECT_EQ(code_of(stream->write(kGray, counted_bytes(7))), Errc::invalid);
  EXPECT_FALSE(stream->is_written(0));
}

TEST(MemoryStream, DoesNotWrap) {
  const auto stream = make(kGray, 2);
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6, 0)));
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6, 1)));
  EXPECT_EQ(stream->offset(), 2u);
  EXPECT_EQ(code_of(stream->write(kGray, counted_bytes(6, 2))), Errc::end);
  EXPECT_EQ(code_of(stream->read(kNow)), Errc::end);
  ASSERT_TRUE(stream->seek(0));
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6, 2)));
  EXPECT_EQ(stream->read(kNow)->frame.data[0], 1);
}

TEST(MemoryStream, SeekStaysBelowCount) {
  const auto stream = make(kGray, 3);
  EXPECT_EQ(code_of(stream->seek(3)), Errc::invalid);
  EXPECT_EQ(code_of(stream->seek(-1)), Errc::invalid);
  EXPECT_TRUE(stream->seek(2));
  EXPECT_EQ(stream->offset(), 2u);
}

TEST(MemoryStream, UnwrittenSlotsAreAnErrorNotGarbage) {
  const auto stream = make(kGray, 2);
  EXPECT_EQ(code_of(stream->read(kNow)), Errc::invalid);
  EXPECT_EQ(stream->offset(), 0u);
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6)));
  EXPECT_TRUE(stream->is_written(0));
  EXPECT_FALSE(stream->is_written(1));
  EXPECT_FALSE(stream->is_written(2));
}

TEST(MemoryStream, IntervalsAreTimesBetweenWritesWhateverIsReadBetween) {
  const auto clock = std::make_shared<ManualClock>();
  const auto stream = make(kGray, 3, clock);
  clock->advance(milliseconds(10));
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6)));
  clock->advance(milliseconds(20));
  ASSERT_TRUE(stream->seek(0));
  ASSERT_TRUE(stream->read(kNow));
  clock->advance(milliseconds(5));
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6)));
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6), milliseconds(7)));
  ASSERT_TRUE(stream->seek(0));
  const int interval[] = {10, 25, 7};
  const int time[] = {10, 35, 42};
  for (std::size_t n = 0; n < 3; ++n) {
    const auto frame = stream->read(kNow);
    EXPECT_EQ(frame->timing.interval, milliseconds(interval[n]));
    EXPECT_EQ(frame->timing.time, milliseconds(time[n]));
    EXPECT_EQ(frame->timing.index, n);
  }
}

TEST(MemoryStream, PausedReadsKeepThePace) {
  const auto clock = std::make_shared<ManualClock>();
  const auto stream = make(kGray, 2, clock);
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6), milliseconds(10)));
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6), milliseconds(20)));
  clock->advance(milliseconds(100));
  ASSERT_TRUE(stream->seek(0));
  ASSERT_TRUE(stream->read());
  EXPECT_EQ(clock->now(), milliseconds(110));
  ASSERT_TRUE(stream->read());
  EXPECT_EQ(clock->now(), milliseconds(130));
}

TEST(MemoryStream, ClosedStreamKeepsItsLastValues) {
  const auto stream = make(kGray, 2);
  ASSERT_TRUE(stream->write(kGray, counted_bytes(6)));
  ASSERT_TRUE(stream->sync());
  ASSERT_TRUE(stream->close());
  EXPECT_TRUE(stream->close());
  EXPECT_TRUE(stream->is_closed());
  EXPECT_EQ(*stream->count(), 2u);
  EXPECT_EQ(stream->offset(), 1u);
  EXPECT_EQ(stream->buffer_size(), 32u);
  EXPECT_EQ(*stream->size(), 128u);
  EXPECT_FALSE(stream->is_written(0));
  EXPECT_EQ(code_of(stream->read()), Errc::closed);
  EXPECT_EQ(code_of(stream->write(kGray, counted_bytes(6))), Errc::closed);
  EXPECT_EQ(code_of(stream->seek(0)), Errc::closed);
  EXPECT_EQ(code_of(stream->sync()), Errc::closed);
}

}  // namespace
}  // namespace omv::imageio
