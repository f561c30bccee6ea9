// SPDX-License-Identifier: LGPL-2.1-or-later
// omvmotion through a harness: what passes, what is raised in front of which frame, settings, damage, and footage.
#include <gst/check/gstharness.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "omv/formats/jpeg.h"
#include "pipeline.h"
#include "raw_frames.h"

namespace omv::test {
namespace {

constexpr int kWidth = 160;
constexpr int kHeight = 120;
constexpr GstClockTime kStep = 200 * GST_MSECOND;
constexpr guint64 kWarmUp = 10;  // frames

// Grey with a bright square whose left upper corner is at (x, 40), or none.
RawFrame picture(int x = -1) {
  RawFrame frame = grey(kWidth, kHeight, Bytes(kWidth * kHeight, 90));
  for (int row = 40; x >= 0 && row < 72; ++row)
    std::fill_n(frame.pixels.begin() + row * kWidth + x, 24, std::uint8_t{220});
  return frame;
}

Bytes jpeg_of(const RawFrame& frame) {
  formats::JpegEncoder encoder;
  Bytes out;
  const FrameInfo info = {PixelFormat::grayscale, kWidth, kHeight};
  EXPECT_TRUE(encoder.encode(packed_view(info, ConstByteSpan(frame.pixels)), {}, out));
  return out;
}

guint64 counter(GstElement* element, const char* name) {
  GstStructure* stats = nullptr;
  g_object_get(element, "stats", &stats, nullptr);
  guint64 value = G_MAXUINT64;
  gst_structure_get_uint64(stats, name, &value);
  gst_structure_free(stats);
  return value;
}

// The text of what has come out: "frame" and "omv-trigger".
GstPadProbeReturn note(GstPad*, GstPadProbeInfo* info, gpointer notes) {
  auto& all = *static_cast<std::vector<std::string>*>(notes);
  if (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) {
    all.emplace_back("frame");
  } else if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_CUSTOM_DOWNSTREAM) {
    all.emplace_back(gst_structure_get_name(gst_event_get_structure(GST_PAD_PROBE_INFO_EVENT(info))));
  }
  return GST_PAD_PROBE_OK;
}

class OmvMotion : public testing::Test {
 protected:
  void SetUp() override {
    harness_ = gst_harness_new("omvmotion");
    bus_ = gst_bus_new();
    gst_element_set_bus(harness_->element, bus_);
    gst_pad_add_probe(harness_->sinkpad,
                      static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM),
                      note, &notes_, nullptr);
  }
  void TearDown() override {
    gst_element_set_bus(harness_->element, nullptr);
    gst_harness_teardown(harness_);
    gst_object_unref(bus_);
  }

  void start(const std::string& caps = "video/x-raw,format=GRAY8,width=160,height=120,framerate=5/1") {
    gst_harness_set_src_caps_str(harness_, caps.c_str());
  }
  void set(const char* property, const char* value) {
    gst_util_set_object_arg(G_OBJECT(harness_->element), property, value);
  }

  void push(GstBuffer* buffer) {
    GST_BUFFER_PTS(buffer) = time_;
    time_ += kStep;
    ASSERT_EQ(gst_harness_push(harness_, buffer), GST_FLOW_OK);
  }
  void push(const RawFrame& frame) { push(buffer_of(frame)); }
  void push_jpeg(const Bytes& jpeg) {
    push(jpeg.empty() ? gst_buffer_new() : gst_buffer_new_memdup(jpeg.data(), jpeg.size()));
  }
  void warm_up(const RawFrame& frame = picture()) {
    for (guint64 i = 0; i < kWarmUp; ++i) push(frame);
  }

  // The next element message of this name; empty when there is none.
  GstStructure* message(const char* name) {
    while (GstMessage* next = gst_bus_pop_filtered(bus_, GST_MESSAGE_ELEMENT)) {
      GstStructure* found =
          gst_message_has_name(next, name) ? gst_structure_copy(gst_message_get_structure(next)) : nullptr;
      gst_message_unref(next);
      if (found != nullptr) return found;
    }
    return nullptr;
  }

