// SPDX-License-Identifier: LGPL-2.1-or-later
// What omvjpegenc and omvpngenc share: order, threads, latency, flushes, caps changes, errors, tags.
#include <gst/gst.h>
#include <gst/tag/tag.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "encoder_harness.h"
#include "omv/formats/format.h"
#include "omv/image/coded_header.h"
#include "pipeline.h"

namespace omv::test {
namespace {

constexpr std::uint32_t kWidth = 160;
constexpr std::uint32_t kHeight = 120;

std::string rgb_caps(std::uint32_t width, std::uint32_t height, int fps = 25) {
  return "video/x-raw,format=RGB,width=" + std::to_string(width) + ",height=" + std::to_string(height) +
         ",framerate=" + std::to_string(fps) + "/1";
}

// Every third picture is noise, which takes far longer than the flat ones behind it.
Bytes picture(unsigned number, std::uint32_t width = kWidth, std::uint32_t height = kHeight) {
  Bytes pixels(std::size_t{3} * width * height, static_cast<std::uint8_t>(number));
  if (number % 3 != 0) return pixels;
  std::minstd_rand random(number + 1);
  for (std::uint8_t& value : pixels) value = static_cast<std::uint8_t>(random() >> 8);
  return pixels;
}

CodedSize size_of(const Bytes& file) {
  const auto size = looks_like_jpeg(file) ? read_jpeg_size(file) : read_png_size(file);
  EXPECT_TRUE(size);
  return size ? *size : CodedSize{};
}

formats::Metadata metadata_of(const Bytes& file) {
  const auto metadata = formats::format_by_content(file)->read_metadata(file);
  EXPECT_TRUE(metadata);
  return metadata ? *metadata : formats::Metadata();
}

class ImageEncoder : public testing::TestWithParam<const char*> {
 protected:
  std::vector<Coded> encode(guint threads, unsigned count) {
    EncoderHarness encoder(GetParam(), threads);
    encoder.caps(rgb_caps(kWidth, kHeight));
    for (unsigned i = 0; i < count; ++i) EXPECT_EQ(encoder.push(picture(i), i * 40 * GST_MSECOND), GST_FLOW_OK);
    return encoder.finish();
  }
};

INSTANTIATE_TEST_SUITE_P(Elements, ImageEncoder, testing::Values("omvjpegenc", "omvpngenc"));

TEST_P(ImageEncoder, GivesTheSameBytesInOrderWithAnyNumberOfThreads) {
  const auto one = encode(1, 60);
  ASSERT_EQ(one.size(), 60U);
  for (unsigned i = 0; i < 60; ++i) EXPECT_EQ(one[i].pts, i * 40 * GST_MSECOND);
  for (const guint threads : {2U, 5U, 0U}) EXPECT_EQ(encode(threads, 60), one) << threads << " threads";
}

TEST_P(ImageEncoder, OneThreadHandsOverEachFrameAtOnce) {
  EncoderHarness encoder(GetParam(), 1);
  encoder.caps(rgb_caps(kWidth, kHeight));
  for (unsigned i = 0; i < 3; ++i) {
    ASSERT_EQ(encoder.push(picture(i), i), GST_FLOW_OK);
    EXPECT_EQ(encoder.take().size(), 1U);
  }
  EXPECT_EQ(gst_harness_query_latency(encoder.get()), 0U);
}

TEST_P(ImageEncoder, ReportsItsLatencyAndWhenItChanges) {
  EncoderHarness encoder(GetParam(), 3);
  encoder.caps(rgb_caps(kWidth, kHeight, 10));
  encoder.push(picture(1), 0);
  EXPECT_EQ(gst_harness_query_latency(encoder.get()), 300 * GST_MSECOND);
  EXPECT_EQ(encoder.messages(GST_MESSAGE_LATENCY), 1);
  encoder.caps(rgb_caps(kWidth, 60, 10));
  encoder.push(picture(1, kWidth, 60), 100 * GST_MSECOND);
  EXPECT_EQ(encoder.messages(GST_MESSAGE_LATENCY), 0) << "it has not changed";
  encoder.caps(rgb_caps(kWidth, 60, 50));
  encoder.push(picture(1, kWidth, 60), 200 * GST_MSECOND);
  EXPECT_EQ(gst_harness_query_latency(encoder.get()), 60 * GST_MSECOND);
  EXPECT_EQ(encoder.messages(GST_MESSAGE_LATENCY), 1);
}

TEST_P(ImageEncoder, AsksForAsManyBuffersAsItKeeps) {
  EncoderHarness encoder(GetParam(), 3);
  encoder.caps(rgb_caps(kWidth, kHeight));
  GstCaps* caps = gst_caps_from_string(rgb_caps(kWidth, kHeight).c_str());
  GstQuery* query = gst_query_new_allocation(caps, TRUE);
  gst_caps_unref(caps);
  ASSERT_TRUE(gst_pad_peer_query(encoder.get()->srcpad, query));
  ASSERT_EQ(gst_query_get_n_allocation_pools(query), 1U);
  guint size = 0;
  guint least = 0;
  gst_query_parse_nth_allocation_pool(query, 0, nullptr, &size, &least, nullptr);
  EXPECT_EQ(size, kWidth * kHeight * 3);
  EXPECT_GT(least, 6U);
  EXPECT_TRUE(gst_query_find_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr));
  gst_query_unref(query);
}

TEST_P(ImageEncoder, CapsChangeInMidstream) {
  EncoderHarness encoder(GetParam(), 2);
  for (unsigned round = 0; round < 6; ++round) {
    const std::uint32_t height = 20 + round;
    encoder.caps(rgb_caps(kWidth, height));
    for (unsigned i = 0; i < 5; ++i) ASSERT_EQ(encoder.push(picture(i, kWidth, height), i), GST_FLOW_OK);
  }
  const auto out = encoder.finish();
  ASSERT_EQ(out.size(), 30U);
  for (unsigned i = 0; i < 30; ++i) EXPECT_EQ(size_of(out[i].bytes).height, 20 + i / 5);
}

TEST_P(ImageEncoder, GoesOnAfterAFlushWithoutOldFrames) {
  EncoderHarness encoder(GetParam(), 2);
  encoder.caps(rgb_caps(kWidth, kHeight));
  for (unsigned i = 0; i < 10; ++i) encoder.push(picture(0), i);
  encoder.push_event(gst_event_new_flush_start());
  encoder.push_event(gst_event_new_flush_stop(TRUE));
  encoder.take();
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  encoder.push_event(gst_event_new_segment(&segment));
  for (unsigned i = 0; i < 10; ++i) ASSERT_EQ(encoder.push(picture(i), GST_SECOND + i), GST_FLOW_OK);
  const auto out = encoder.finish();
  ASSERT_EQ(out.size(), 10U);
  for (unsigned i = 0; i < 10; ++i) EXPECT_EQ(out[i].pts, GST_SECOND + i);
}

TEST_P(ImageEncoder, StopsWhileFramesWaitForDownstream) {
  for (int round = 0; round < 10; ++round) {
    Pipeline pipeline("videotestsrc ! video/x-raw,width=64,height=48 ! " + std::string(GetParam()) +
                      " threads=2 ! fakesink name=out");
    ASSERT_TRUE(pipeline.reach(GST_STATE_PAUSED));  // preroll blocks the pad's task, soon the streaming thread as well
    if (round % 2 != 0) g_usleep(2000);
    EXPECT_EQ(pipeline.set_state(GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
  }
}

TEST_P(ImageEncoder, SeeksWhileFramesWaitForDownstream) {
  Pipeline pipeline("videotestsrc num-buffers=50 ! video/x-raw,width=64,height=48,framerate=25/1 ! " +
                    std::string(GetParam()) + " threads=2 ! fakesink name=out");
  ASSERT_TRUE(pipeline.reach(GST_STATE_PAUSED));
  for (int round = 0; round < 10; ++round)
    ASSERT_TRUE(pipeline.seek(1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, round * 40 * GST_MSECOND));
  ASSERT_TRUE(pipeline.reach(GST_STATE_PAUSED));
  EXPECT_EQ(pipeline.set_state(GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
}

TEST_P(ImageEncoder, RunsAgainAfterItWasStopped) {
  EncoderHarness encoder(GetParam(), 2);
  for (int round = 0; round < 3; ++round) {
    gst_element_set_state(encoder.element(), GST_STATE_PLAYING);
    encoder.push_event(gst_event_new_stream_start("again"));
    encoder.caps(rgb_caps(kWidth, kHeight));
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    encoder.push_event(gst_event_new_segment(&segment));
    for (unsigned i = 0; i < 4; ++i) ASSERT_EQ(encoder.push(picture(i), i), GST_FLOW_OK);
    EXPECT_EQ(encoder.finish().size(), 4U);
    gst_element_set_state(encoder.element(), GST_STATE_READY);
  }
}

TEST_P(ImageEncoder, AFrameThatCannotBeEncodedIsOneErrorBehindTheFramesBefore) {
  for (const guint threads : {1U, 3U}) {
    EncoderHarness encoder(GetParam(), threads);
    encoder.caps(rgb_caps(kWidth, kHeight));
    for (unsigned i = 0; i < 4; ++i) ASSERT_EQ(encoder.push(picture(i), i), GST_FLOW_OK);
    GstFlowReturn flow = encoder.push(Bytes(100), 4);
    for (int i = 0; i < 1000 && flow == GST_FLOW_OK; ++i) flow = encoder.push(picture(1), GST_CLOCK_TIME_NONE);
    EXPECT_EQ(flow, GST_FLOW_ERROR);
    const std::string error = encoder.error();
    EXPECT_NE(error.find("can't be encoded"), std::string::npos) << error;
    EXPECT_NE(error.find("100 bytes"), std::string::npos) << error;
    EXPECT_GE(encoder.take().size(), 4U);
  }
}

TEST_P(ImageEncoder, TagsOfTheStreamBecomeMetadata) {
  EncoderHarness encoder(GetParam(), 2);
  encoder.caps(rgb_caps(16, 16));
  encoder.push(picture(1, 16, 16), 0);
  encoder.push_event(gst_event_new_tag(gst_tag_list_new(GST_TAG_COMMENT, "at the gate", GST_TAG_DEVICE_MODEL, "H7",
                                                        GST_TAG_VIDEO_CODEC, "raw", nullptr)));
  encoder.push(picture(1, 16, 16), 1);
  const auto out = encoder.finish();
  ASSERT_EQ(out.size(), 2U);
  EXPECT_TRUE(metadata_of(out[0].bytes).empty());
  const auto metadata = metadata_of(out[1].bytes);
  EXPECT_FALSE(metadata.exif.empty());
  EXPECT_NE(metadata.xmp.find("H7"), std::string::npos);
  EXPECT_EQ(metadata.xmp.find("raw"), std::string::npos) << "a tag of the stream, not of the picture";
  const bool png = looks_like_png(out[1].bytes);
  EXPECT_EQ(png ? metadata.texts.size() : metadata.comments.size(), 1U);
}

TEST_P(ImageEncoder, TagsOfTheApplicationMergeAsItSays) {
  for (const auto& [mode, expected] :
       {std::pair{GST_TAG_MERGE_KEEP, "application"}, {GST_TAG_MERGE_REPLACE, "stream"}}) {
    EncoderHarness encoder(GetParam(), 1);
    GstTagSetter* setter = GST_TAG_SETTER(encoder.element());
    gst_tag_setter_set_tag_merge_mode(setter, mode);
    gst_tag_setter_add_tags(setter, GST_TAG_MERGE_REPLACE, GST_TAG_TITLE, "application", nullptr);
    encoder.caps(rgb_caps(16, 16));
    encoder.push_event(gst_event_new_tag(gst_tag_list_new(GST_TAG_TITLE, "stream", nullptr)));
    encoder.push(picture(1, 16, 16), 0);
    const auto out = encoder.finish();
    ASSERT_EQ(out.size(), 1U);
    EXPECT_NE(metadata_of(out[0].bytes).xmp.find(expected), std::string::npos) << expected;
  }
}

TEST_P(ImageEncoder, ProfilesAndResolutionAreKept) {
  gst_tag_register_musicbrainz_tags();  // and all others that gsttag adds
  EncoderHarness encoder(GetParam(), 1);
  encoder.caps(rgb_caps(16, 16));
  const Bytes profile(300, 7);
  GstBuffer* buffer = gst_buffer_new_memdup(profile.data(), profile.size());
  GstCaps* caps = gst_caps_new_empty_simple("application/vnd.iccprofile");
  GstSample* sample = gst_sample_new(buffer, caps, nullptr, nullptr);
  gst_caps_unref(caps);
  gst_buffer_unref(buffer);
  encoder.push_event(gst_event_new_tag(gst_tag_list_new(GST_TAG_ATTACHMENT, sample, GST_TAG_IMAGE_HORIZONTAL_PPI, 300.0,
                                                        GST_TAG_IMAGE_VERTICAL_PPI, 300.0, nullptr)));
  gst_sample_unref(sample);
  encoder.push(picture(1, 16, 16), 0);
  const auto out = encoder.finish();
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(metadata_of(out[0].bytes).icc, profile);
  EXPECT_EQ(metadata_of(out[0].bytes).dots_per_metre, 11811U);
}

}  // namespace
}  // namespace omv::test
