// SPDX-License-Identifier: LGPL-2.1-or-later
// The loop, and every pair of readers and writers: counts, times, pixels, and what a conversion leaves that did not
// end.
#include "omv/convert/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "avi_recordings.h"
#include "omv/convert/kind.h"
#include "omv/convert/pictures.h"
#include "omv/convert/still_frames.h"
#include "omv/recording/avi/layout.h"
#include "temp_dir.h"
#include "timed_frames.h"

namespace omv::convert {
namespace {

using namespace std::chrono_literals;
using test::KeptFrames;
using test::ms;
using test::NumberedFrames;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kGoOn = [](const Progress&) { return true; };

// ---- the loop ------------------------------------------------------------------------------------------------------

TEST(Convert, TakesWhatIsSelected) {
  NumberedFrames frames(ms({0, 40, 100, 130, 250}), 300ms);
  KeptFrames kept;
  Selection selection;
  selection.first = 1;
  selection.stop = 130ms;
  const auto outcome = convert(frames, kept, selection, kGoOn);
  ASSERT_TRUE(outcome);
  EXPECT_THAT(kept.numbers(), ElementsAre(1, 2));
  EXPECT_EQ(outcome->frames, 2U);
  EXPECT_EQ(outcome->length, Nanoseconds(90ms));
  EXPECT_TRUE(kept.is_finished);
}

TEST(Convert, FinishesNothingThatIsInterruptedOrEmpty) {
  NumberedFrames frames(ms({0, 40, 100}), 300ms);
  KeptFrames kept;
  const auto stop = [](const Progress& at) { return at.frames < 2; };
  EXPECT_EQ(convert(frames, kept, {}, stop).error().code, Errc::cancelled);
  EXPECT_EQ(kept.frames.size(), 2U);
  Selection none;
  none.first = 9;
  EXPECT_EQ(convert(frames, kept, none, kGoOn).error().code, Errc::end);
  EXPECT_FALSE(kept.is_finished);
}

TEST(Convert, TellsHowFarItIs) {
  NumberedFrames frames(ms({0, 40, 100, 130}), 150ms);
  KeptFrames kept;
  std::vector<std::size_t> done;
  Selection selection;
  selection.first = 1;
  EXPECT_TRUE(convert(frames, kept, selection, [&done](const Progress& at) {
    EXPECT_EQ(at.total, 3U);
    done.push_back(at.frames);
    return true;
  }));
  EXPECT_THAT(done, ElementsAre(1, 2, 3));
}

TEST(GridFor, HasASlotForEachFrame) {
  for (const auto& [distance, grid] : {std::pair(40ms, 100U),
                                       {10s, 1U},
                                       {2s, 10U},
                                       {10ms, 100U},
                                       {6ms, 200U},
                                       {2ms, 500U},
                                       {1ms, 1000U},
                                       std::pair(0ms, 1000U)}) {
    NumberedFrames frames({0ms, distance}, 2 * distance);
    EXPECT_EQ(grid_for(frames, *frames.timeline()).numerator, grid) << distance.count();
  }
}

// ---- pairs ---------------------------------------------------------------------------------------------------------

constexpr std::size_t kFrames = 5;
constexpr auto kDistance = 100ms;

// Four colours that a GIF's table holds exactly, others for each number.
Frame picture(std::size_t number) {
  Frame frame{{PixelFormat::rgb888, 16, 8}, {}};
  for (std::size_t n = 0; n < 16 * 8; ++n) {
    const auto part = static_cast<std::uint8_t>((n / 4 + number) % 4 * 60);
    append(frame.data, Bytes{part, static_cast<std::uint8_t>(number * 40), static_cast<std::uint8_t>(255 - part)});
  }
  return frame;
}

class PictureFrames final : public IndexedReader {
 public:
  PictureFrames() : IndexedReader(timeline_of()) {}
  std::optional<avi::Rate> rate() const override { return avi::Rate{10, 1}; }