  std::string trouble(GstMessageType type) {
    GstMessage* found = gst_bus_pop_filtered(bus_, type);
    if (found == nullptr) return "";
    Outcome outcome;
    take_message(found, outcome);
    gst_message_unref(found);
    return outcome.error + (outcome.warnings.empty() ? "" : outcome.warnings.front());
  }

  guint64 triggers() const { return counter(harness_->element, "triggers"); }

  GstHarness* harness_ = nullptr;
  GstBus* bus_ = nullptr;
  GstClockTime time_ = 0;
  std::vector<std::string> notes_;
};

TEST_F(OmvMotion, PassesTheBuffersThemselves) {
  start();
  for (const int x : {-1, -1, 40}) {
    GstBuffer* in = buffer_of(picture(x));
    const GstBuffer* same = in;
    push(in);
    GstBuffer* out = gst_harness_pull(harness_);
    EXPECT_EQ(out, same);
    gst_buffer_unref(out);
  }
}

TEST_F(OmvMotion, RaisesATriggerInFrontOfTheFrame) {
  start();
  warm_up();
  EXPECT_EQ(triggers(), 0u);
  notes_.clear();
  push(picture());
  push(picture(48));
  push(picture(48));
  EXPECT_EQ(notes_, (std::vector<std::string>{"frame", "omv-trigger", "frame", "frame"}));
  EXPECT_EQ(triggers(), 1u);
}

TEST_F(OmvMotion, TheTriggerTellsWhereWhenAndHowMuch) {
  start();
  warm_up();
  push(picture(48));
  GstStructure* trigger = message("omv-trigger");
  ASSERT_NE(trigger, nullptr);
  EXPECT_STREQ(gst_structure_get_string(trigger, "source"), "motion");
  guint64 when = 0;
  gint x = 0, y = 0, w = 0, h = 0;
  gdouble level = 0, threshold = 0, area = 0;
  ASSERT_TRUE(gst_structure_get(trigger, "running-time", G_TYPE_UINT64, &when, "x", G_TYPE_INT, &x, "y", G_TYPE_INT, &y,
                                "w", G_TYPE_INT, &w, "h", G_TYPE_INT, &h, "level", G_TYPE_DOUBLE, &level, "threshold",
                                G_TYPE_DOUBLE, &threshold, "area", G_TYPE_DOUBLE, &area, nullptr));
  EXPECT_EQ(when, kWarmUp * kStep);
  EXPECT_EQ((std::vector<gint>{x, y, w, h}), (std::vector<gint>{48, 40, 24, 32}));
  EXPECT_DOUBLE_EQ(level, 130);
  EXPECT_DOUBLE_EQ(threshold, 10);
  EXPECT_NEAR(area, 4, 1e-9);  // 12 of 300 cells
  gst_structure_free(trigger);
}

TEST_F(OmvMotion, EachAnalysisPostsItsLevelUnlessTurnedOff) {
  start();
  warm_up();
  for (guint64 i = 0; i < kWarmUp; ++i) {
    GstStructure* levels = message("omv-motion");
    ASSERT_NE(levels, nullptr) << i;
    guint64 when = 0;
    EXPECT_TRUE(gst_structure_get_uint64(levels, "running-time", &when));
    EXPECT_EQ(when, i * kStep);
    gst_structure_free(levels);
  }
  set("post-messages", "false");
  push(picture());
  EXPECT_EQ(message("omv-motion"), nullptr);
  EXPECT_EQ(counter(harness_->element, "analyses"), kWarmUp + 1);
}

TEST_F(OmvMotion, LooksAsOftenAsAsked) {
  set("rate", "2.5");
  start();
  warm_up();
  EXPECT_EQ(counter(harness_->element, "analyses"), kWarmUp / 2);
  set("rate", "0");
  warm_up();
  EXPECT_EQ(counter(harness_->element, "analyses"), kWarmUp / 2 + kWarmUp);
  EXPECT_EQ(counter(harness_->element, "frames"), 2 * kWarmUp);
}

TEST_F(OmvMotion, FramesWithoutTimeGoByTheirRate) {
  set("rate", "2.5");
  start();
  for (int i = 0; i < 20; ++i) {
    GstBuffer* frame = buffer_of(picture(i < 18 ? -1 : 40));
    GST_BUFFER_PTS(frame) = GST_CLOCK_TIME_NONE;
    ASSERT_EQ(gst_harness_push(harness_, frame), GST_FLOW_OK);
  }
  EXPECT_EQ(counter(harness_->element, "analyses"), 10u);
  EXPECT_EQ(triggers(), 1u);
}

