// SPDX-License-Identifier: LGPL-2.1-or-later
// Clips by frames that carry their number: which are in which file, at which time, and what is said of them.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clip_sink.h"

namespace {

using omv::Bytes;
using omv::test::around;
using omv::test::ClipJson;
using omv::test::ClipSink;
using omv::test::files_in;
using omv::test::frames_of;
using omv::test::kFrameTime;
using omv::test::numbers_of;
using omv::test::Outcome;
using omv::test::range;
using omv::test::TempDir;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// ---- what is in a clip ---------------------------------------------------------------------------------------------

class OmvClipSinkMuxer : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Extensions, OmvClipSinkMuxer, testing::Values("bin", "avi", "mkv", "mov"),
                         [](const auto& extension) { return std::string(extension.param); });

TEST_P(OmvClipSinkMuxer, WritesExactlyWhatWasAskedForAroundATrigger) {
  const TempDir dir;
  const std::string path = dir / "clip." + GetParam();
  ClipSink sink("location=" + path + " " + around(1000, 500),
                "image/jpeg,width=16,height=16");  // qtmux wants that much
  ASSERT_TRUE(sink.play());
  ASSERT_TRUE(sink.trigger(2 * GST_SECOND, "door"));
  sink.push_all(0, 199);
  const Outcome outcome = sink.finish();
  EXPECT_TRUE(outcome.eos) << outcome.error;
  EXPECT_THAT(outcome.warnings, IsEmpty());
  EXPECT_THAT(files_in(dir / "."), ElementsAre("clip." + std::string(GetParam()), testing::EndsWith(".json")));
  EXPECT_EQ(numbers_of(path), range(50, 124));
  const auto frames = frames_of(path);
  ASSERT_EQ(frames.size(), 75u);
  for (std::size_t i = 0; i < frames.size(); ++i)
    EXPECT_NEAR(static_cast<double>(frames[i].time), static_cast<double>(i * kFrameTime), 1e6) << i;
}

