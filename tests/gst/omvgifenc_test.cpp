// SPDX-License-Identifier: LGPL-2.1-or-later
// omvgifenc: files as viewers show them, whatever video comes.
#include <gmock/gmock.h>
#include <gst/check/gstharness.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "gif_pictures.h"
#include "pipeline.h"

namespace omv::test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

// Everything that a pipeline's GIF encoder has written.
Bytes file_of(const Outcome& outcome) {
  Bytes file;
  for (const Received& part : outcome.frames) append(file, ConstByteSpan(part.bytes));
  return file;
}

Outcome run_line(const std::string& line) { return run(line + kAppSink); }

class OmvGifEnc : public testing::Test {
 protected:
  void begin(const char* caps, const char* line = "omvgifenc") {
    harness_ = gst_harness_new_parse(line);
    gst_harness_set_src_caps_str(harness_, caps);
  }
  void TearDown() override {
    if (harness_ != nullptr) gst_harness_teardown(harness_);
  }

  GstFlowReturn push(std::uint8_t grey, GstClockTime pts, GstClockTime duration = GST_CLOCK_TIME_NONE) {
    const Bytes pixels(4 * 4, grey);
    GstBuffer* buffer = gst_buffer_new_memdup(pixels.data(), pixels.size());
    GST_BUFFER_PTS(buffer) = pts;
    GST_BUFFER_DURATION(buffer) = duration;
    return gst_harness_push(harness_, buffer);
  }

  // The same caps, but time begins anew.
  void begin_again(GstEvent* event) {
    gst_harness_push_event(harness_, event);
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_harness_push_event(harness_, gst_event_new_segment(&segment));
  }
  void flush() {
    gst_harness_push_event(harness_, gst_event_new_flush_start());
    begin_again(gst_event_new_flush_stop(TRUE));
  }

  ShownGif finish() {
    gst_harness_push_event(harness_, gst_event_new_eos());
    return show(pulled());
  }

  // What has come out since the last time.
  Bytes pulled() {
    Bytes file;
    while (GstBuffer* buffer = gst_harness_try_pull(harness_)) {
      GstMapInfo map;
      gst_buffer_map(buffer, &map, GST_MAP_READ);
      append(file, ConstByteSpan(map.data, map.size));
      gst_buffer_unmap(buffer, &map);
      gst_buffer_unref(buffer);
    }
    return file;
  }

  guint64 stat(const char* name) {
    GstElement* encoder = gst_harness_find_element(harness_, "omvgifenc");
    GstStructure* stats = nullptr;
    g_object_get(encoder, "stats", &stats, nullptr);
    guint64 value = 0;
    EXPECT_TRUE(gst_structure_get_uint64(stats, name, &value)) << name;
    gst_structure_free(stats);
    gst_object_unref(encoder);
    return value;
  }

  GstHarness* harness_ = nullptr;
};

constexpr const char* kGrey = "video/x-raw,format=GRAY8,width=4,height=4,framerate=0/1";

TEST_F(OmvGifEnc, DelaysFollowTimestamps) {
  begin(kGrey);
  push(0, 0);
  push(100, 300 * GST_MSECOND);
  push(200, 350 * GST_MSECOND, GST_SECOND);
  EXPECT_THAT(delays_of(finish()), ElementsAre(30, 5, 100));
}

TEST_F(OmvGifEnc, TimestampsThatJumpBackGoOn) {
  begin(kGrey);
  push(0, 5 * GST_SECOND);
  push(100, 5100 * GST_MSECOND);
  push(0, GST_SECOND);
  push(100, 1200 * GST_MSECOND, 300 * GST_MSECOND);
  EXPECT_THAT(delays_of(finish()), ElementsAre(10, 10, 20, 30));
}

TEST_F(OmvGifEnc, ADelayThatIsSetKnowsNoTimestamps) {
  begin(kGrey, "omvgifenc delay=7");
  push(0, 0);
  push(100, 5 * GST_SECOND);
  push(0, GST_SECOND, GST_SECOND);
  EXPECT_THAT(delays_of(finish()), ElementsAre(7, 7, 7));
}

TEST_F(OmvGifEnc, FramesWithoutTimestampsFollowTheFramerate) {
  begin("video/x-raw,format=GRAY8,width=4,height=4,framerate=20/1");
  for (const std::uint8_t grey : {0, 100, 200}) push(grey, GST_CLOCK_TIME_NONE);
  EXPECT_THAT(delays_of(finish()), ElementsAre(5, 5, 5));
}