TEST_F(OmvMotion, LooksAtJpegAndPassesDamagedFrames) {
  start("image/jpeg");
  const Bytes still = jpeg_of(picture());
  for (guint64 i = 0; i < kWarmUp; ++i) push_jpeg(still);
  const Bytes half(still.begin(), still.begin() + static_cast<std::ptrdiff_t>(still.size() / 2));
  push_jpeg(half);
  EXPECT_NE(trouble(GST_MESSAGE_WARNING).find("without looking for motion (1 so far)"), std::string::npos);
  push_jpeg({});
  push_jpeg({0xFF, 0xD8, 0xFF});
  push_jpeg(jpeg_of(picture(48)));
  EXPECT_EQ(counter(harness_->element, "damaged"), 3u);
  EXPECT_EQ(gst_harness_buffers_received(harness_), kWarmUp + 4);
  EXPECT_EQ(triggers(), 1u);
}

TEST_F(OmvMotion, FlushAndAnotherFormatForgetTheScene) {
  start();
  warm_up();
  gst_harness_push_event(harness_, gst_event_new_flush_start());
  gst_harness_push_event(harness_, gst_event_new_flush_stop(TRUE));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(harness_, gst_event_new_segment(&segment));
  push(picture(48));
  EXPECT_EQ(triggers(), 0u);
  warm_up(picture(48));
  start("image/jpeg");
  push_jpeg(jpeg_of(picture(48)));
  EXPECT_EQ(triggers(), 0u);
}

TEST_F(OmvMotion, LostFramesLeaveTheSceneButAnotherTimeIsAnotherScene) {
  start();
  warm_up();
  time_ += GST_SECOND;
  GstBuffer* frame = buffer_of(picture(48));
  GST_BUFFER_FLAG_SET(frame, GST_BUFFER_FLAG_DISCONT);
  push(frame);
  EXPECT_EQ(triggers(), 1u);
  time_ += 60 * GST_SECOND;
  frame = buffer_of(picture(100));
  GST_BUFFER_FLAG_SET(frame, GST_BUFFER_FLAG_DISCONT);
  push(frame);
  EXPECT_EQ(triggers(), 1u);
}

TEST_F(OmvMotion, ZonesAreWrittenAsArraysAndMayChangeWhilePlaying) {
  set("zones", "<<0,0,40,120>,<120,0,40,120>>");
  start();
  warm_up();
  push(picture(64));
  EXPECT_EQ(triggers(), 0u);
  set("zones", "<40,0,80,120>");
  push(picture(64));
  EXPECT_EQ(triggers(), 1u);
  GValue zones = G_VALUE_INIT;
  g_value_init(&zones, GST_TYPE_ARRAY);
  g_object_get_property(G_OBJECT(harness_->element), "zones", &zones);
  gchar* text = gst_value_serialize(&zones);
  EXPECT_STREQ(text, "< (array)< (int)40, (int)0, (int)80, (int)120 > >");
  g_free(text);
  g_value_unset(&zones);
}

TEST_F(OmvMotion, ZonesOutsideOfThePictureAreWarnedAboutOnce) {
  set("zones", "<160,0,40,120>");
  start();
  push(picture());
  EXPECT_NE(trouble(GST_MESSAGE_WARNING).find("lie outside of the picture of 160x120"), std::string::npos);
  push(picture());
  set("zones", "<150,0,40,120>");
  push(picture());
  EXPECT_EQ(trouble(GST_MESSAGE_WARNING), "");
}

