// SPDX-License-Identifier: LGPL-2.1-or-later
// omvlendepay through a harness: any chunking, time, the end, hostile lengths, what is cut off, and what is no JPEG.
#include <gst/check/gstharness.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "avi_recordings.h"
#include "omv/recording/length_stream.h"
#include "pipeline.h"

namespace omv::test {
namespace {

void append_frame(Bytes& stream, const Bytes& frame) {
  append(stream, length_field(static_cast<std::uint32_t>(frame.size())));
  append(stream, frame);
}

Bytes stream_of(const std::vector<Bytes>& frames, bool ends = true) {
  Bytes stream;
  for (const Bytes& frame : frames) append_frame(stream, frame);
  if (ends) append(stream, length_field(0));
  return stream;
}

const std::vector<Bytes> kFrames = {tiny_jpeg(100), tiny_jpeg(23), tiny_jpeg(5000), tiny_jpeg(31)};

class OmvLenDepay : public testing::Test {
 protected:
  void SetUp() override { begin(); }
  void TearDown() override { finish(); }

  void begin() {
    harness_ = gst_harness_new("omvlendepay");
    bus_ = gst_bus_new();
    gst_element_set_bus(harness_->element, bus_);
    gst_harness_set_src_caps_str(harness_, "application/octet-stream");
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_BYTES);
    gst_harness_push_event(harness_, gst_event_new_segment(&segment));
  }
  void finish() {
    gst_element_set_bus(harness_->element, nullptr);
    gst_harness_teardown(harness_);
    gst_object_unref(bus_);
  }

  GstFlowReturn push(ConstByteSpan bytes, GstClockTime pts = 0) {
    GstBuffer* buffer = gst_buffer_new_memdup(bytes.data(), bytes.size());
    GST_BUFFER_PTS(buffer) = pts;
    return gst_harness_push(harness_, buffer);
  }

  std::vector<Bytes> pull_all(std::vector<GstClockTime>* stamps = nullptr) {
    std::vector<Bytes> frames;
    while (GstBuffer* buffer = gst_harness_try_pull(harness_)) {
      frames.emplace_back(gst_buffer_get_size(buffer));
      gst_buffer_extract(buffer, 0, frames.back().data(), frames.back().size());
      if (stamps != nullptr) stamps->push_back(GST_BUFFER_PTS(buffer));
      gst_buffer_unref(buffer);
    }
    return frames;
  }

  bool has_ended() {
    GstEvent* eos = gst_pad_get_sticky_event(harness_->sinkpad, GST_EVENT_EOS, 0);
    const bool ended = eos != nullptr;
    gst_clear_event(&eos);
    return ended;
  }

  std::string trouble(GstMessageType type) {
    GstMessage* message = gst_bus_pop_filtered(bus_, type);
    if (message == nullptr) return "";
    Outcome outcome;
    take_message(message, outcome);
    gst_message_unref(message);
    return outcome.error + (outcome.warnings.empty() ? "" : outcome.warnings.front());
  }

  guint64 stat(const char* name) {
    GstStructure* stats = nullptr;
    g_object_get(harness_->element, "stats", &stats, nullptr);
    guint64 value = G_MAXUINT64;
    gst_structure_get_uint64(stats, name, &value);
    gst_structure_free(stats);
    return value;
  }

  GstHarness* harness_ = nullptr;
  GstBus* bus_ = nullptr;
};

TEST_F(OmvLenDepay, FramesComeOutHoweverTheBytesAreCut) {
  const Bytes stream = stream_of(kFrames);
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{3}, std::size_t{104}, std::size_t{4096}, stream.size()}) {
    finish();
    begin();
    for (std::size_t at = 0; at < stream.size(); at += chunk)
      (void)push(ConstByteSpan(stream).subspan(at, std::min(chunk, stream.size() - at)));
    EXPECT_EQ(pull_all(), kFrames) << chunk;
    EXPECT_TRUE(has_ended());
    EXPECT_EQ(stat("frames"), 4u);
    EXPECT_EQ(stat("bytes"), 5154u);
    EXPECT_EQ(stat("truncated"), 0u);
  }
}

TEST_F(OmvLenDepay, TheCapsTellTheSize) {
  push(stream_of(kFrames, false));
  GstCaps* caps = gst_pad_get_current_caps(harness_->sinkpad);
  gchar* text = gst_caps_to_string(caps);
  EXPECT_NE(std::string(text).find("width=(int)7, height=(int)9"), std::string::npos) << text;
  g_free(text);
  gst_caps_unref(caps);
}

TEST_F(OmvLenDepay, AFrameHasTheTimeOfItsFirstByte) {
  const Bytes stream = stream_of(kFrames);
  push(ConstByteSpan(stream).first(50), GST_SECOND);            // half of the first
  push(ConstByteSpan(stream).subspan(50, 60), 2 * GST_SECOND);  // the rest, and six bytes of the second
  push(ConstByteSpan(stream).subspan(110), 3 * GST_SECOND);
  std::vector<GstClockTime> stamps;
  EXPECT_EQ(pull_all(&stamps), kFrames);
  EXPECT_EQ(stamps, (std::vector<GstClockTime>{GST_SECOND, 2 * GST_SECOND, 3 * GST_SECOND, 3 * GST_SECOND}));
}