TEST(OmvClipSink, WritesFramesThatAreShownInAnotherOrder) {
  GstElementFactory* encoder = gst_element_factory_find("x264enc");
  if (encoder == nullptr) GTEST_SKIP() << "no x264enc";
  gst_object_unref(encoder);
  const TempDir dir;
  for (const std::string extension : {"mkv", "mp4"}) {
    const std::string path = dir / "clip." + extension;
    const Outcome outcome = omv::test::run(
        "videotestsrc num-buffers=120 ! video/x-raw,width=64,height=48,framerate=50/1 ! x264enc key-int-max=25 "
        "bframes=2 b-adapt=false ! omvclipsink trigger=\"omv-trigger,running-time=(guint64)1000000000;\" location=" +
        path + " " + around(200, 300));
    EXPECT_TRUE(outcome.eos) << outcome.error;
    const ClipJson json(path + ".json");
    EXPECT_EQ(json.number("running_time_ns"), 500'000'000) << "the key frame before 0.8 s";
    auto frames = frames_of(path);
    EXPECT_GE(static_cast<gint64>(frames.size()) + 1,
              json.number("frames"));  // qtdemux shows none behind the edit list
    ASSERT_FALSE(frames.empty());
    std::sort(frames.begin(), frames.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    for (std::size_t i = 0; i + 3 < frames.size(); ++i)  // the last ones' predecessors may be behind the end
      EXPECT_NEAR(static_cast<double>(frames[i].time), static_cast<double>(i * kFrameTime), 1e6) << extension << i;
  }
}

// mpegtsmux writes from a thread of its own.
TEST(OmvClipSink, WritesWhatAnotherThreadPushes) {
  for (const char* name : {"x264enc", "mpegtsmux"}) {
    GstElementFactory* factory = gst_element_factory_find(name);
    if (factory == nullptr) GTEST_SKIP() << "no " << name;
    gst_object_unref(factory);
  }
  const TempDir dir;
  const std::string path = dir / "clip.ts";
  const Outcome outcome = omv::test::run(
      "videotestsrc num-buffers=300 ! video/x-raw,width=64,height=48,framerate=50/1 ! x264enc key-int-max=25 bframes=0 "
      "! "
      "omvclipsink on-eos=save pre-time=-1 location=" +
      path);
  EXPECT_TRUE(outcome.eos) << outcome.error;
  EXPECT_THAT(outcome.warnings, IsEmpty());
  const ClipJson json(path + ".json");
  EXPECT_TRUE(json.flag("complete"));
  EXPECT_EQ(json.number("file_bytes"), static_cast<gint64>(std::filesystem::file_size(path)));
  const Outcome read = omv::test::run("filesrc location=" + path + " ! tsdemux ! h264parse" + omv::test::kAppSink);
  EXPECT_EQ(read.frames.size(), 300u) << read.error;
}

TEST(OmvClipSink, SaysBesideTheFileWhatIsInIt) {
  const TempDir dir;
  ClipSink sink("location=" + (dir / "clip.bin") + " " + around(1000, 500));
  ASSERT_TRUE(sink.play());
  sink.trigger(2 * GST_SECOND, "door");
  sink.trigger(2200 * GST_MSECOND, "window");
  sink.push_all(0, 199);
  EXPECT_TRUE(sink.finish().eos);
  const ClipJson json(dir / "clip.bin.json");
  EXPECT_EQ(json.text("file"), "clip.bin");
  EXPECT_TRUE(json.flag("complete"));
  EXPECT_TRUE(json.is_null("error"));
  EXPECT_EQ(json.text("muxer"), "imageiomux");
  EXPECT_THAT(json.text("caps"), HasSubstr("image/jpeg"));
  EXPECT_EQ(json.number("file_bytes"), static_cast<gint64>(std::filesystem::file_size(dir / "clip.bin")));
  EXPECT_EQ(json.number("frames"), 85);
  EXPECT_EQ(json.number("first_sequence"), 50);
  EXPECT_EQ(json.number("last_sequence"), 134);
  EXPECT_EQ(json.number("running_time_ns"), 1'000'000'000);
  EXPECT_EQ(json.number("duration_ns"), 1'700'000'000);
  EXPECT_EQ(json.number("pre_asked_ns"), 1'000'000'000);
  EXPECT_EQ(json.number("pre_got_ns"), 1'000'000'000);
  EXPECT_FALSE(json.flag("preroll_short"));
  EXPECT_EQ(json.text("end_reason"), "complete");
  EXPECT_EQ(json.number("frames_lost"), 0);
  EXPECT_THAT(json.text("wall_clock"), testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{15}Z"));
  ASSERT_EQ(json.count("triggers"), 2u);
  EXPECT_STREQ(json_object_get_string_member(json.item("triggers", 1), "source"), "window");
  EXPECT_EQ(json_object_get_int_member(json.item("triggers", 1), "frame"), 60);
  EXPECT_EQ(json_object_get_int_member(json.item("triggers", 1), "offset_ns"), 1'200'000'000);
}

TEST(OmvClipSink, SplitsLongClipsWithoutAHole) {
  const TempDir dir;
  ClipSink sink("max-time=200000000 location=" + (dir / "%{index:02d}.bin") + " " + around(100, 1500));
  ASSERT_TRUE(sink.play());
  sink.trigger(GST_SECOND);
  sink.push_all(0, 149);
  EXPECT_TRUE(sink.finish().eos);
  std::vector<std::uint64_t> all;
  for (const std::string& name : files_in(dir / ".")) {
    if (!name.ends_with(".bin")) continue;
    const auto numbers = numbers_of(dir / name);
    EXPECT_LE(numbers.size(), 10u) << name;
    all.insert(all.end(), numbers.begin(), numbers.end());
  }
  EXPECT_EQ(all, range(45, 124));
  EXPECT_TRUE(ClipJson(dir / "01.bin.json").flag("continues"));
  EXPECT_EQ(ClipJson(dir / "00.bin.json").text("end_reason"), "max-time");
}

TEST(OmvClipSink, DumpsWhatIsInMemoryWhileTheStreamGoesOn) {
  const TempDir dir;
  ClipSink sink("location=" + (dir / "%{clip}.bin") + " " + around(1000, 0));
  ASSERT_TRUE(sink.play());
  sink.push_all(0, 99);
  ASSERT_TRUE(sink.wait_until([&] { return sink.stat("frames") == 100; }));
  sink.trigger(2 * GST_SECOND);
  sink.push(100);  // says that nothing else belongs to the clip
  ASSERT_TRUE(sink.wait_for_clips(1));
  EXPECT_EQ(numbers_of(dir / "0.bin"), range(50, 99));
  sink.trigger(2 * GST_SECOND + 3 * kFrameTime);
  sink.push_all(101, 110);
  EXPECT_TRUE(sink.finish().eos);
  EXPECT_EQ(numbers_of(dir / "1.bin"), range(53, 102)) << "nothing was taken from the ring";
}

TEST(OmvClipSink, TakesATriggerBeforeItIsStartedAndEndsAfterSoManyClips) {
  const TempDir dir;
  const Outcome outcome = omv::test::run(
      "videotestsrc ! video/x-raw,width=16,height=16,framerate=50/1 ! jpegenc ! "
      "omvclipsink trigger=start max-clips=1 location=" +
      (dir / "clip.bin") + " " + around(0, 200));
  EXPECT_TRUE(outcome.eos) << outcome.error;
  EXPECT_EQ(frames_of(dir / "clip.bin").size(), 10u);
  EXPECT_STREQ(json_object_get_string_member(ClipJson(dir / "clip.bin.json").item("triggers", 0), "source"), "start");
}

TEST(OmvClipSink, BeginsOnAKeyFrame) {
  const TempDir dir;
  ClipSink sink("location=" + (dir / "clip.bin") + " " + around(100, 100));
  ASSERT_TRUE(sink.play());
  sink.trigger(GST_SECOND);
  for (std::uint64_t i = 0; i < 100; ++i) sink.push(i, i % 20 == 0);
  EXPECT_TRUE(sink.finish().eos);
  EXPECT_EQ(numbers_of(dir / "clip.bin"), range(40, 54));
}

TEST(OmvClipSink, GoesOnOverAChangeOfCapsInTheNextFile) {
  const TempDir dir;
  ClipSink sink("location=" + (dir / "%{clip}.bin") + " on-eos=save");
  ASSERT_TRUE(sink.play());
  sink.push_all(0, 9);
  GstElement* source = sink.pipeline().child("src");
  GstCaps* caps = gst_caps_from_string("image/jpeg,width=7,height=9,framerate=50/1");
  gst_app_src_set_caps(GST_APP_SRC(source), caps);
  gst_caps_unref(caps);
  sink.push_all(10, 19);
  EXPECT_TRUE(sink.finish().eos);
  EXPECT_EQ(numbers_of(dir / "0.bin"), range(0, 9));
  EXPECT_EQ(numbers_of(dir / "1.bin"), range(10, 19));
}

TEST(OmvClipSink, TakesFramesInFrontOfTheSegment) {
  const TempDir dir;
  ClipSink sink("on-eos=save location=" + (dir / "clip.bin"));
  ASSERT_TRUE(sink.play());
  sink.push_all(0, 9);
  ASSERT_TRUE(sink.wait_until([&] { return sink.stat("frames") == 10; }));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.start = segment.base = 15 * kFrameTime;
  GstPad* pad = gst_element_get_static_pad(sink.pipeline().child("sink"), "sink");
  EXPECT_TRUE(gst_pad_send_event(pad, gst_event_new_segment(&segment)));
  gst_object_unref(pad);
  sink.push_all(10, 19);
  EXPECT_TRUE(sink.finish().eos);
  EXPECT_EQ(numbers_of(dir / "clip.bin"), range(0, 19));
}

TEST(OmvClipSink, WritesGifs) {
  const TempDir dir;
  const Outcome outcome = omv::test::run(
      "videotestsrc pattern=ball num-buffers=10 ! video/x-raw,width=32,height=24,framerate=10/1 ! omvclipsink "
      "on-eos=save location=" +
      (dir / "clip.gif"));
  EXPECT_TRUE(outcome.eos) << outcome.error;
  const Bytes gif = omv::test::read_file(dir / "clip.gif");
  ASSERT_GT(gif.size(), 100u);
  EXPECT_EQ(std::string(gif.begin(), gif.begin() + 6), "GIF89a");
  EXPECT_EQ(gif.back(), 0x3B) << "the trailer";
  EXPECT_EQ(ClipJson(dir / "clip.gif.json").number("frames"), 10);
}

TEST(OmvClipSink, WritesDirectoriesOfStills) {
  const TempDir dir;
  ClipSink sink("on-eos=save muxer=images location=\"" + (dir / "clip 100%%") + "\"");
  ASSERT_TRUE(sink.play());
  sink.push_all(0, 4);
  EXPECT_TRUE(sink.finish().eos);
  EXPECT_THAT(files_in(dir / "."), ElementsAre("clip 100%", "clip 100%.json"));
  EXPECT_THAT(files_in(dir / "clip 100%"),
              ElementsAre("000000.jpg", "000001.jpg", "000002.jpg", "000003.jpg", "000004.jpg"));
  EXPECT_EQ(omv::test::read_file(dir / "clip 100%/000003.jpg"), omv::test::numbered_jpeg(3));
  EXPECT_EQ(ClipJson(dir / "clip 100%.json").number("frames"), 5);
}

// ---- names ---------------------------------------------------------------------------------------------------------

TEST(OmvClipSink, NamesClipsByTriggerAndNumber) {
  const TempDir dir;
  ClipSink sink("location=" + (dir / "%{trigger}/%{clip:02d}-%{index}.bin") + " index=7 " + around(0, 40));
  ASSERT_TRUE(sink.play());
  sink.trigger(GST_SECOND, "../door");
  sink.trigger(2 * GST_SECOND, "window");
  sink.push_all(0, 149);
  EXPECT_TRUE(sink.finish().eos);
  ASSERT_THAT(sink.started, testing::UnorderedElementsAre(dir / "_._door/00-7.bin", dir / "window/01-8.bin"));
  EXPECT_TRUE(std::filesystem::exists(sink.started[0]));
  EXPECT_TRUE(std::filesystem::exists(sink.started[1]));
}

TEST(OmvClipSink, OverwritesNothing) {
  const TempDir dir;
  omv::test::write_file(dir / "0.bin", Bytes{1});
  omv::test::write_file(dir / "1.bin.part", Bytes{2});
  for (int run = 0; run < 2; ++run) {
    ClipSink sink("on-eos=save location=" + (dir / "%{index}.bin"));
    ASSERT_TRUE(sink.play());
    sink.push_all(0, 9);
    EXPECT_TRUE(sink.finish().eos);
  }
  EXPECT_EQ(omv::test::read_file(dir / "0.bin"), Bytes{1});
  EXPECT_EQ(omv::test::read_file(dir / "1.bin.part"), Bytes{2});
  EXPECT_EQ(numbers_of(dir / "2.bin"), range(0, 9));
  EXPECT_EQ(numbers_of(dir / "3.bin"), range(0, 9));
}

TEST(OmvClipSink, LosesAClipWithoutANameAndLivesOn) {
  const TempDir dir;
  omv::test::write_file(dir / "clip.bin", Bytes{1});
  ClipSink sink("on-eos=save location=" + (dir / "clip.bin"));
  ASSERT_TRUE(sink.play());
  sink.push_all(0, 9);
  const Outcome outcome = sink.finish();
  EXPECT_TRUE(outcome.eos) << outcome.error;
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("%{index}")));
  ASSERT_EQ(sink.done.size(), 1u);
  EXPECT_FALSE(sink.done[0].complete);
  EXPECT_EQ(sink.done[0].lost, 10u);
  EXPECT_EQ(sink.stat("lost-failed"), 10u);
  EXPECT_EQ(omv::test::read_file(dir / "clip.bin"), Bytes{1});
}

TEST(OmvClipSink, TellsOfWhatWasLeftUnfinished) {
  const TempDir dir;
  omv::test::write_file(dir / "4.bin.part", Bytes{1});
  omv::test::write_file(dir / "other.part", Bytes{1});
  ClipSink sink("location=" + (dir / "%{index}.bin"));
  ASSERT_TRUE(sink.play());
  Outcome outcome;
  while (sink.unfinished.empty() && sink.take(outcome)) {
  }
  EXPECT_THAT(sink.unfinished, ElementsAre(dir / "4.bin.part"));
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("omv recover")));
}

TEST(OmvClipSink, KeepsOnlySoManyClipsAndTheirFacts) {
  const TempDir dir;
  ClipSink sink("max-time=200000000 max-files=2 on-eos=save location=" + (dir / "%{index}.bin"));
  ASSERT_TRUE(sink.play());
  sink.push_all(0, 49);
  EXPECT_TRUE(sink.finish().eos);
  const auto names = files_in(dir / ".");  // and the journal
  ASSERT_EQ(names.size(), 5u) << testing::PrintToString(names);
  EXPECT_EQ(names[1] + ".json", names[2]);
  EXPECT_EQ(names[3] + ".json", names[4]);
  EXPECT_EQ(sink.stat("deleted"), 3u);
}

// ---- settings ------------------------------------------------------------------------------------------------------

std::string error_of(const std::string& settings, const std::string& caps = "image/jpeg,width=7,height=9") {
  ClipSink sink(settings, caps);
  sink.play();
  sink.push(0);
  Outcome outcome;
  while (outcome.error.empty() && sink.take(outcome)) {
  }
  return outcome.error;
}

TEST(OmvClipSink, SaysWhatIsWrongWithItsSettings) {
  const TempDir dir;
  EXPECT_THAT(error_of(""), HasSubstr("location"));
  EXPECT_THAT(error_of("location=" + (dir / "a.xyz")), HasSubstr(".mkv"));
  EXPECT_THAT(error_of("muxer=nonesuch location=" + (dir / "a.bin")), HasSubstr("nonesuch"));
  EXPECT_THAT(error_of("location=" + (dir / "%{nonesuch}.bin")), HasSubstr("trigger, clip"));
  EXPECT_THAT(error_of("location=" + (dir / "a.avi"), "video/x-raw,format=GRAY8,width=8,height=8,framerate=0/1"),
              HasSubstr("omvmjpegmux does not take video/x-raw"));
}

// ---- slow disks ----------------------------------------------------------------------------------------------------

// The file of the first clip is a pipe that nobody reads.
class OmvClipSinkStalled : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::mkfifo((dir_ / "0.bin").c_str(), 0600), 0); }
  std::string location() const { return "location=" + (dir_ / "%{clip}.bin") + " "; }
  TempDir dir_;
};

