// SPDX-License-Identifier: LGPL-2.1-or-later
// Scripts, their words and their ends; who the camera is; statistics; URIs.
#include <gmock/gmock.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <string>

#include "camera_pipeline.h"
#include "camera_wire.h"
#include "odd_cameras.h"
#include "temp_dir.h"

namespace omv::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The emulator goes by the first line and complains about what it does not know.
constexpr const char* kScript = "# omv-capture: pixformat=GRAYSCALE framesize=65x49 colour=blue\\nwhile True: pass\\n";

std::string structure_text(Pipeline& pipeline, const char* property) {
  GstStructure* structure = nullptr;
  g_object_get(pipeline.child("src"), property, &structure, nullptr);
  if (structure == nullptr) return "";
  gchar* text = gst_structure_to_string(structure);
  std::string result = text;
  g_free(text);
  gst_structure_free(structure);
  return result;
}

guint64 counter(Pipeline& pipeline, const char* name) {
  GstStructure* stats = nullptr;
  guint64 value = 0;
  g_object_get(pipeline.child("src"), "stats", &stats, nullptr);
  EXPECT_TRUE(gst_structure_get_uint64(stats, name, &value)) << name;
  gst_structure_free(stats);
  return value;
}

// ---- scripts -------------------------------------------------------------------------------------------------------

TEST(OmvsrcConsole, DeliversScriptText) {
  const Outcome outcome = run(emulated(kFast, "num-buffers=2 stream=raw script-text=\"" + std::string(kScript) + "\""));
  ASSERT_EQ(outcome.frames.size(), 2u) << outcome.error;
  EXPECT_EQ(short_caps(outcome.frames[0]), "video/x-raw GRAY8 65x49");
}

TEST(OmvsrcConsole, DeliversScriptFiles) {
  const TempDir dir;
  write_file(dir / "capture.py", Bytes(as_bytes("# omv-capture: framesize=QQVGA\n").begin(),
                                       as_bytes("# omv-capture: framesize=QQVGA\n").end()));
  const Outcome outcome = run(emulated(kFast, "num-buffers=1 script=" + (dir / "capture.py")));
  ASSERT_EQ(outcome.frames.size(), 1u) << outcome.error;
  EXPECT_EQ(short_caps(outcome.frames[0]), "image/jpeg 160x120");
}

TEST(OmvsrcConsole, PostsWhatHappens) {
  Pipeline pipeline(
      emulated(kFast + "&board=h7plus&id=0123456789abcdef01234567", "script-text=\"" + std::string(kScript) + "\""));
  pipeline.set_state(GST_STATE_PLAYING);
  const MessagePtr camera = wait_for_structure(pipeline, "omv-camera");
  EXPECT_EQ(field(camera, "state"), "found");
  EXPECT_THAT(field(camera, "board"), HasSubstr("H7 Plus"));
  EXPECT_EQ(field(camera, "serial"), "0123456789ABCDEF01234567");
  EXPECT_EQ(field(camera, "firmware"), "5.0.0");
  EXPECT_EQ(field(camera, "protocol"), "v2");
  EXPECT_EQ(field(wait_for_structure(pipeline, "omv-script"), "state"), "running");
  std::string line;
  while (line.find("colour=blue") == std::string::npos) {
    const MessagePtr message = wait_for_structure(pipeline, "omv-stdout");
    ASSERT_NE(message, nullptr);
    line = field(message, "line");
    EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos);
    EXPECT_FALSE(line.starts_with(">>>")) << line;
  }
}

TEST(OmvsrcConsole, SaysThatTheScriptHasEnded) {
  Pipeline pipeline("omvsrc device=\"emulator:?" + kFast + "&frames=2\" ! fakesink async=false");
  pipeline.set_state(GST_STATE_PLAYING);
  EXPECT_EQ(field(wait_for_structure(pipeline, "omv-script"), "state"), "running");
  const MessagePtr end = wait_for_structure(pipeline, "omv-script");
  EXPECT_EQ(field(end, "state"), "ended");
  EXPECT_EQ(field(end, "error"), "");
  EXPECT_TRUE(ends(pipeline));
}

// The traceback comes after the end of the script, and before the end of the stream.
TEST(OmvsrcConsole, WarnsWhenTheScriptHasFailed) {
  camera::test::ListProvider provider;
  provider.frames = {camera::test::raw_frame(PixelFormat::grayscale, 32, 16)};
  provider.interval = Time(0);
  provider.count = 3;
  provider.text_per_frame =
      "Traceback (most recent call last):\n  File \"<stdin>\", line 7, in <module>\nValueError: no sensor\n";
  OddCamera camera(camera_showing(provider));
  const Outcome outcome = run(capture(camera.address(), "stream=raw overflow=block reconnect=false"));
  EXPECT_TRUE(outcome.eos) << outcome.error;
  EXPECT_EQ(outcome.frames.size(), 3u);
  EXPECT_THAT(outcome.warnings, ElementsAre("The camera's script has failed: ValueError: no sensor"));
}

// ---- properties ----------------------------------------------------------------------------------------------------

