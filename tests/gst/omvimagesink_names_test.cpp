// SPDX-License-Identifier: LGPL-2.1-or-later
// Names and messages of stills: indices, capture times, sources from outside, and multifilesink's fields.
#include <gmock/gmock.h>
#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "still_pipeline.h"

namespace {

using omv::test::Pipeline;
using omv::test::run;
using omv::test::stills_in;
using omv::test::TempDir;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kGray = "video/x-raw,format=GRAY8,width=16,height=16,framerate=10/1";

std::string pipeline_text(int frames, const std::string& location, const std::string& properties = "") {
  return "videotestsrc num-buffers=" + std::to_string(frames) + " ! " + kGray +
         " ! omvimagesink name=sink location=" + location + " " + properties;
}

guint64 number(const GstStructure* structure, const char* field) {
  guint64 value = 0;
  EXPECT_TRUE(gst_structure_get_uint64(structure, field, &value)) << field;
  return value;
}

TEST(OmvImageSinkNames, GoOnBehindTheIndexAndTakenNames) {
  const TempDir dir;
  omv::test::write_file(dir / "6.pgm", omv::as_bytes("a user's"));
  EXPECT_EQ(run(pipeline_text(3, dir / "%{index}.pgm", "index=5")).error, "");
  EXPECT_THAT(stills_in(dir / "."), ElementsAre("5.pgm", "6.pgm", "7.pgm", "8.pgm"));
  EXPECT_EQ(std::filesystem::file_size(dir / "6.pgm"), 8u);
}

TEST(OmvImageSinkNames, OverwriteOnlyWhenTold) {
  const TempDir dir;
  const auto careful = run(pipeline_text(3, dir / "x.pgm"));
  EXPECT_EQ(careful.error, "");
  ASSERT_THAT(careful.warnings, SizeIs(1));
  EXPECT_THAT(careful.warnings.front(), HasSubstr("x.pgm is there already; with %{index}"));
  omv::test::write_file(dir / "x.pgm", omv::as_bytes("old"));
  EXPECT_THAT(run(pipeline_text(3, dir / "x.pgm", "overwrite=true")).warnings, IsEmpty());
  EXPECT_GT(std::filesystem::file_size(dir / "x.pgm"), 200u);
}

TEST(OmvImageSinkNames, NeverLeaveTheirDirectory) {
  const TempDir dir;
  EXPECT_EQ(run(pipeline_text(1, dir / "in/%{source}.pgm", "source=../../../escaped")).error, "");
  EXPECT_THAT(stills_in(dir / "."), ElementsAre("in/_._.._.._escaped.pgm"));
}

TEST(OmvImageSinkNames, TakeTheDeviceFromTagsThatAreHostile) {
  const TempDir dir;
  const auto out = run("videotestsrc num-buffers=1 ! " + kGray + " ! taginject tags=device-model=\"/../etc/x\" ! " +
                       "omvimagesink location=" + (dir / "in/%{source}/%d.pgm"));
  EXPECT_EQ(out.error, "");
  EXPECT_THAT(stills_in(dir / "."), ElementsAre("in/_.._etc_x/0.pgm"));
}

TEST(OmvImageSinkNames, TellRunningTimes) {
  const TempDir dir;
  EXPECT_EQ(run(pipeline_text(3, dir / "%{running-time}.pgm")).error, "");
  EXPECT_THAT(stills_in(dir / "."), ElementsAre("0000h00m00s000.pgm", "0000h00m00s100.pgm", "0000h00m00s200.pgm"));
}

// A buffer whose metadata says when it was captured.
TEST(OmvImageSinkNames, TellTheTimeOfTheCaptureNotOfTheWriting) {
  setenv("TZ", "UTC", 1);
  tzset();
  const TempDir dir;
  Pipeline pipeline("appsrc name=in format=time caps=" + kGray +
                    " ! omvimagesink name=sink location=" + (dir / "%Y%m%d-%H%M%S-%{ms}.pgm"));
  pipeline.set_state(GST_STATE_PLAYING);
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, 256, nullptr);
  gst_buffer_memset(buffer, 0, 0, 256);
  GST_BUFFER_PTS(buffer) = 0;
  GstCaps* unix_time = gst_caps_new_empty_simple("timestamp/x-unix");
  gst_buffer_add_reference_timestamp_meta(buffer, unix_time, 1'700'000'000'042 * GST_MSECOND, GST_CLOCK_TIME_NONE);
  gst_caps_unref(unix_time);
  gst_app_src_push_buffer(GST_APP_SRC(pipeline.child("in")), buffer);
  gst_app_src_end_of_stream(GST_APP_SRC(pipeline.child("in")));
  gst_message_unref(pipeline.wait_for(GST_MESSAGE_EOS));
  EXPECT_THAT(stills_in(dir / "."), ElementsAre("20231114-221320-042.pgm"));
}

