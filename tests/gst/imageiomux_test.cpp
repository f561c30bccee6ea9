// SPDX-License-Identifier: LGPL-2.1-or-later
// imageiomux through a harness: bytes, intervals, layouts, and what it refuses.
#include <gst/check/gstharness.h>
#include <gst/video/video.h>
#include <gtest/gtest.h>

#include <string>

#include "omv/recording/imageio_reader.h"
#include "pipeline.h"
#include "recording_bytes.h"
#include "temp_dir.h"

namespace omv::test {
namespace {

using imageio::Reader;

class ImageioMux : public testing::Test {
 protected:
  void SetUp() override { harness_ = gst_harness_new("imageiomux"); }
  void TearDown() override { gst_harness_teardown(harness_); }

  void caps(const char* text) { gst_harness_set_src_caps_str(harness_, text); }

  GstFlowReturn push(const Bytes& bytes, GstClockTime pts) {
    GstBuffer* buffer = gst_buffer_new_memdup(bytes.data(), bytes.size());
    GST_BUFFER_PTS(buffer) = pts;
    return gst_harness_push(harness_, buffer);
  }

  // Everything that has come out so far.
  Bytes take() {
    Bytes all;
    while (GstBuffer* buffer = gst_harness_try_pull(harness_)) {
      GstMapInfo map;
      gst_buffer_map(buffer, &map, GST_MAP_READ);
      append(all, ConstByteSpan(map.data, map.size));
      gst_buffer_unmap(buffer, &map);
      gst_buffer_unref(buffer);
    }
    return all;
  }