TEST_F(OmvClipSinkStalled, KeepsNobodyFromWritingTheNextClips) {
  ClipSink sink(location() + around(20, 100));
  ASSERT_TRUE(sink.play());
  for (int i = 1; i <= 3; ++i) sink.trigger(static_cast<GstClockTime>(i) * GST_SECOND);
  sink.push_all(0, 249);
  ASSERT_TRUE(sink.wait_for_clips(2));
  EXPECT_EQ(numbers_of(dir_ / "1.bin"), range(99, 104));
  EXPECT_EQ(numbers_of(dir_ / "2.bin"), range(149, 154));
  EXPECT_TRUE(sink.wait_until([&] { return sink.stat("unfinished") == 1; }));
  Bytes read;
  std::thread reader([&] { read = omv::test::read_file(dir_ / "0.bin"); });
  EXPECT_TRUE(sink.wait_for_clips(3));
  reader.join();
  EXPECT_EQ(sink.done[2].number, 0u);
  EXPECT_TRUE(sink.done[2].complete) << sink.done[2].error;
  omv::test::write_file(dir_ / "read.bin", read);
  EXPECT_EQ(numbers_of(dir_ / "read.bin"), range(49, 54));
}

TEST_F(OmvClipSinkStalled, LosesOnlyWhatTheQueueCanNotHold) {
  ClipSink sink(location() + "queue-size=100000 max-bytes=50000 " + around(0, 1000));
  ASSERT_TRUE(sink.play());
  sink.trigger(GST_SECOND);
  for (std::uint64_t i = 0; i < 200; ++i) sink.push(i, true, 4096);
  ASSERT_TRUE(sink.wait_until([&] { return sink.stat("frames") == 200; })) << "the streaming thread goes on";
  EXPECT_LE(sink.stat("queued-bytes"), 100000u);
  EXPECT_TRUE(sink.pipeline().reach(GST_STATE_NULL)) << "and so do state changes";
}