TEST(OmvImageSinkMessages, HaveTheFieldsOfMultifilesink) {
  const TempDir dir;
  Pipeline pipeline(pipeline_text(3, dir / "%05d.pgm", "post-messages=true source=cam1"));
  const gint64 before = g_get_real_time() * 1000;
  pipeline.set_state(GST_STATE_PLAYING);
  const auto saved = omv::test::saved_until_eos(pipeline);
  ASSERT_EQ(saved.size(), 3u);
  gint64 first = 0;
  gint64 last = 0;
  EXPECT_TRUE(gst_structure_get_int64(saved[0], "wall-clock", &first));
  EXPECT_TRUE(gst_structure_get_int64(saved[2], "wall-clock", &last));
  EXPECT_EQ(last - first, static_cast<gint64>(200 * GST_MSECOND)) << "as far apart as their timestamps";
  EXPECT_GE(last, before);
  gint index = 0;
  EXPECT_TRUE(gst_structure_get_int(saved[2], "index", &index));
  EXPECT_EQ(index, 2);
  EXPECT_EQ(gst_structure_get_string(saved[2], "filename"), dir / "00002.pgm");
  EXPECT_STREQ(gst_structure_get_string(saved[2], "source"), "cam1");
  EXPECT_STREQ(gst_structure_get_string(saved[2], "variant"), "");
  EXPECT_EQ(number(saved[2], "bytes"), std::filesystem::file_size(dir / "00002.pgm"));
  for (const char* field : {"timestamp", "stream-time", "running-time"})
    EXPECT_EQ(number(saved[2], field), 200 * GST_MSECOND) << field;
  EXPECT_EQ(number(saved[2], "duration"), 100 * GST_MSECOND);
  EXPECT_EQ(number(saved[2], "offset"), 2u);
  EXPECT_EQ(number(saved[2], "offset-end"), 3u);
  for (GstStructure* structure : saved) gst_structure_free(structure);
}

// What was told of a file before it had its name.
struct ReadyFile {
  std::string path;
  guint64 bytes = 0;
  bool was_there = false;
};

void keep_ready(GstElement*, const gchar* location, guint64 bytes, gint64, gpointer files) {
  static_cast<std::vector<ReadyFile>*>(files)->push_back({location, bytes, std::filesystem::exists(location)});
}

TEST(OmvImageSinkMessages, SayWhichFileIsAboutToGetItsName) {
  const TempDir dir;
  std::vector<ReadyFile> ready;
  {
    Pipeline pipeline(pipeline_text(3, dir / "%{index}.pgm"));
    g_signal_connect(pipeline.child("sink"), "file-ready", G_CALLBACK(keep_ready), &ready);
    pipeline.set_state(GST_STATE_PLAYING);
    gst_message_unref(pipeline.wait_for(GST_MESSAGE_EOS));
  }
  ASSERT_THAT(ready, SizeIs(3));
  for (const ReadyFile& file : ready) {
    EXPECT_FALSE(file.was_there) << file.path;
    EXPECT_EQ(file.bytes, std::filesystem::file_size(file.path));
  }
}

TEST(OmvImageSinkMessages, ComeAfterTheFileHasItsName) {
  const TempDir dir;
  Pipeline pipeline(pipeline_text(20, dir / "%05d.pgm", "post-messages=true"));
  pipeline.set_state(GST_STATE_PLAYING);
  for (int i = 0; i < 20; ++i) {
    GstMessage* message = pipeline.wait_for(GST_MESSAGE_ELEMENT);
    ASSERT_NE(message, nullptr);
    EXPECT_TRUE(std::filesystem::exists(gst_structure_get_string(gst_message_get_structure(message), "filename")));
    gst_message_unref(message);
  }
}

}  // namespace
