// SPDX-License-Identifier: LGPL-2.1-or-later
// omvmjpegmux through a harness whose sink can or can't seek: the file, time, events, and what it refuses.
#include <gst/check/gstharness.h>
#include <gst/check/gsttestclock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include "avi_recordings.h"
#include "pipeline.h"
#include "temp_dir.h"

namespace omv::test {
namespace {

gboolean answer_seekable(GstPad* pad, GstObject* parent, GstQuery* query) {
  if (GST_QUERY_TYPE(query) != GST_QUERY_SEEKING) return gst_pad_query_default(pad, parent, query);
  gst_query_set_seeking(query, GST_FORMAT_BYTES, TRUE, 0, -1);
  return TRUE;
}

constexpr std::chrono::seconds kCaptured(1'700'000'000);

class OmvMjpegMux : public testing::Test {
 protected:
  void SetUp() override {
    harness_ = gst_harness_new("omvmjpegmux");
    bus_ = gst_bus_new();
    gst_element_set_bus(harness_->element, bus_);
  }
  void TearDown() override {
    gst_element_set_bus(harness_->element, nullptr);
    gst_harness_teardown(harness_);
    gst_object_unref(bus_);
  }

  void start(const char* caps, bool seekable = true) {
    if (seekable) gst_pad_set_query_function(harness_->sinkpad, answer_seekable);
    gst_harness_set_src_caps_str(harness_, caps);
  }

  GstFlowReturn push(const Bytes& bytes, GstClockTime pts, GstClockTime duration = GST_CLOCK_TIME_NONE) {
    GstBuffer* buffer = gst_buffer_new_memdup(bytes.data(), bytes.size());
    GST_BUFFER_PTS(buffer) = pts;
    GST_BUFFER_DURATION(buffer) = duration;
    return gst_harness_push(harness_, buffer);
  }

  // A frame that knows when it was captured.
  void push_captured() {
    const Bytes jpeg = tiny_jpeg(90);
    GstBuffer* buffer = gst_buffer_new_memdup(jpeg.data(), jpeg.size());
    GST_BUFFER_PTS(buffer) = 0;
    GstCaps* clock = gst_caps_new_empty_simple("timestamp/x-unix");
    gst_buffer_add_reference_timestamp_meta(buffer, clock, kCaptured.count() * GST_SECOND, GST_CLOCK_TIME_NONE);
    gst_caps_unref(clock);
    gst_harness_push(harness_, buffer);
  }

  // What a sink that seeks has in its file by now.
  const Bytes& file() {
    while (GstBuffer* buffer = gst_harness_try_pull(harness_)) {
      const auto at = static_cast<std::size_t>(GST_BUFFER_OFFSET(buffer));
      const gsize size = gst_buffer_get_size(buffer);
      if (size > 0) {
        file_.resize(std::max(file_.size(), at + size));
        gst_buffer_extract(buffer, 0, file_.data() + at, size);
      }
      gst_buffer_unref(buffer);
    }
    return file_;
  }

  avi::HeaderClaims header() {
    const MemorySource source(file());
    const auto reader = avi::Reader::open(source);
    return reader ? reader->header() : avi::HeaderClaims();
  }

  guint64 stat(const char* name) {
    GstStructure* stats = nullptr;
    g_object_get(harness_->element, "stats", &stats, nullptr);
    guint64 value = G_MAXUINT64;
    gst_structure_get_uint64(stats, name, &value);
    gst_structure_free(stats);
    return value;
  }

  std::string message(GstMessageType type) {
    GstMessage* message = gst_bus_pop_filtered(bus_, type);
    if (message == nullptr) return "";
    Outcome outcome;
    take_message(message, outcome);
    gst_message_unref(message);
    return outcome.error + (outcome.warnings.empty() ? "" : outcome.warnings.front());
  }

  GstHarness* harness_ = nullptr;
  GstBus* bus_ = nullptr;
  Bytes file_;
};

TEST_F(OmvMjpegMux, IsCompleteAfterEachSyncIntervalAndAtTheEnd) {
  g_object_set(harness_->element, "sync-interval", 500, nullptr);
  start("image/jpeg,framerate=50/1");
  for (guint64 n = 0; n < 120; ++n) {
    ASSERT_EQ(push(tiny_jpeg(90), n * 20 * GST_MSECOND), GST_FLOW_OK);
    ASSERT_GT(header().length + 25, n) << "frame " << n;
  }
  EXPECT_TRUE(gst_harness_push_event(harness_, gst_event_new_eos()));
  EXPECT_EQ(header().length, 120u);
  EXPECT_EQ(header().riff_end, file().size());
  EXPECT_EQ(scan(file()).frames.size(), 120u);
  EXPECT_EQ(stat("syncs"), 6u);  // the first frame, four intervals, the end
}

TEST_F(OmvMjpegMux, WithoutAnIntervalItSyncsAtTheEndOnly) {
  g_object_set(harness_->element, "sync-interval", 0, nullptr);
  start("image/jpeg,framerate=50/1");
  for (guint64 n = 0; n < 120; ++n) push(tiny_jpeg(90), n * 20 * GST_MSECOND);
  EXPECT_EQ(header().length, 0u);
  gst_harness_push_event(harness_, gst_event_new_eos());
  EXPECT_EQ(header().length, 120u);
}

TEST_F(OmvMjpegMux, CapsThatTellTheUnitsOfAClockAreNoRate) {
  start("image/jpeg,framerate=90000/1");
  push(tiny_jpeg(90), 0);
  push(tiny_jpeg(90), GST_SECOND);
  gst_harness_push_event(harness_, gst_event_new_eos());
  EXPECT_EQ(header().rate.numerator, 100u);
  EXPECT_EQ(header().length, 101u);
}

TEST_F(OmvMjpegMux, ARateThatCantBeIsAnError) {
  g_object_set(harness_->element, "framerate", 2'000'000'000, 1, nullptr);
  start("image/jpeg,framerate=25/1");
  EXPECT_EQ(push(tiny_jpeg(90), 0), GST_FLOW_ERROR);
  EXPECT_NE(message(GST_MESSAGE_ERROR), "");
}

TEST_F(OmvMjpegMux, ASinkThatCantSeekGetsTheStreamingForm) {
  start("image/jpeg,framerate=30000/1001", false);
  for (guint64 n = 0; n < 60; ++n) push(tiny_jpeg(90), gst_util_uint64_scale(n, 1001 * GST_SECOND, 30000));
  gst_harness_push_event(harness_, gst_event_new_eos());
  EXPECT_EQ(header().riff_end, 8u);
  EXPECT_EQ(header().rate.numerator, 30000u);
  EXPECT_EQ(header().rate.denominator, 1001u);
  EXPECT_EQ(scan(file()).frames.size(), 60u);
}

TEST_F(OmvMjpegMux, PassesThePayloadOnWithoutCopyingIt) {
  start("image/jpeg", false);
  const Bytes jpeg = tiny_jpeg(90);
  GstBuffer* in = gst_buffer_new_memdup(jpeg.data(), jpeg.size());
  GST_BUFFER_PTS(in) = 0;
  const GstMemory* memory = gst_buffer_peek_memory(in, 0);
  ASSERT_EQ(gst_harness_push(harness_, in), GST_FLOW_OK);
  bool found = false;
  while (GstBuffer* buffer = gst_harness_try_pull(harness_)) {
    found = found || gst_buffer_peek_memory(buffer, 0) == memory;
    gst_buffer_unref(buffer);
  }
  EXPECT_TRUE(found);
}

TEST_F(OmvMjpegMux, KeepsTheTimeOfFramesThatComeAtNoRate) {
  start("image/jpeg,framerate=0/1");
  for (const guint64 ms : {0, 33, 67, 5000, 5040}) push(tiny_jpeg(90), ms * GST_MSECOND);
  gst_harness_push_event(harness_, gst_event_new_eos());
  const avi::Contents contents = scan(file());
  ASSERT_EQ(contents.frames.size(), 5u);
  EXPECT_EQ(contents.frames[1].slot, 3u);
  EXPECT_EQ(contents.frames[3].slot, 500u);
  EXPECT_EQ(contents.slots, 505u);
  EXPECT_EQ(contents.times[1], avi::Nanoseconds(33 * GST_MSECOND));
}

TEST_F(OmvMjpegMux, TheRateCanBeSet) {
  gst_util_set_object_arg(G_OBJECT(harness_->element), "framerate", "1000/1");
  start("image/jpeg,framerate=25/1");
  push(tiny_jpeg(90), 0);
  push(tiny_jpeg(90), 33 * GST_MSECOND);
  EXPECT_EQ(scan(file()).frames[1].slot, 33u);
}

TEST_F(OmvMjpegMux, GapsAndTheLastDurationCount) {
  start("image/jpeg,framerate=0/1");
  push(tiny_jpeg(90), 0);
  gst_harness_push_event(harness_, gst_event_new_gap(GST_SECOND, 9 * GST_SECOND));
  EXPECT_EQ(header().length, 1000u);
  push(tiny_jpeg(90), 11 * GST_SECOND, GST_SECOND);
  gst_harness_push_event(harness_, gst_event_new_eos());
  EXPECT_EQ(header().length, 1200u);
}

TEST_F(OmvMjpegMux, CountsWhatDoesNotGoByTheRules) {
  start("image/jpeg,framerate=0/1");
  push(tiny_jpeg(90), 10 * GST_SECOND);
  push(tiny_jpeg(90), 10 * GST_SECOND);
  push(tiny_jpeg(90), 5 * GST_SECOND);
  push(tiny_jpeg(90), GST_CLOCK_TIME_NONE);
  push(Bytes{1, 2, 3}, 11 * GST_SECOND);
  EXPECT_EQ(stat("moved"), 1u);
  EXPECT_EQ(stat("back"), 1u);
  EXPECT_EQ(stat("untimed"), 1u);
  EXPECT_EQ(stat("rejected"), 1u);
  EXPECT_EQ(stat("frames"), 4u);
  EXPECT_NE(message(GST_MESSAGE_WARNING).find("left out"), std::string::npos);
}

TEST_F(OmvMjpegMux, BadFramesAreSaidOnceForEachDoubling) {
  start("image/jpeg");
  for (guint64 n = 0; n < 7; ++n) push(Bytes{1, 2, 3}, n * GST_SECOND);
  EXPECT_EQ(stat("rejected"), 7u);
  for (const char* so_far : {"(1 so far)", "(2 so far)", "(4 so far)"})
    EXPECT_NE(message(GST_MESSAGE_WARNING).find(so_far), std::string::npos) << so_far;
  EXPECT_EQ(message(GST_MESSAGE_WARNING), "");
}

TEST_F(OmvMjpegMux, SaysThatAFrameHasAnotherSize) {
  start("image/jpeg");
  ASSERT_EQ(push(tiny_jpeg(90), 0), GST_FLOW_OK);
  Bytes wider = tiny_jpeg(90);
  wider[wider.size() - 7] = 8;
  EXPECT_EQ(push(wider, GST_SECOND), GST_FLOW_NOT_NEGOTIATED);
  EXPECT_NE(message(GST_MESSAGE_ERROR).find("8x9 comes in a recording of 7x9"), std::string::npos);
  gst_harness_push_event(harness_, gst_event_new_eos());
  EXPECT_EQ(header().length, 1u);
}

TEST_F(OmvMjpegMux, AFlushBeginsTheRecordingAgain) {
  start("image/jpeg,framerate=25/1");
  push(tiny_jpeg(90), 0);
  push(tiny_jpeg(90), 40 * GST_MSECOND);
  file();
  gst_harness_push_event(harness_, gst_event_new_flush_start());
  gst_harness_push_event(harness_, gst_event_new_flush_stop(TRUE));
  file_.clear();
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(harness_, gst_event_new_segment(&segment));
  ASSERT_EQ(push(tiny_jpeg(90), GST_SECOND), GST_FLOW_OK);
  gst_harness_push_event(harness_, gst_event_new_eos());
  EXPECT_EQ(header().length, 1u);
  EXPECT_EQ(scan(file()).frames.size(), 1u);
}

TEST_F(OmvMjpegMux, ARecordingWithoutAFrameIsAFileIfItsSizeIsKnown) {
  start("image/jpeg,width=320,height=240,framerate=25/1");
  gst_harness_push_event(harness_, gst_event_new_eos());
  EXPECT_EQ(header().width, 320u);
  EXPECT_EQ(header().length, 0u);
}

TEST_F(OmvMjpegMux, WithoutFrameAndSizeItSaysThatThereIsNothing) {
  start("image/jpeg");
  gst_harness_push_event(harness_, gst_event_new_eos());
  EXPECT_EQ(file().size(), 0u);
  EXPECT_NE(message(GST_MESSAGE_WARNING), "");
}

TEST_F(OmvMjpegMux, WritesTags) {
  gst_tag_setter_add_tags(GST_TAG_SETTER(harness_->element), GST_TAG_MERGE_REPLACE, GST_TAG_TITLE, "Garden", nullptr);
  start("image/jpeg");
  push(tiny_jpeg(90), 0);
  const avi::Tags tags = header().tags;
  EXPECT_TRUE(tags.captured);
  ASSERT_EQ(tags.info.size(), 3u);
  EXPECT_EQ(tags.info[0], (avi::Tag{"INAM", "Garden"}));
  EXPECT_EQ(tags.info[1].id, "ICRD");
  EXPECT_EQ(tags.info[2].id, "ISFT");
}

TEST_F(OmvMjpegMux, TakesTheCaptureTimeFromTheFrame) {
  start("image/jpeg");
  push_captured();
  EXPECT_EQ(header().tags.captured, kCaptured);
}

TEST_F(OmvMjpegMux, ADateTimeThatCantBeIsNoTimeOfCapture) {
  GstDateTime* time = gst_date_time_new(0, 9999, 6, 1, 12, 0, 0);
  gst_tag_setter_add_tags(GST_TAG_SETTER(harness_->element), GST_TAG_MERGE_REPLACE, GST_TAG_DATE_TIME, time, nullptr);
  gst_date_time_unref(time);
  start("image/jpeg");
  push_captured();
  EXPECT_EQ(header().tags.captured, kCaptured);
}

TEST_F(OmvMjpegMux, FsyncAsksForItBeforeAndBehindTheHeader) {
  g_object_set(harness_->element, "fsync", TRUE, nullptr);
  start("image/jpeg");
  push(tiny_jpeg(90), 0);
  std::vector<std::pair<guint64, gsize>> synced;
  while (GstBuffer* buffer = gst_harness_try_pull(harness_)) {
    if (GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_SYNC_AFTER))
      synced.emplace_back(GST_BUFFER_OFFSET(buffer), gst_buffer_get_size(buffer));
    gst_buffer_unref(buffer);
  }
  ASSERT_EQ(synced.size(), 2u);
  EXPECT_EQ(synced[0].second, 0u);
  EXPECT_EQ(synced[1].first, 0u);
}

// The system's clock stands still but for what a test does with it.
class OmvMjpegMuxSilence : public OmvMjpegMux {
 protected:
  void SetUp() override {
    clock_ = GST_TEST_CLOCK(gst_test_clock_new());
    gst_system_clock_set_default(GST_CLOCK(clock_));
    OmvMjpegMux::SetUp();
    g_object_set(harness_->element, "sync-interval", 500, nullptr);
  }
  void TearDown() override {
    OmvMjpegMux::TearDown();
    gst_system_clock_set_default(nullptr);
    gst_object_unref(clock_);
  }

  void push_frames(guint64 from, guint64 to) {
    for (guint64 n = from; n < to; ++n) ASSERT_EQ(push(tiny_jpeg(90), n * 20 * GST_MSECOND), GST_FLOW_OK);
  }

  // Milliseconds until a sync without anything coming in; G_MAXUINT64 for never.
  guint64 next_sync() {
    const GstClockTime time = gst_test_clock_get_next_entry_time(clock_);
    if (time == GST_CLOCK_TIME_NONE) return G_MAXUINT64;
    return (time - gst_clock_get_time(GST_CLOCK(clock_))) / GST_MSECOND;
  }

  bool reaches(std::uint64_t length) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (header().length != length && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return header().length == length;
  }

  GstTestClock* clock_ = nullptr;
};

TEST_F(OmvMjpegMuxSilence, SyncsWhatCameWhenNothingComesAnyMore) {
  start("image/jpeg,framerate=50/1");
  push_frames(0, 10);
  EXPECT_EQ(header().length, 1u);
  ASSERT_EQ(next_sync(), 500u);
  ASSERT_TRUE(gst_test_clock_crank(clock_));
  EXPECT_TRUE(reaches(10));
  EXPECT_EQ(header().riff_end, file().size());
  EXPECT_EQ(next_sync(), G_MAXUINT64);
  push_frames(10, 11);
  EXPECT_EQ(next_sync(), 500u);
  gst_harness_push_event(harness_, gst_event_new_eos());
  EXPECT_EQ(scan(file()).frames.size(), 11u);
}

TEST_F(OmvMjpegMuxSilence, WaitsFromTheFirstFrameOnThatTheFileDoesNotKnow) {
  start("image/jpeg,framerate=50/1");
  push_frames(0, 1);
  EXPECT_EQ(next_sync(), G_MAXUINT64);
  push_frames(1, 2);
  gst_test_clock_advance_time(clock_, 400 * GST_MSECOND);
  push_frames(2, 20);
  EXPECT_EQ(next_sync(), 100u);
  push_frames(20, 27);  // the interval is full with the last but one
  ASSERT_TRUE(gst_test_clock_crank(clock_));
  EXPECT_EQ(next_sync(), 400u);
  EXPECT_EQ(header().length, 26u);
}

TEST_F(OmvMjpegMuxSilence, WaitsForNothingBehindTheEnd) {
  start("image/jpeg,framerate=50/1");
  push_frames(0, 10);
  gst_harness_push_event(harness_, gst_event_new_eos());
  const std::size_t bytes = file().size();
  gst_test_clock_crank(clock_);
  EXPECT_EQ(next_sync(), G_MAXUINT64);
  EXPECT_EQ(file().size(), bytes);
}

TEST_F(OmvMjpegMuxSilence, WaitsForNothingWithoutAnInterval) {
  g_object_set(harness_->element, "sync-interval", 0, nullptr);
  start("image/jpeg,framerate=50/1");
  push_frames(0, 10);
  EXPECT_EQ(next_sync(), G_MAXUINT64);
}

TEST_F(OmvMjpegMuxSilence, WaitsWhilePlayingOnly) {
  start("image/jpeg,framerate=50/1");
  push_frames(0, 10);
  gst_element_set_state(harness_->element, GST_STATE_PAUSED);
  EXPECT_EQ(next_sync(), G_MAXUINT64);
  gst_test_clock_advance_time(clock_, GST_SECOND);
  gst_element_set_state(harness_->element, GST_STATE_PLAYING);
  EXPECT_EQ(next_sync(), 500u);
  gst_element_set_state(harness_->element, GST_STATE_NULL);
  EXPECT_EQ(next_sync(), G_MAXUINT64);
}

TEST_F(OmvMjpegMuxSilence, AFlushLeavesNothingToSync) {
  start("image/jpeg,framerate=50/1");
  push_frames(0, 10);
  gst_harness_push_event(harness_, gst_event_new_flush_start());
  gst_harness_push_event(harness_, gst_event_new_flush_stop(TRUE));
  gst_test_clock_crank(clock_);
  EXPECT_EQ(next_sync(), G_MAXUINT64);
}

// The real sink, and the demuxer that most of GStreamer's users will meet.
TEST(OmvMjpegMuxFile, PlaysInAvidemuxWithItsTimes) {
  GstElementFactory* demuxer = gst_element_factory_find("avidemux");
  if (demuxer == nullptr) GTEST_SKIP() << "no avidemux";
  gst_object_unref(demuxer);
  const TempDir dir;
  const std::string path = dir / "a.avi";
  Outcome recorded =
      run("videotestsrc num-buffers=40 ! video/x-raw,width=64,height=48,framerate=20/1 ! jpegenc ! "
          "omvmjpegmux framerate=100/1 sync-interval=200 ! filesink location=" +
          path);
  ASSERT_EQ(recorded.error, "");
  const Outcome played = run("filesrc location=" + path + " ! avidemux" + kAppSink);
  EXPECT_EQ(played.error, "");
  ASSERT_EQ(played.frames.size(), 40u);
  for (std::size_t n = 0; n < 40; ++n) EXPECT_EQ(played.frames[n].pts, n * 50 * GST_MSECOND);
}

}  // namespace
}  // namespace omv::test