TEST_F(OmvLenDepay, WithoutTimeFromTheSourceItIsTheTimeOfArrival) {
  gst_harness_use_testclock(harness_);
  gst_harness_set_time(harness_, 7 * GST_SECOND);
  push(stream_of({kFrames[0]}, false), GST_CLOCK_TIME_NONE);
  std::vector<GstClockTime> stamps;
  pull_all(&stamps);
  EXPECT_EQ(stamps, (std::vector<GstClockTime>{7 * GST_SECOND}));
}

TEST_F(OmvLenDepay, TheZeroEndsTheStreamOnce) {
  Bytes stream = stream_of({kFrames[0]});
  append(stream, stream_of({kFrames[1]}));
  EXPECT_EQ(push(stream), GST_FLOW_EOS);
  EXPECT_EQ(push(stream), GST_FLOW_EOS);
  EXPECT_EQ(pull_all().size(), 1u);
  EXPECT_TRUE(has_ended());
  EXPECT_TRUE(gst_harness_push_event(harness_, gst_event_new_eos()));
  EXPECT_EQ(stat("truncated"), 0u);
}

TEST_F(OmvLenDepay, AnEndWithoutZeroIsAnEnd) {
  push(stream_of(kFrames, false));
  gst_harness_push_event(harness_, gst_event_new_eos());
  EXPECT_TRUE(has_ended());
  EXPECT_EQ(trouble(GST_MESSAGE_WARNING), "");
  EXPECT_EQ(stat("truncated"), 0u);
}

TEST_F(OmvLenDepay, EveryTruncationIsWarnedAboutAndCounted) {
  const Bytes stream = stream_of({kFrames[1]}, false);
  for (std::size_t length = 1; length < stream.size(); ++length) {
    finish();
    begin();
    push(ConstByteSpan(stream).first(length));
    gst_harness_push_event(harness_, gst_event_new_eos());
    EXPECT_TRUE(has_ended());
    EXPECT_NE(trouble(GST_MESSAGE_WARNING).find("ends within a frame"), std::string::npos) << length;
    EXPECT_EQ(stat("truncated"), 1u);
  }
}

TEST_F(OmvLenDepay, HostileLengthsAreRefused) {
  g_object_set(harness_->element, "max-size", 99, nullptr);
  gst_element_set_state(harness_->element, GST_STATE_READY);
  gst_element_set_state(harness_->element, GST_STATE_PLAYING);
  for (const std::uint32_t length : {100u, 0x80000000u, 0xFFFFFFFFu}) {
    EXPECT_EQ(push(length_field(length)), GST_FLOW_ERROR);
    EXPECT_NE(trouble(GST_MESSAGE_ERROR).find("a picture of " + std::to_string(length) + " bytes is announced"),
              std::string::npos);
  }
}

TEST_F(OmvLenDepay, WhatIsNoJpegIsLeftOut) {
  EXPECT_EQ(push(stream_of({kFrames[0], {1, 2, 3}, kFrames[1], {0xFF, 0xD8, 0xFF}}, false)), GST_FLOW_OK);
  EXPECT_EQ(pull_all(), (std::vector<Bytes>{kFrames[0], kFrames[1]}));
  EXPECT_EQ(stat("damaged"), 2u);
  EXPECT_NE(trouble(GST_MESSAGE_WARNING).find("Frame left out (1 so far)"), std::string::npos);
}

TEST_F(OmvLenDepay, AFlushForgetsHalfAFrame) {
  push(ConstByteSpan(stream_of(kFrames)).first(50));
  gst_harness_push_event(harness_, gst_event_new_flush_start());
  gst_harness_push_event(harness_, gst_event_new_flush_stop(TRUE));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_BYTES);
  gst_harness_push_event(harness_, gst_event_new_segment(&segment));
  push(stream_of(kFrames));
  EXPECT_EQ(pull_all(), kFrames);
}

TEST(OmvLenDepayStream, WhatOmvlenpaySendsComesBackWithItsTimes) {
  const std::string source = "videotestsrc num-buffers=10 ! video/x-raw,framerate=10/1 ! jpegenc ! ";
  const Outcome sent = run(source + "identity" + kAppSink);
  const Outcome back = run(source + "omvlenpay ! omvlendepay" + kAppSink);
  EXPECT_EQ(back.error, "");
  EXPECT_TRUE(back.eos);
  ASSERT_EQ(back.frames.size(), 10u);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(back.frames[i].bytes, sent.frames[i].bytes);
    EXPECT_EQ(back.frames[i].pts, sent.frames[i].pts);
  }
}

}  // namespace
}  // namespace omv::test
