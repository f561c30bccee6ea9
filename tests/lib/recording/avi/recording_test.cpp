// SPDX-License-Identifier: LGPL-2.1-or-later
// What is in the file after every sync, at the end, and when the process goes between any two writes.
#include "omv/recording/avi/recording.h"

#include <gtest/gtest.h>

#include "avi_recordings.h"
#include "omv/recording/avi/layout.h"
#include "omv/recording/avi/times_chunk.h"

namespace omv::avi {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::MemoryOutput;
using test::tiny_jpeg;

constexpr Rate kFifty{50, 1};

// `count` frames at 50 a second, a pause of a second behind every tenth.
void record(MemoryOutput& output, std::size_t count, MuxerSettings settings = test::avi_settings(kFifty)) {
  auto recording = Recording::begin(std::move(settings), milliseconds(100), output);
  ASSERT_TRUE(recording);
  Nanoseconds time(0);
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes jpeg = tiny_jpeg(100 + i % 3, static_cast<std::uint8_t>(i));
    output.set_payload(jpeg);
    ASSERT_TRUE(recording->add_frame(time, milliseconds(20), jpeg.size()));
    time += i % 10 == 9 ? milliseconds(1020) : milliseconds(20);
  }
  ASSERT_TRUE(recording->finish());
}

Result<Reader> open(const MemorySource& source) { return Reader::open(source); }

TEST(AviRecording, ReadsBackByWalkAndByIndex) {
  MemoryOutput output;
  record(output, 60);
  const MemorySource source(output.file);
  const auto reader = open(source);
  ASSERT_TRUE(reader) << reader.error().message;
  const auto walked = reader->scan();
  const auto indexed = reader->read_indexes();
  ASSERT_TRUE(walked && indexed);
  EXPECT_EQ(walked->frames.size(), 60u);
  EXPECT_EQ(walked->frames, indexed->frames);
  EXPECT_EQ(walked->slots, 60u + 5 * 50);
  EXPECT_EQ(reader->header().length, walked->slots);
  EXPECT_EQ(reader->header().riff_end, output.file.size());
  EXPECT_TRUE(walked->damage.empty());
  EXPECT_TRUE(reader->header().has_old_index);
}

TEST(AviRecording, LeavesPayloadsAlone) {
  MemoryOutput output;
  record(output, 12);
  const MemorySource source(output.file);
  const auto reader = open(source);
  const auto contents = reader->scan();
  for (std::size_t i = 0; i < 12; ++i) {
    Bytes payload;
    ASSERT_TRUE(reader->read(contents->frames[i], payload));
    EXPECT_EQ(payload, tiny_jpeg(100 + i % 3, static_cast<std::uint8_t>(i)));
  }
}

TEST(AviRecording, TheOldIndexNamesTheSameFrames) {
  MemoryOutput output;
  record(output, 30);
  const auto walked = test::scan(output.file);
  // Without its index of indexes the file has idx1 alone.
  const std::uint32_t name = four_cc("indx");
  const auto at = std::search(output.file.begin(), output.file.end(), reinterpret_cast<const std::uint8_t*>(&name),
                              reinterpret_cast<const std::uint8_t*>(&name) + 4);
  store_le(&*at, kJunk);
  const MemorySource source(output.file);
  const auto reader = open(source);
  EXPECT_FALSE(reader->header().has_super_index);
  const auto indexed = reader->read_indexes();
  ASSERT_TRUE(indexed) << indexed.error().message;
  EXPECT_EQ(indexed->frames, walked.frames);
}