TEST_F(OmvMotion, ZonesThatAreNoneAreRefused) {
  start();
  warm_up();
  set("zones", "<40,0,80>");
  push(picture());
  EXPECT_NE(trouble(GST_MESSAGE_WARNING).find("is not <x,y,width,height>"), std::string::npos);
  push(picture(64));  // everywhere is still watched
  EXPECT_EQ(triggers(), 1u);
  for (const char* zones : {"<40,0,80>", "<<1,2,0,4>>", "<<1,2,3,4>,5>", "<a,b,c,d>"}) {
    Pipeline pipeline(std::string("videotestsrc num-buffers=1 ! omvmotion zones=\"") + zones + "\" ! fakesink");
    pipeline.set_state(GST_STATE_PLAYING);
    GstMessage* error = pipeline.wait_for(GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
    EXPECT_EQ(GST_MESSAGE_TYPE(error), GST_MESSAGE_ERROR) << zones;
    gst_message_unref(error);
  }
}

// What raises triggers between a source of one format and the next.
TEST(OmvMotionFormats, EveryKindOfFormatIsLookedAt) {
  for (const char* format :
       {"video/x-raw,format=GRAY8", "video/x-raw,format=I420", "video/x-raw,format=NV12", "video/x-raw,format=YUY2",
        "video/x-raw,format=UYVY", "video/x-raw,format=RGB", "video/x-raw,format=BGRx", "video/x-raw,format=RGB16",
        "video/x-raw,format=GRAY16_LE", "video/x-raw,format=RGB ! omvjpegenc", "video/x-raw,format=GRAY8 ! jpegenc"}) {
    Pipeline pipeline(
        "videotestsrc pattern=ball num-buffers=20 ! video/x-raw,width=161,height=121,framerate=10/1 ! videoconvert ! " +
        std::string(format) + " ! omvmotion name=motion rate=10 ! fakesink");
    pipeline.set_state(GST_STATE_PLAYING);
    GstMessage* end = pipeline.wait_for(GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
    EXPECT_EQ(GST_MESSAGE_TYPE(end), GST_MESSAGE_EOS) << format;
    gst_message_unref(end);
    EXPECT_EQ(counter(pipeline.child("motion"), "analyses"), 20u) << format;
    EXPECT_EQ(counter(pipeline.child("motion"), "damaged"), 0u) << format;
    EXPECT_EQ(counter(pipeline.child("motion"), "triggers"), 1u) << format;
  }
}

// People cross the lawn from 52 s to 72 s; nobody ever climbs the building.
TEST(OmvMotionFootage, FindsThePeopleAndNotTheNoise) {
  const char* root = g_getenv("OMV_SOURCE_ROOT");
  const auto footage = std::filesystem::path(root != nullptr ? root : ".") / "../shared/footage/pedestrians.avi";
  if (!std::filesystem::exists(footage)) GTEST_SKIP() << "no ../shared/footage/pedestrians.avi";
  GstElementFactory* decoder = gst_element_factory_find("avdec_msmpeg4v2");
  if (decoder == nullptr) GTEST_SKIP() << "no decoder for MS-MPEG4 (gstreamer1.0-libav)";
  gst_object_unref(decoder);
  Pipeline pipeline("filesrc location=" + footage.string() +
                    " ! decodebin ! videorate drop-only=true ! video/x-raw,framerate=5/2 ! jpegenc ! "
                    "omvmotion name=lawn zones=<0,340,380,236> ! "
                    "omvmotion name=building zones=<300,0,300,100> ! fakesink");
  pipeline.set_state(GST_STATE_PLAYING);
  std::vector<guint64> lawn;
  for (;;) {
    GstMessage* message = pipeline.wait_for(GST_MESSAGE_ELEMENT | GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    ASSERT_NE(message, nullptr);
    const bool ended = GST_MESSAGE_TYPE(message) != GST_MESSAGE_ELEMENT;
    guint64 when = 0;
    if (!ended && gst_message_has_name(message, "omv-trigger") &&
        GST_MESSAGE_SRC(message) == GST_OBJECT(pipeline.child("lawn")) &&
        gst_structure_get_uint64(gst_message_get_structure(message), "running-time", &when))
      lawn.push_back(when);
    EXPECT_NE(GST_MESSAGE_TYPE(message), GST_MESSAGE_ERROR);
    gst_message_unref(message);
    if (ended) break;
  }
  EXPECT_EQ(counter(pipeline.child("building"), "triggers"), 0u);
  ASSERT_GE(lawn.size(), 15u);
  EXPECT_GE(lawn.front(), 51 * GST_SECOND);
  EXPECT_LE(lawn.back(), 73 * GST_SECOND);
}

}  // namespace
}  // namespace omv::test