TEST_F(OmvClipSinkStalled, LetsGoOfTheEndOfTheStreamWhenItIsStopped) {
  ClipSink sink(location() + "on-eos=save");
  ASSERT_TRUE(sink.play());
  sink.push_all(0, 9);
  sink.end_stream();
  ASSERT_TRUE(sink.wait_until([&] { return sink.stat("unfinished") == 1; }));
  EXPECT_TRUE(sink.pipeline().reach(GST_STATE_NULL));
}

// What is in a pipe that is open for reading without waiting.
void read_more(int pipe, std::string& text) {
  std::array<char, 65536> buffer;
  for (ssize_t got = 0; (got = ::read(pipe, buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(got));
}

TEST(OmvClipSink, WritesOneClipAfterTheOtherToAPipe) {
  const TempDir dir;
  const std::string path = dir / "clip.bin";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  ClipSink sink("location=" + path + " " + around(0, 400));
  ASSERT_TRUE(sink.play());
  sink.trigger(GST_SECOND);
  sink.trigger(2 * GST_SECOND);
  for (std::uint64_t i = 0; i < 150; ++i) sink.push(i, true, 32768);  // a clip is more than a pipe holds
  ASSERT_TRUE(sink.wait_until([&] { return sink.stat("frames") == 150; }));
  const int pipe = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(pipe, 0);
  std::string text;
  EXPECT_TRUE(sink.wait_until([&] {
    read_more(pipe, text);
    return sink.stat("saved") == 2;
  }));
  read_more(pipe, text);
  ::close(pipe);
  const std::size_t second = text.find("OMV IMG STR", 1);
  ASSERT_NE(second, std::string::npos);
  omv::test::write_file(dir / "0.bin", Bytes(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(second)));
  omv::test::write_file(dir / "1.bin", Bytes(text.begin() + static_cast<std::ptrdiff_t>(second), text.end()));
  EXPECT_EQ(numbers_of(dir / "0.bin"), range(50, 69));
  EXPECT_EQ(numbers_of(dir / "1.bin"), range(100, 119));
}

TEST(OmvClipSink, FinishesAClipInTheBackgroundWhenItIsStopped) {
  const TempDir dir;
  ClipSink sink("location=" + (dir / "clip.avi") + " " + around(1000, 60000));
  ASSERT_TRUE(sink.play());
  sink.trigger(GST_SECOND);
  sink.push_all(0, 99);
  ASSERT_TRUE(sink.wait_until([&] { return sink.stat("frames") == 100; }));
  EXPECT_TRUE(sink.pipeline().reach(GST_STATE_NULL));
  ASSERT_TRUE(sink.wait_until([&] { return sink.stat("saved") == 1; }));
  EXPECT_EQ(numbers_of(dir / "clip.avi"), range(0, 99));
  EXPECT_EQ(ClipJson(dir / "clip.avi.json").text("end_reason"), "stopped");
}

}  // namespace
