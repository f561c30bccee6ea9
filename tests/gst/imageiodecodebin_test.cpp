// SPDX-License-Identifier: LGPL-2.1-or-later
// imageiodecodebin alone and as playbin and decodebin use it.
#include <gst/gst.h>
#include <gtest/gtest.h>

#include "pipeline.h"
#include "recording_bytes.h"
#include "temp_dir.h"

namespace omv::test {
namespace {

// A recording that GStreamer's own encoders fill: raw, then JPEG, then Bayer, then PNG, then raw of another size.
void record(const std::string& path, const std::string& frames) {
  const Outcome outcome = run("videotestsrc num-buffers=2 ! " + frames + " ! imageiomux ! filesink location=" + path);
  ASSERT_TRUE(outcome.eos) << outcome.error;
}

Bytes mixed_by_gstreamer(const TempDir& dir) {
  const char* kinds[] = {"video/x-raw,format=RGB16,width=64,height=48",
                         "video/x-raw,width=33,height=17 ! jpegenc",
                         "video/x-bayer,format=rggb,width=32,height=24",
                         "video/x-raw,format=RGB,width=20,height=10 ! pngenc",
                         "video/x-raw,format=YUY2,width=33,height=5,colorimetry=1:4:0:0",
                         "video/x-raw,format=GRAY8,width=33,height=17"};
  Bytes all = recording("V2.0", {});
  for (const char* kind : kinds) {
    const std::string path = dir / "part.bin";
    record(path, kind);
    const Bytes part = read_file(path);
    append(all, ConstByteSpan(part).subspan(16));
  }
  return all;
}

TEST(ImageioDecodeBin, DecodesEveryFormatToRawVideo) {
  const TempDir dir;
  write_file(dir / "mixed.bin", mixed_by_gstreamer(dir));
  for (const char* player : {"imageiodecodebin", "decodebin"}) {
    SCOPED_TRACE(player);
    const Outcome outcome = run("filesrc location=" + (dir / "mixed.bin") + " ! " + player +
                                " ! videoconvert ! video/x-raw,format=RGB" + kAppSink);
    ASSERT_TRUE(outcome.eos) << outcome.error;
    ASSERT_EQ(outcome.frames.size(), 12u);
    EXPECT_EQ(outcome.frames[2].bytes.size(), 100u * 17u);
    EXPECT_EQ(outcome.frames[4].bytes.size(), 96u * 24u);
  }
}

TEST(ImageioDecodeBin, PlaybinPlaysItFromStartToEnd) {
  const TempDir dir;
  write_file(dir / "mixed.bin", mixed_by_gstreamer(dir));
  for (const char* player : {"playbin"}) {
    SCOPED_TRACE(player);
    Pipeline pipeline(std::string(player) + " uri=file://" + (dir / "mixed.bin") +
                      " video-sink=\"fakesink sync=false\"");
    pipeline.set_state(GST_STATE_PLAYING);
    GstMessage* message = pipeline.wait_for(GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    ASSERT_NE(message, nullptr);
    EXPECT_EQ(GST_MESSAGE_TYPE(message), GST_MESSAGE_EOS);
    gst_message_unref(message);
    GstElement* sink = nullptr;
    g_object_get(pipeline.get(), "video-sink", &sink, nullptr);
    EXPECT_EQ(rendered(sink), 12u);
    gst_object_unref(sink);
  }
}

TEST(ImageioDecodeBin, SeeksAcrossFormatChanges) {
  const TempDir dir;
  write_file(dir / "mixed.bin", mixed_by_gstreamer(dir));
  Pipeline pipeline("filesrc location=" + (dir / "mixed.bin") + " ! imageiodecodebin ! videoconvert" + kAppSink);
  ASSERT_TRUE(pipeline.reach(GST_STATE_PAUSED));
  const std::pair<gint64, const char*> targets[] = {{10, "width=(int)33, height=(int)17"},
                                                    {3, "width=(int)33, height=(int)17"},
                                                    {6, "width=(int)20, height=(int)10"},
                                                    {0, "width=(int)64, height=(int)48"}};
  for (const auto& [frame, size] : targets) {
    ASSERT_TRUE(
        pipeline.seek(1.0, GST_FORMAT_DEFAULT, GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_KEY_UNIT, GST_SEEK_TYPE_SET, frame));
    GstSample* sample = gst_app_sink_try_pull_preroll(GST_APP_SINK(pipeline.child("out")), kMaxWait);
    ASSERT_NE(sample, nullptr) << "frame " << frame;
    EXPECT_NE(receive(sample).caps.find(size), std::string::npos) << frame << ": " << receive(sample).caps;
    gst_sample_unref(sample);
  }
}

TEST(ImageioDecodeBin, AnEmptyRecordingEnds) {
  const TempDir dir;
  write_file(dir / "empty.bin", recording("V2.0", {}));
  for (const char* player : {"imageiodecodebin", "decodebin"}) {
    const Outcome outcome = run("filesrc location=" + (dir / "empty.bin") + " ! " + player + " ! fakesink");
    EXPECT_TRUE(outcome.eos) << player << ": " << outcome.error;
  }
}

}  // namespace
}  // namespace omv::test