TEST(OmvsrcConsole, CountersOutliveTheCapture) {
  Pipeline pipeline(emulated(kFast, "num-buffers=5"));
  pipeline.set_state(GST_STATE_PLAYING);
  ASSERT_EQ(pull(pipeline, 5).size(), 5u);
  pipeline.set_state(GST_STATE_NULL);
  EXPECT_THAT(structure_text(pipeline, "stats"), HasSubstr("frames=(guint64)5"));
}

TEST(OmvsrcConsole, KnowsTheCamera) {
  Pipeline pipeline(emulated(kFast + "&board=n6"));
  EXPECT_EQ(structure_text(pipeline, "camera"), "");
  pipeline.set_state(GST_STATE_PLAYING);
  ASSERT_EQ(pull(pipeline, 1).size(), 1u);
  EXPECT_THAT(structure_text(pipeline, "camera"), HasSubstr("N6"));
}

TEST(OmvsrcConsole, CountsFramesAndBytes) {
  Pipeline pipeline(emulated(kFast + "&size=33x17&format=grayscale", "stream=raw num-buffers=5"));
  EXPECT_EQ(counter(pipeline, "frames"), 0u);
  pipeline.set_state(GST_STATE_PLAYING);
  ASSERT_EQ(pull(pipeline, 10).size(), 5u);
  EXPECT_EQ(counter(pipeline, "frames"), 5u);
  EXPECT_EQ(counter(pipeline, "bytes"), 5u * 33 * 17);
  for (const char* name :
       {"dropped-corrupt", "dropped-resync", "dropped-refused", "crc-errors", "sequence-errors", "timeouts", "resyncs"})
    EXPECT_EQ(counter(pipeline, name), 0u) << name;
  EXPECT_GT(counter(pipeline, "latency"), 0u);
}

// ---- URIs ----------------------------------------------------------------------------------------------------------

std::string device_of_uri(const std::string& uri) {
  GstElement* source = gst_element_make_from_uri(GST_URI_SRC, uri.c_str(), nullptr, nullptr);
  EXPECT_NE(source, nullptr) << uri;
  if (source == nullptr) return "";
  gst_object_ref_sink(source);
  gchar* text = nullptr;
  g_object_get(source, "device", &text, nullptr);
  const std::string device = text != nullptr ? text : "";
  g_free(text);
  gst_object_unref(source);
  return device;
}

TEST(OmvsrcUri, StandsForADevice) {
  EXPECT_EQ(device_of_uri("omv://"), "");
  EXPECT_EQ(device_of_uri("omv:///dev/ttyACM0"), "/dev/ttyACM0");
  EXPECT_EQ(device_of_uri("omv://127.0.0.1:5555"), "tcp://127.0.0.1:5555");
  EXPECT_EQ(device_of_uri("omv://udp/openmv.local"), "udp://openmv.local");
  EXPECT_EQ(device_of_uri("omv://udp/[::1]:5555"), "udp://[::1]:5555");
  EXPECT_EQ(device_of_uri("omv://udp:5555"), "tcp://udp:5555");
  EXPECT_EQ(device_of_uri("omv://serial/123ABC"), "serial:123ABC");
  EXPECT_EQ(device_of_uri("omv://[::1]:5555"), "tcp://[::1]:5555");
  EXPECT_EQ(device_of_uri("omv://emulator"), "emulator:");
  EXPECT_EQ(device_of_uri("omv://emulator?size=VGA&fps=0"), "emulator:?size=VGA&fps=0");
  EXPECT_EQ(device_of_uri("omv://emulator/?fps=0"), "emulator:?fps=0");
  EXPECT_EQ(device_of_uri("omv://emulator2:5555"), "tcp://emulator2:5555");
}

TEST(OmvsrcUri, IsReadBack) {
  for (const std::string uri : {"omv://", "omv:///dev/ttyACM0", "omv://127.0.0.1:5555", "omv://udp/h:7",
                                "omv://serial/1A", "omv://emulator?size=VGA"}) {
    GstElement* source = gst_element_make_from_uri(GST_URI_SRC, uri.c_str(), nullptr, nullptr);
    ASSERT_NE(source, nullptr) << uri;
    gchar* read_back = gst_uri_handler_get_uri(GST_URI_HANDLER(source));
    EXPECT_EQ(read_back, uri);
    g_free(read_back);
    gst_object_unref(gst_object_ref_sink(source));
  }
}

TEST(OmvsrcUri, ThatIsWrongIsExplained) {
  GError* error = nullptr;
  EXPECT_EQ(gst_element_make_from_uri(GST_URI_SRC, "omv://emulator?fpz=1", nullptr, &error), nullptr);
  ASSERT_NE(error, nullptr);
  EXPECT_THAT(error->message, HasSubstr("fpz"));
  g_clear_error(&error);
}

TEST(OmvsrcUri, PlaysInPlaybin) {
  const Outcome outcome = run("playbin uri=\"omv://emulator?frames=5&fps=0\" video-sink=\"fakesink sync=false\"");
  EXPECT_TRUE(outcome.eos) << outcome.error;
}

}  // namespace
}  // namespace omv::test