  GstHarness* harness_ = nullptr;
};

TEST_F(ImageioMux, WritesTheWorkedExampleOfTheSpecification) {
  caps("video/x-raw,format=GRAY8,width=3,height=2,framerate=0/1");
  ASSERT_EQ(push({0x00, 0x40, 0x80, 0, 0xC0, 0xE0, 0xFF, 0}, 0), GST_FLOW_OK);
  EXPECT_EQ(take(),
            recording("V2.0", {v2_chunk(0, 3, 2, PixelFormat::grayscale, Bytes{0x00, 0x40, 0x80, 0xC0, 0xE0, 0xFF})}));
}

TEST_F(ImageioMux, PassesThePayloadOnWithoutCopyingIt) {
  caps("video/x-raw,format=RGB16,width=8,height=2,framerate=0/1");
  GstBuffer* in = gst_buffer_new_allocate(nullptr, 32, nullptr);
  GST_BUFFER_PTS(in) = 0;
  const GstMemory* memory = gst_buffer_peek_memory(in, 0);
  ASSERT_EQ(gst_harness_push(harness_, in), GST_FLOW_OK);
  for (int i = 0; i < 2; ++i) gst_buffer_unref(gst_harness_pull(harness_));  // magic, header
  GstBuffer* payload = gst_harness_pull(harness_);
  EXPECT_EQ(gst_buffer_peek_memory(payload, 0), memory);
  gst_buffer_unref(payload);
}

TEST_F(ImageioMux, OnlyHeadersAreKeyUnits) {
  caps("image/jpeg");
  ASSERT_EQ(push(Bytes{0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 9, 0, 7, 1, 1, 0x11, 0, 0xFF, 0xD9}, 0), GST_FLOW_OK);
  gst_buffer_unref(gst_harness_pull(harness_));
  for (const bool delta : {false, true, true}) {
    GstBuffer* buffer = gst_harness_pull(harness_);
    EXPECT_EQ(GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT), delta);
    gst_buffer_unref(buffer);
  }
}

TEST_F(ImageioMux, TakesTheSizeOfJpegFromItsOwnHeader) {
  caps("image/jpeg");
  const Bytes jpeg = {0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 9, 0, 7, 1, 1, 0x11, 0, 0xFF, 0xD9};
  ASSERT_EQ(push(jpeg, 0), GST_FLOW_OK);
  EXPECT_EQ(take(), recording("V2.0", {v2_chunk(0, 7, 9, PixelFormat::jpeg, jpeg)}));
}

TEST_F(ImageioMux, IntervalsSumUpWithoutDrift) {
  caps("video/x-raw,format=GRAY8,width=4,height=1,framerate=30/1");
  for (guint64 n = 0; n < 301; ++n) ASSERT_EQ(push(Bytes(4), gst_util_uint64_scale(n, GST_SECOND, 30)), GST_FLOW_OK);
  const Bytes file = take();
  const MemorySource source(file);
  auto reader = Reader::open(source);
  ASSERT_TRUE(reader);
  EXPECT_EQ(*reader->time(300), imageio::Microseconds(10'000'000));
  EXPECT_EQ(*reader->time(1), imageio::Microseconds(33'000));
  EXPECT_EQ(*reader->time(2), imageio::Microseconds(67'000));
}

TEST_F(ImageioMux, MixesFormatsAndSizes) {
  caps("video/x-raw,format=GRAY8,width=4,height=1,framerate=0/1");
  push(Bytes{1, 2, 3, 4}, 0);
  caps("video/x-bayer,format=rggb,width=5,height=2,framerate=0/1");
  push(Bytes{1, 2, 3, 4, 5, 0, 0, 0, 6, 7, 8, 9, 10, 0, 0, 0}, GST_SECOND);
  caps("video/x-openmv-binary,width=1,height=1,framerate=0/1");
  push(Bytes{1, 0, 0, 0}, 2 * GST_SECOND);
  caps("video/x-raw,format=YUY2,width=2,height=1,framerate=0/1,colorimetry=1:4:0:0");
  push(Bytes{9, 8, 7, 6}, 2 * GST_SECOND);
  EXPECT_EQ(take(), recording("V2.0", {v2_chunk(0, 4, 1, PixelFormat::grayscale, Bytes{1, 2, 3, 4}),
                                       v2_chunk(1000, 5, 2, PixelFormat::bayer_rggb, counted_bytes(10)),
                                       v2_chunk(1000, 1, 1, PixelFormat::binary, Bytes{1, 0, 0, 0}),
                                       v2_chunk(0, 2, 1, PixelFormat::yvu422, Bytes{9, 8, 7, 6})}));
}

TEST_F(ImageioMux, ReadsStridesFromVideoMeta) {
  caps("video/x-raw,format=GRAY8,width=3,height=2,framerate=0/1");
  const Bytes bytes = {99, 1, 2, 3, 99, 4, 5, 6};
  GstBuffer* buffer = gst_buffer_new_memdup(bytes.data(), bytes.size());
  gsize offset[GST_VIDEO_MAX_PLANES] = {1};
  gint stride[GST_VIDEO_MAX_PLANES] = {4};
  gst_buffer_add_video_meta_full(buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_GRAY8, 3, 2, 1, offset, stride);
  GST_BUFFER_PTS(buffer) = 0;
  ASSERT_EQ(gst_harness_push(harness_, buffer), GST_FLOW_OK);
  EXPECT_EQ(take(), recording("V2.0", {v2_chunk(0, 3, 2, PixelFormat::grayscale, counted_bytes(6))}));
}

TEST_F(ImageioMux, DerivesMissingTimestampsFromTheFramerate) {
  caps("video/x-raw,format=GRAY8,width=4,height=1,framerate=10/1");
  for (int i = 0; i < 3; ++i) ASSERT_EQ(push(Bytes(4), GST_CLOCK_TIME_NONE), GST_FLOW_OK);
  EXPECT_EQ(take(), recording("V2.0", {v2_chunk(0, 4, 1, PixelFormat::grayscale, Bytes(4)),
                                       v2_chunk(100, 4, 1, PixelFormat::grayscale, Bytes(4)),
                                       v2_chunk(100, 4, 1, PixelFormat::grayscale, Bytes(4))}));
}

TEST_F(ImageioMux, RefusesMissingTimestampsWithoutARate) {
  caps("video/x-raw,format=GRAY8,width=4,height=1,framerate=0/1");
  EXPECT_EQ(push(Bytes(4), GST_CLOCK_TIME_NONE), GST_FLOW_OK);  // the first frame is at 0
  EXPECT_EQ(push(Bytes(4), GST_CLOCK_TIME_NONE), GST_FLOW_ERROR);
}

TEST_F(ImageioMux, LeavesBadFramesOutAndGoesOn) {
  caps("image/jpeg");
  const Bytes good = {0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 9, 0, 7, 1, 1, 0x11, 0, 0xFF, 0xD9};
  EXPECT_EQ(push(good, 0), GST_FLOW_OK);
  EXPECT_EQ(push(Bytes{1, 2, 3, 4}, GST_SECOND), GST_FLOW_OK);
  EXPECT_EQ(push(good, 2 * GST_SECOND), GST_FLOW_OK);
  EXPECT_EQ(take(), recording("V2.0", {v2_chunk(0, 7, 9, PixelFormat::jpeg, good),
                                       v2_chunk(2000, 7, 9, PixelFormat::jpeg, good)}));
}

TEST_F(ImageioMux, LeavesShortRawFramesOut) {
  caps("video/x-raw,format=GRAY8,width=4,height=4,framerate=0/1");
  EXPECT_EQ(push(Bytes(15), 0), GST_FLOW_OK);
  EXPECT_EQ(take(), recording("V2.0", {}));
}

TEST_F(ImageioMux, GapsAreTimeThatPassed) {
  caps("video/x-raw,format=GRAY8,width=4,height=1,framerate=0/1");
  push(Bytes(4), 0);
  gst_harness_push_event(harness_, gst_event_new_gap(GST_SECOND, GST_SECOND));
  push(Bytes(4), 5 * GST_SECOND);
  EXPECT_EQ(take(), recording("V2.0", {v2_chunk(0, 4, 1, PixelFormat::grayscale, Bytes(4)),
                                       v2_chunk(5000, 4, 1, PixelFormat::grayscale, Bytes(4))}));
}

TEST_F(ImageioMux, AnEmptyRecordingIsValid) {
  caps("image/jpeg");
  gst_harness_push_event(harness_, gst_event_new_eos());
  EXPECT_EQ(take(), recording("V2.0", {}));
}

TEST_F(ImageioMux, CapsCarryTheMagicAsStreamHeader) {
  caps("image/jpeg");
  gst_harness_push_event(harness_, gst_event_new_eos());
  GstCaps* out = gst_pad_get_current_caps(harness_->sinkpad);
  ASSERT_NE(out, nullptr);
  EXPECT_TRUE(gst_structure_has_field(gst_caps_get_structure(out, 0), "streamheader"));
  gst_caps_unref(out);
}

TEST_F(ImageioMux, FlushingStartsTheClockAnew) {
  caps("video/x-raw,format=GRAY8,width=4,height=1,framerate=0/1");
  push(Bytes(4), 10 * GST_SECOND);
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(harness_, gst_event_new_flush_start());
  gst_harness_push_event(harness_, gst_event_new_flush_stop(TRUE));
  gst_harness_push_event(harness_, gst_event_new_segment(&segment));
  EXPECT_EQ(push(Bytes(4), GST_SECOND), GST_FLOW_OK);
  EXPECT_EQ(push(Bytes(4), 3 * GST_SECOND), GST_FLOW_OK);
}

// Frames in the recordings part00.bin, part01.bin ...; every one of them has to be whole.
std::size_t frames_of_parts(const TempDir& dir, int at_least) {
  std::size_t frames = 0;
  int parts = 0;
  const auto part = [&](int n) { return dir / ("part0" + std::to_string(n) + ".bin"); };
  for (; std::filesystem::exists(part(parts)); ++parts) {
    auto file = File::open(part(parts), File::Mode::read);
    auto reader = Reader::open(*file);
    EXPECT_TRUE(reader) << "part " << parts << ": " << reader.error().message;
    if (!reader) return 0;
    frames += *reader->count();
    EXPECT_FALSE(*reader->damage()) << "part " << parts;
  }
  EXPECT_GE(parts, at_least);
  return frames;
}

// Sinks forget what came before a flush; filesink empties its file.
TEST(ImageioMuxPipeline, ARecordingBeginsAnewAfterAFlush) {
  const TempDir dir;
  const std::string path = dir / "flushed.bin";
  GstHarness* harness = gst_harness_new_parse(("imageiomux ! filesink location=" + path).c_str());
  gst_harness_set_src_caps_str(harness, "video/x-raw,format=GRAY8,width=4,height=1,framerate=0/1");
  const auto push = [&](GstClockTime time) {
    GstBuffer* buffer = gst_buffer_new_allocate(nullptr, 4, nullptr);
    GST_BUFFER_PTS(buffer) = time;
    return gst_harness_push(harness, buffer);
  };
  EXPECT_EQ(push(10 * GST_SECOND), GST_FLOW_OK);
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(harness, gst_event_new_flush_start());
  gst_harness_push_event(harness, gst_event_new_flush_stop(TRUE));
  gst_harness_push_event(harness, gst_event_new_segment(&segment));
  EXPECT_EQ(push(GST_SECOND), GST_FLOW_OK);
  EXPECT_EQ(push(3 * GST_SECOND), GST_FLOW_OK);
  gst_harness_push_event(harness, gst_event_new_eos());
  gst_harness_teardown(harness);
  auto file = File::open(path, File::Mode::read);
  auto reader = Reader::open(*file);
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ(*reader->count(), 2u);
  EXPECT_FALSE(*reader->damage());
}

// Each piece of a segmented recording is a recording: multifilesink repeats the stream header.
TEST(ImageioMuxPipeline, MultifilesinkCutsItIntoWholeRecordings) {
  const TempDir dir;
  const auto outcome =
      run("videotestsrc num-buffers=9 ! video/x-raw,format=RGB16,width=64,height=48,framerate=10/1 ! "
          "imageiomux ! multifilesink next-file=max-size max-file-size=20000 location=" +
          dir / "part%02d.bin");
  ASSERT_TRUE(outcome.eos) << outcome.error;
  EXPECT_EQ(frames_of_parts(dir, 2), 9u);
}

TEST(ImageioMuxPipeline, SplitmuxsinkCutsItByTime) {
  const TempDir dir;
  const auto outcome =
      // Live: now and then splitmuxsink (1.22.0) never ends when frames come faster than it opens files.
      run("videotestsrc is-live=true num-buffers=30 ! video/x-raw,width=64,height=48,framerate=50/1 ! jpegenc ! "
          "splitmuxsink muxer=imageiomux max-size-time=200000000 location=" +
          (dir / "part%02d.bin"));
  ASSERT_TRUE(outcome.eos) << outcome.error;
  EXPECT_EQ(frames_of_parts(dir, 3), 30u);
}

TEST(ImageioMuxPipeline, WarnsAboutLimitedRange) {
  const auto outcome =
      run("videotestsrc num-buffers=2 ! video/x-raw,format=YUY2,width=64,height=48,colorimetry=bt601 ! imageiomux ! "
          "fakesink");
  EXPECT_TRUE(outcome.eos);
  ASSERT_EQ(outcome.warnings.size(), 1u);
  EXPECT_NE(outcome.warnings[0].find("full range"), std::string::npos);
}

}  // namespace
}  // namespace omv::test