 private:
  static Timeline timeline_of() {
    Timeline timeline;
    for (std::size_t n = 0; n < kFrames; ++n) timeline.times.push_back(static_cast<int>(n) * Nanoseconds(kDistance));
    timeline.end = kFrames * Nanoseconds(kDistance);
    return timeline;
  }
  Result<bool> read(std::size_t index, Frame& into) override {
    into = picture(index);
    return true;
  }
};

struct Pair {
  const char* from;
  const char* to;
  bool is_lossless;
};

// One file, or numbered ones, of a kind.
std::unique_ptr<FrameReader> open_kind(const test::TempDir& dir, const std::string& kind, const std::string& name) {
  if (kind == "bin" || kind == "avi" || kind == "gif") {
    auto opened = open_recording(dir / (name + "." + kind), *kind_of_file(dir / (name + "." + kind)), {});
    EXPECT_TRUE(opened) << opened.error().message;
    return *std::move(opened);
  }
  std::vector<std::string> paths;
  for (std::size_t n = 0; n < kFrames; ++n) paths.push_back(dir / (name + std::to_string(n) + "." + kind));
  return open_stills(paths, {10, 1});
}

void write_kind(const test::TempDir& dir, FrameReader& reader, const std::string& kind, const std::string& name) {
  const bool is_recording = kind == "bin" || kind == "avi" || kind == "gif";
  WriterOptions options;
  options.grid = {10, 1};
  auto writer = create_recording(dir / (name + (is_recording ? "." : "%{index}.") + kind), options);
  ASSERT_TRUE(writer) << writer.error().message;
  const auto outcome = convert(reader, **writer, {}, kGoOn);
  ASSERT_TRUE(outcome) << kind << ": " << outcome.error().message;
  EXPECT_EQ(outcome->frames, kFrames) << kind;
  EXPECT_THAT(outcome->losses, IsEmpty()) << kind;
  EXPECT_EQ(outcome->length, kFrames * Nanoseconds(kDistance)) << kind;
}

class Pairs : public testing::TestWithParam<Pair> {};

TEST_P(Pairs, KeepCountsTimesAndPixels) {
  const auto& [from, to, is_lossless] = GetParam();
  const test::TempDir dir;
  PictureFrames source;
  write_kind(dir, source, from, "a");
  auto first = open_kind(dir, from, "a");
  write_kind(dir, *first, to, "b");
  const auto second = open_kind(dir, to, "b");
  const auto frames = test::read_all(*second);
  ASSERT_EQ(frames.size(), kFrames);
  for (const TimedFrame& frame : frames) {
    EXPECT_EQ(frame.time, static_cast<int>(frame.index) * Nanoseconds(kDistance));
    EXPECT_EQ(frame.duration, Nanoseconds(kDistance));
    const Frame raw = *decoded(frame.frame);
    EXPECT_EQ(raw.info.width, 16U);
    if (is_lossless) {
      EXPECT_EQ(converted(raw, PixelFormat::rgb888)->data, picture(frame.index).data) << frame.index;
    }
  }
}

std::vector<Pair> all_pairs() {
  std::vector<Pair> pairs;
  const auto is_lossless = [](std::string_view kind) { return kind != "avi" && kind != "jpg"; };
  for (const char* from : {"bin", "avi", "gif", "png", "jpg", "bmp", "ppm"})
    for (const char* to : {"bin", "avi", "gif", "png", "jpg", "bmp", "ppm"})
      pairs.push_back({from, to, is_lossless(from) && is_lossless(to)});
  return pairs;
}

std::string name_of_pair(const testing::TestParamInfo<Pair>& row) {
  return std::string(row.param.from) + "_to_" + row.param.to;
}

INSTANTIATE_TEST_SUITE_P(Kinds, Pairs, testing::ValuesIn(all_pairs()), name_of_pair);

// ---- what is not ended ---------------------------------------------------------------------------------------------

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) names.push_back(entry.path().filename());
  return names;
}

TEST(Writers, LeaveNothingWithoutFinish) {
  for (const char* name : {"a.bin", "a.avi", "a.gif", "%{index}.png"}) {
    const test::TempDir dir;
    PictureFrames source;
    {
      const auto writer = create_recording(dir / name, {});
      ASSERT_TRUE(writer);
      const auto stop = [](const Progress& at) { return at.frames < 3; };
      EXPECT_EQ(convert(source, **writer, {}, stop).error().code, Errc::cancelled);
    }
    EXPECT_THAT(names_in(dir / ""), IsEmpty()) << name;
  }
}

TEST(Writers, ReplaceOnlyWhatTheyMayAndOnlyInTheEnd) {
  for (const char* name : {"0.bin", "0.avi", "0.gif", "0.png"}) {
    const test::TempDir dir;
    test::write_file(dir / name, as_bytes("precious"));
    PictureFrames source;
    Selection first;
    first.end = 1;
    const std::string target = std::string(name) == "0.png" ? "%{index}.png" : name;
    auto writer = create_recording(dir / target, {});
    EXPECT_FALSE(writer && convert(source, **writer, first, kGoOn)) << name;
    EXPECT_EQ(test::read_file(dir / name).size(), 8U);
    WriterOptions options;
    options.overwrite = true;
    writer = create_recording(dir / target, options);
    ASSERT_TRUE(writer) << writer.error().message;
    PictureFrames again;
    EXPECT_TRUE(convert(again, **writer, first, kGoOn));
    EXPECT_GT(test::read_file(dir / name).size(), 8U) << name;
    EXPECT_THAT(names_in(dir / ""), ElementsAre(name));
  }
}

TEST(Writers, RefuseASecondSize) {
  for (const char* name : {"a.avi", "a.gif"}) {
    const test::TempDir dir;
    const auto writer = create_recording(dir / name, {});
    EXPECT_TRUE((*writer)->add({picture(0), 0, 0ms, 0ms, 40ms}));
    const auto other = (*writer)->add({{{PixelFormat::grayscale, 2, 2}, Bytes(4)}, 1, 40ms, 40ms, 40ms});
    EXPECT_EQ(other.error().code, Errc::unsupported) << name;
    EXPECT_NE(other.error().message.find("frame 1 is 2x2"), std::string::npos);
  }
}