TEST_F(OmvGifEnc, WithoutAnyTimeAFrameIsATenthOfASecond) {
  begin(kGrey);
  for (const std::uint8_t grey : {0, 100, 200}) push(grey, GST_CLOCK_TIME_NONE);
  EXPECT_THAT(delays_of(finish()), ElementsAre(10, 10, 10));
}

TEST_F(OmvGifEnc, ASingleFrameIsAFile) {
  begin(kGrey);
  push(77, 0);
  const ShownGif gif = finish();
  EXPECT_EQ(gif.end, Errc::end);
  ASSERT_EQ(gif.frames.size(), 1u);
  EXPECT_THAT(gif.frames[0].screen.front(), 77);
}

TEST_F(OmvGifEnc, NoFrameIsNoFile) {
  begin(kGrey);
  EXPECT_TRUE(finish().frames.empty());
}

TEST_F(OmvGifEnc, FramesBehindTheEndAreAnotherFile) {
  begin(kGrey);
  push(0, 0);
  EXPECT_EQ(finish().frames.size(), 1u);
  begin_again(gst_event_new_stream_start("again"));
  EXPECT_EQ(push(50, GST_SECOND), GST_FLOW_OK);
  EXPECT_EQ(push(100, 1300 * GST_MSECOND, 200 * GST_MSECOND), GST_FLOW_OK);
  const ShownGif gif = finish();
  EXPECT_THAT(delays_of(gif), ElementsAre(30, 20));
  EXPECT_EQ(gif.end, Errc::end);
}

TEST_F(OmvGifEnc, FramesBehindTheEndAndAFlushAreAnotherFile) {
  begin(kGrey);
  push(0, 0);
  finish();
  flush();
  EXPECT_EQ(push(50, 0), GST_FLOW_OK);
  const ShownGif gif = finish();
  EXPECT_EQ(gif.frames.size(), 1u);
  EXPECT_EQ(gif.end, Errc::end);
}

TEST_F(OmvGifEnc, AFlushBeginsTheFileAnew) {
  begin(kGrey);
  for (int i = 0; i < 3; ++i) push(static_cast<std::uint8_t>(100 * i), i * 100 * GST_MSECOND);
  flush();
  pulled();
  EXPECT_EQ(push(50, 0), GST_FLOW_OK);
  EXPECT_EQ(push(100, 300 * GST_MSECOND, GST_SECOND), GST_FLOW_OK);
  const ShownGif gif = finish();
  EXPECT_THAT(delays_of(gif), ElementsAre(30, 100));
  EXPECT_EQ(gif.end, Errc::end);
  EXPECT_EQ(stat("written"), 2u);
}

TEST_F(OmvGifEnc, AFlushAndTheEndAreNoFile) {
  begin(kGrey);
  push(0, 0);
  push(100, 100 * GST_MSECOND);
  flush();
  pulled();
  gst_harness_push_event(harness_, gst_event_new_eos());
  EXPECT_TRUE(pulled().empty());
}

TEST_F(OmvGifEnc, CountsWhatItLeavesOut) {
  begin(kGrey);
  for (int i = 0; i < 10; ++i) push(50, i * 100 * GST_MSECOND);
  push(200, 1005 * GST_MSECOND);
  push(90, 1010 * GST_MSECOND);
  EXPECT_EQ(finish().frames.size(), 2u);
  EXPECT_EQ(stat("unchanged"), 9u);
  EXPECT_EQ(stat("skipped"), 1u);
  EXPECT_EQ(stat("written"), 2u);
}

TEST_F(OmvGifEnc, RefusesAnotherSize) {
  begin(kGrey);
  push(0, 0);
  GstBus* bus = gst_bus_new();
  GstElement* encoder = gst_harness_find_element(harness_, "omvgifenc");
  gst_element_set_bus(encoder, bus);
  gst_harness_set_src_caps_str(harness_, "video/x-raw,format=GRAY8,width=8,height=4,framerate=0/1");
  GstMessage* message = gst_bus_timed_pop_filtered(bus, 0, GST_MESSAGE_ERROR);
  ASSERT_NE(message, nullptr);
  GError* error = nullptr;
  gchar* debug = nullptr;
  gst_message_parse_error(message, &error, &debug);
  EXPECT_THAT(std::string(error->message) + debug, HasSubstr("8x4"));
  g_clear_error(&error);
  g_free(debug);
  gst_message_unref(message);
  gst_element_set_bus(encoder, nullptr);
  gst_object_unref(encoder);
  gst_object_unref(bus);
}