TEST(AviRecording, KeepsExactTimesTagsAndTheTimeOfCapture) {
  MuxerSettings settings = test::avi_settings({100, 1});
  settings.keep_times = true;
  settings.tags = {{{"INAM", "Vogelhäuschen"}, {"ISFT", "a test"}}, seconds(1'700'000'000)};
  MemoryOutput output;
  auto recording = Recording::begin(settings, seconds(1), output);
  ASSERT_TRUE(recording);
  output.set_payload(tiny_jpeg(64));
  for (const int us : {0, 33'367, 66'733, 1'099'999})
    ASSERT_TRUE(recording->add_frame(std::chrono::microseconds(us), std::nullopt, 64));
  ASSERT_TRUE(recording->finish());
  const MemorySource source(output.file);
  const auto reader = open(source);
  EXPECT_EQ(reader->header().tags.info, settings.tags.info);
  EXPECT_EQ(reader->header().tags.captured, settings.tags.captured);
  const auto contents = reader->scan();
  ASSERT_EQ(contents->times.size(), 4u);
  EXPECT_EQ(contents->times[3], Nanoseconds(std::chrono::microseconds(1'099'999)));
  EXPECT_EQ(contents->captured, settings.tags.captured);
}

// A frame at 0 and at 100 ms, the last one of 3.3 ms, on a grid of 10 ms.
MemoryOutput record_two(bool is_finished) {
  MuxerSettings settings = test::avi_settings({100, 1});
  settings.keep_times = true;
  MemoryOutput output;
  auto recording = Recording::begin(settings, milliseconds(50), output);
  output.set_payload(tiny_jpeg(64));
  for (const int ms : {0, 100}) EXPECT_TRUE(recording->add_frame(milliseconds(ms), Nanoseconds(3'333'333), 64));
  EXPECT_TRUE(recording->is_synced());
  if (is_finished) {
    EXPECT_TRUE(recording->finish());
  }
  return output;
}

TEST(AviRecording, KeepsTheExactEndOfTheLastFrame) {
  for (const bool is_finished : {false, true}) {
    const Contents contents = test::scan(record_two(is_finished).file);
    EXPECT_EQ(contents.slots, 11u);
    EXPECT_EQ(contents.end, Nanoseconds(103'333'333));
  }
}

TEST(AviRecording, AnEndThatSomethingFollowsIsNone) {
  Bytes frame_more = record_two(false).file;
  const Bytes jpeg = tiny_jpeg(64);
  append_le<std::uint32_t>(frame_more, kFrame);
  append_le<std::uint32_t>(frame_more, 64);
  append(frame_more, jpeg);
  EXPECT_EQ(test::scan(frame_more).frames.size(), 3u);
  EXPECT_EQ(test::scan(frame_more).end, std::nullopt);
  Bytes time_more = record_two(false).file;
  append_le<std::uint32_t>(time_more, kFrame);
  append_le<std::uint32_t>(time_more, 0);
  EXPECT_EQ(test::scan(time_more).slots, 12u);
  EXPECT_EQ(test::scan(time_more).end, std::nullopt);
}

TEST(AviRecording, ALastFrameOfUnknownLengthLastsForItsSlot) {
  MuxerSettings settings = test::avi_settings(kFifty);
  settings.keep_times = true;
  MemoryOutput output;
  auto recording = Recording::begin(settings, seconds(1), output);
  output.set_payload(tiny_jpeg(64));
  ASSERT_TRUE(recording->add_frame(seconds(0), std::nullopt, 64));
  ASSERT_TRUE(recording->finish());
  EXPECT_EQ(test::scan(output.file).end, std::nullopt);
}

// Of the recording with the end, but with these times.
Bytes with_times(Nanoseconds first, Nanoseconds second, Nanoseconds end) {
  Bytes file = record_two(true).file;
  for (const auto& [from, to] : {std::pair(Nanoseconds(0), first), {milliseconds(100), second}}) {
    Bytes chunk = make_times_chunk({from == Nanoseconds(0) ? 0u : 1u, {}, {from}, {}});
    chunk.erase(chunk.begin(), chunk.begin() + 8);  // its size counts the end as well
    const auto at = std::search(file.begin(), file.end(), chunk.begin(), chunk.end());
    store_le(&*at + 28, to.count());
    store_le(&*at + 36, end.count());
  }
  return file;
}

TEST(AviRecording, DoesNotBelieveTimesThatCantBe) {
  const Nanoseconds end(103'333'333);
  EXPECT_EQ(test::scan(with_times(milliseconds(1), milliseconds(100), end)).times.size(), 2u);
  EXPECT_EQ(test::scan(with_times(milliseconds(-1), milliseconds(100), end)).times.size(), 0u);
  EXPECT_EQ(test::scan(with_times(milliseconds(2), milliseconds(1), end)).times.size(), 1u);
  EXPECT_EQ(test::scan(with_times(milliseconds(0), Nanoseconds::max(), end)).times.size(), 1u);
  EXPECT_EQ(test::scan(with_times(milliseconds(0), milliseconds(100), Nanoseconds::min())).end, std::nullopt);
  EXPECT_EQ(test::scan(with_times(milliseconds(0), milliseconds(100), milliseconds(99))).end, std::nullopt);
}

TEST(AviRecording, SyncsWhenItIsAskedTo) {
  MemoryOutput output;
  auto recording = Recording::begin(test::avi_settings(kFifty), seconds(1), output);
  EXPECT_TRUE(recording->is_synced());
  output.set_payload(tiny_jpeg(64));
  for (const int ms : {0, 20, 40}) ASSERT_TRUE(recording->add_frame(milliseconds(ms), std::nullopt, 64));
  EXPECT_FALSE(recording->is_synced());
  recording->sync();
  EXPECT_TRUE(recording->is_synced());
  const MemorySource source(output.file);
  EXPECT_EQ(open(source)->header().length, 3u);
  const std::size_t bytes = output.file.size();
  recording->sync();
  EXPECT_EQ(output.file.size(), bytes);
}

// `text` is shorter than what is there.
Bytes with_capture_text(Bytes file, std::string_view text) {
  const std::uint32_t name = four_cc("IDIT");
  const auto at = std::search(file.begin(), file.end(), reinterpret_cast<const std::uint8_t*>(&name),
                              reinterpret_cast<const std::uint8_t*>(&name) + 4);
  const auto end = std::copy(text.begin(), text.end(), at + kChunkHeader);
  *end = 0;
  return file;
}

TEST(AviRecording, ATimeOfCaptureThatNanosecondsCantCountIsNone) {
  MuxerSettings settings = test::avi_settings(kFifty);
  settings.tags.captured = seconds(1'700'000'000);
  MemoryOutput output;
  record(output, 1, settings);
  const auto captured = [&output](std::string_view text) {
    const Bytes file = with_capture_text(output.file, text);
    const MemorySource source(file);
    return open(source)->header().tags.captured;
  };
  EXPECT_EQ(captured("2026-11-21 09:30:00"), seconds(1'795'253'400));
  EXPECT_EQ(captured("Sat Nov 21 09:30:00 2026"), seconds(1'795'253'400));
  EXPECT_EQ(captured("2261-99-01 00:00:00"), std::nullopt);
  EXPECT_EQ(captured("2262-04-12 00:00:00"), std::nullopt);
  EXPECT_EQ(captured("Sat Nov 21 09:30:00 9999"), std::nullopt);
  EXPECT_EQ(captured("1969-12-31 23:59:59"), std::nullopt);
}

TEST(AviRecording, TagsWithoutRoomAreCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "ü";
  MuxerSettings settings = test::avi_settings(kFifty);
  for (int i = 0; i < 20; ++i) settings.tags.info.push_back({"ICMT", text});
  MemoryOutput output;
  record(output, 3, settings);
  const MemorySource source(output.file);
  const auto reader = open(source);
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->header().movi, kFileHeader);
  const auto& tags = reader->header().tags.info;
  ASSERT_GE(tags.size(), 4u);
  EXPECT_EQ(tags.front().text, text.substr(0, 254));
  EXPECT_EQ(tags.back().text.size() % 2, 0u);
}

TEST(AviRecording, OneFrameAndNoFrameAreLegal) {
  for (const std::size_t count : {0u, 1u}) {
    MemoryOutput output;
    record(output, count);
    const MemorySource source(output.file);
    const auto reader = open(source);
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->scan()->frames.size(), count);
    EXPECT_EQ(reader->header().length, count);
    EXPECT_EQ(reader->rate().numerator, 50u);
  }
}

// What a reader that believes headers and indexes finds; everything of it has to be there.
void expect_complete_up_to_a_sync(const Bytes& file, std::size_t& least) {
  const MemorySource source(file);
  const auto reader = Reader::open(source);
  ASSERT_TRUE(reader) << reader.error().message;
  if (reader->header().length == 0) return;
  const auto indexed = reader->read_indexes();
  ASSERT_TRUE(indexed) << indexed.error().message;
  ASSERT_EQ(indexed->slots, reader->header().length);
  const auto walked = reader->scan();
  ASSERT_GE(walked->frames.size(), indexed->frames.size());
  for (std::size_t i = 0; i < indexed->frames.size(); ++i) ASSERT_EQ(walked->frames[i], indexed->frames[i]);
  ASSERT_LE(reader->header().riff_end, file.size());
  ASSERT_GE(indexed->frames.size(), least) << "frames that were there are gone";
  ASSERT_LE(walked->frames.size() - indexed->frames.size(), 6u) << "more than an interval is missing";
  least = indexed->frames.size();
}

TEST(AviRecording, IsCompleteUpToItsLastSyncAfterEveryWrite) {
  MemoryOutput whole;
  record(whole, 90);
  std::size_t least = 0;
  for (std::size_t writes = 1; writes <= whole.writes; ++writes) {
    SCOPED_TRACE("after write " + std::to_string(writes) + " of " + std::to_string(whole.writes));
    MemoryOutput killed;
    killed.writes_left = writes;
    record(killed, 90);
    expect_complete_up_to_a_sync(killed.file, least);
    if (HasFatalFailure()) return;
  }
  EXPECT_EQ(least, 90u);
}

TEST(AviRecording, TheStreamingFormNeverGoesBack) {
  MuxerSettings settings = test::avi_settings(kFifty);
  settings.can_patch = false;
  MemoryOutput output;
  record(output, 25, settings);
  EXPECT_EQ(output.patches, 0u);
  EXPECT_EQ(test::scan(output.file).frames.size(), 25u);
}

TEST(AviRecording, RefusesWhatNoAviCanHold) {
  MemoryOutput output;
  EXPECT_FALSE(Recording::begin({.width = 0, .height = 9, .rate = kFifty}, seconds(1), output));
  EXPECT_FALSE(Recording::begin({.width = 65536, .height = 9, .rate = kFifty}, seconds(1), output));
  EXPECT_FALSE(Recording::begin({.width = 7, .height = 9, .rate = {0, 1}}, seconds(1), output));
  auto recording = Recording::begin(test::avi_settings(kFifty), seconds(1), output);
  EXPECT_EQ(recording->add_frame(seconds(0), std::nullopt, kMostPayload + 1).error().code, Errc::limit);
}

}  // namespace
}  // namespace omv::avi