TEST(AviWriter, ItsPartPlaysUpToTheLastSync) {
  const test::TempDir dir;
  const auto writer = create_recording(dir / "a.avi", {.sync_interval = 1s});
  for (int n = 0; n < 4; ++n)
    ASSERT_TRUE((*writer)->add({picture(0), static_cast<std::size_t>(n), n * 500ms, 500ms, 500ms}));
  const Bytes part = test::read_file(dir / "a.avi.part");
  const MemorySource source(part);
  EXPECT_EQ(avi::Reader::open(source)->header().length, 101U);  // of 100 a second, up to the third frame
}

// ---- AVIs with frames that are not whole ---------------------------------------------------------------------------

TEST(AviFrames, LeavesOutFramesThatAreNotWhole) {
  const test::TempDir dir;
  test::MemoryOutput output;
  avi::MuxerSettings settings;
  settings.width = 7;
  settings.height = 9;
  settings.rate = {25, 1};
  auto recording = avi::Recording::begin(std::move(settings), 0ns, output);
  ASSERT_TRUE(recording);
  for (int n = 0; n < 6; ++n) {
    const bool is_broken = n == 0 || n == 3 || n == 5;
    Bytes jpeg = test::tiny_jpeg(40, static_cast<std::uint8_t>(n));
    if (is_broken) jpeg[39] = 0;  // no EOI
    output.set_payload(jpeg);
    ASSERT_TRUE(recording->add_frame(n * 40ms, 40ms, jpeg.size()));
  }
  ASSERT_TRUE(recording->finish());
  test::write_file(dir / "a.avi", output.file);
  const auto reader = open_recording(dir / "a.avi", Kind::avi, {});
  ASSERT_TRUE(reader) << reader.error().message;
  const auto frames = test::read_all(**reader);
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(frames[0].time, Nanoseconds(0));
  EXPECT_EQ(frames[1].time, Nanoseconds(40ms));
  EXPECT_EQ(frames[2].time, Nanoseconds(120ms));
  ASSERT_EQ((*reader)->losses().size(), 1U);
  EXPECT_EQ((*reader)->losses()[0].substr(0, 8), "3 frames");
}

// ---- kinds ---------------------------------------------------------------------------------------------------------

TEST(Kind, IsToldByTheFirstBytes) {
  const test::TempDir dir;
  const auto kind_of = [&dir](std::string_view bytes) {
    test::write_file(dir / "f", as_bytes(bytes));
    return *kind_of_file(dir / "f");
  };
  EXPECT_EQ(kind_of("OMV IMG STR V2.0"), Kind::imageio);
  EXPECT_EQ(kind_of("GIF89a"), Kind::gif);
  EXPECT_EQ(kind_of(std::string_view("RIFF\0\0\0\0AVI ", 12)), Kind::avi);
  EXPECT_EQ(kind_of("P5\n1 1\n255\nx"), Kind::still);
  EXPECT_EQ(kind_of("RIFF"), Kind::other);
  EXPECT_EQ(kind_of(""), Kind::other);
  EXPECT_EQ(kind_of_file(dir / "none").error().code, Errc::io);
}

TEST(Kind, IsToldByTheExtension) {
  EXPECT_EQ(kind_for_path("a.BIN"), Kind::imageio);
  EXPECT_EQ(kind_for_path("a.mjpeg"), Kind::avi);
  EXPECT_EQ(kind_for_path("a.b.Gif"), Kind::gif);
  EXPECT_EQ(kind_for_path("%{index}.jpg"), Kind::still);
  EXPECT_EQ(kind_for_path("a.mkv"), Kind::other);
  EXPECT_EQ(kind_for_path("gif"), Kind::other);
}

// ---- readers, back and forth ---------------------------------------------------------------------------------------

TEST(Readers, GoToAnyFrame) {
  for (const char* kind : {"bin", "avi", "gif", "png"}) {
    const test::TempDir dir;
    PictureFrames source;
    write_kind(dir, source, kind, "a");
    const auto reader = open_kind(dir, kind, "a");
    std::vector<Bytes> pictures;
    for (const TimedFrame& frame : test::read_all(*reader)) pictures.push_back(frame.frame.data);
    ASSERT_EQ(pictures.size(), kFrames) << kind;
    TimedFrame frame;
    for (const std::size_t number : {3U, 0U, 4U, 4U, 1U, 2U}) {
      ASSERT_TRUE(reader->go_to(number));
      ASSERT_TRUE(reader->next(frame).value()) << kind;
      EXPECT_EQ(frame.index, number);
      EXPECT_EQ(frame.frame.data, pictures[number]) << kind << number;
    }
    ASSERT_TRUE(reader->go_to(Nanoseconds(101ms)));
    EXPECT_TRUE(reader->next(frame).value());
    EXPECT_EQ(frame.index, 2U);
    ASSERT_TRUE(reader->go_to(kFrames));
    EXPECT_FALSE(reader->next(frame).value());
  }
}

}  // namespace
}  // namespace omv::convert