// Rows of 1-bit pictures are whole words, the first pixel is the lowest bit.
TEST_F(OmvGifEnc, TakesOneBitPictures) {
  begin("video/x-openmv-binary,width=33,height=2,framerate=5/1");
  push(0x01, GST_CLOCK_TIME_NONE);
  push(0xFF, GST_CLOCK_TIME_NONE);
  const ShownGif gif = finish();
  EXPECT_THAT(delays_of(gif), ElementsAre(20, 20));
  for (std::size_t x = 0; x < 33; ++x) {
    EXPECT_EQ(gif.frames[0].screen[4 * x], x % 8 == 0 ? 255 : 0) << x;
    EXPECT_EQ(gif.frames[1].screen[4 * x], 255) << x;
  }
}

TEST_F(OmvGifEnc, TakesTheLargestSides) {
  for (const char* size : {"width=65535,height=1", "width=1,height=16384"}) {
    begin((std::string("video/x-raw,format=GRAY8,framerate=10/1,") + size).c_str());
    GstBuffer* buffer = gst_buffer_new_allocate(nullptr, 65536, nullptr);  // rows are padded to 4 bytes
    gst_buffer_memset(buffer, 0, 200, 65536);
    EXPECT_EQ(gst_harness_push(harness_, buffer), GST_FLOW_OK) << size;
    const ShownGif gif = finish();
    ASSERT_EQ(gif.frames.size(), 1u) << size;
    EXPECT_THAT(gif.frames[0].screen, Each(testing::Ge(200)));
    gst_harness_teardown(std::exchange(harness_, nullptr));
  }
}

TEST_F(OmvGifEnc, IsAFileAtEveryMoment) {
  begin(kGrey);
  Bytes file;
  for (int i = 0; i < 10; ++i) {
    push(static_cast<std::uint8_t>(i * 20), i * 100 * GST_MSECOND);
    append(file, ConstByteSpan(pulled()));
    Bytes closed = file;
    closed.push_back(0x3B);
    if (i > 0) {
      EXPECT_EQ(show(closed).end, Errc::end);
    }
  }
}

TEST(OmvGifEncPipeline, EveryFormatShowsTheSamePicture) {
  for (const char* format :
       {"GRAY8", "RGB16", "RGB", "BGR", "RGBx", "BGRx", "xRGB", "xBGR", "RGBA", "BGRA", "ARGB", "ABGR"}) {
    const Outcome outcome = run_line(
        std::string(
            "videotestsrc num-buffers=1 pattern=white ! videoconvert ! video/x-raw,width=33,height=17,format=") +
        format + " ! omvgifenc");
    EXPECT_TRUE(outcome.eos) << outcome.error;
    const ShownGif gif = show(file_of(outcome));
    ASSERT_EQ(gif.frames.size(), 1u) << format;
    EXPECT_THAT(gif.frames[0].screen, Each(testing::Ge(235))) << format;
  }
}

TEST(OmvGifEncPipeline, TheCamerasPaletteIsTheCameras) {
  const Outcome outcome = run_line(
      "videotestsrc num-buffers=2 pattern=ball ! video/x-raw,format=RGB16,width=64,height=48 ! omvgifenc "
      "palette=openmv");
  const ShownGif gif = show(file_of(outcome));
  ASSERT_EQ(gif.frames.size(), 2u);
  for (std::size_t i = 0; i < gif.frames[1].screen.size(); i += 4) {
    EXPECT_EQ(gif.frames[1].screen[i] % 85, 0);
    EXPECT_EQ(gif.frames[1].screen[i + 2] % 85, 0);
  }
}

TEST(OmvGifEncPipeline, EndsTheStreamAtItsLimit) {
  const Outcome outcome =
      run_line("videotestsrc pattern=snow ! video/x-raw,width=64,height=48,format=GRAY8 ! omvgifenc max-bytes=20000");
  EXPECT_TRUE(outcome.eos) << outcome.error;
  const Bytes file = file_of(outcome);
  EXPECT_LE(file.size(), 20000u);
  EXPECT_EQ(show(file).end, Errc::end);
  EXPECT_GE(show(file).frames.size(), 3u);
}

TEST(OmvGifEncPipeline, ALimitWithoutRoomForAFrameIsAnError) {
  const Outcome outcome =
      run_line("videotestsrc num-buffers=1 ! video/x-raw,width=64,height=48,format=GRAY8 ! omvgifenc max-bytes=100");
  EXPECT_THAT(outcome.error, HasSubstr("GIF"));
}

}  // namespace
}  // namespace omv::test
