// SPDX-License-Identifier: LGPL-2.1-or-later
// What omvsrc says when something is wrong: one sentence that names what is wrong and what would be right.
#include <gmock/gmock.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "camera_pipeline.h"
#include "odd_cameras.h"
#include "omv/camera/discovery.h"
#include "temp_dir.h"

namespace omv::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::string> errors_now(Pipeline& pipeline) {
  std::vector<std::string> errors;
  GstBus* bus = gst_element_get_bus(pipeline.get());
  while (GstMessage* message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR)) {
    Outcome outcome;
    take_message(message, outcome);
    errors.push_back(outcome.error);
    gst_message_unref(message);
  }
  gst_object_unref(bus);
  return errors;
}

// Errors of the state change itself.
std::vector<std::string> refused(const std::string& properties) {
  Pipeline pipeline("omvsrc " + properties + " ! fakesink");
  EXPECT_EQ(pipeline.set_state(GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE) << properties;
  return errors_now(pipeline);
}

// Errors of the streaming thread, up to the end of the stream, which comes in any case.
std::vector<std::string> failures(const std::string& source, const std::string& rest = " ! fakesink async=false") {
  Pipeline pipeline(source + rest);
  EXPECT_NE(pipeline.set_state(GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE) << source;
  return errors_until_end(pipeline);
}

// ---- properties ----------------------------------------------------------------------------------------------------

TEST(OmvsrcProperties, ABadDeviceIsRefused) {
  EXPECT_THAT(refused("device=camera1"), ElementsAre(AllOf(HasSubstr("device 'camera1'"), HasSubstr("/dev/ttyACM0"),
                                                           HasSubstr("tcp://host:port"), HasSubstr("emulator:"))));
  EXPECT_THAT(refused("device=tcp://host"), ElementsAre(AllOf(HasSubstr("'tcp://host'"), HasSubstr("port"))));
  EXPECT_THAT(refused("device=tcp://host:99999"), ElementsAre(HasSubstr("1 to 65535")));
}

TEST(OmvsrcProperties, BadEmulatorOptionsAreRefused) {
  EXPECT_THAT(refused("device=\"emulator:?fpz=1\""),
              ElementsAre(AllOf(StartsWith("device 'emulator:?fpz=1'"), HasSubstr("'fpz'"), HasSubstr("fps"))));
  EXPECT_THAT(refused("device=\"emulator:?fps=abc\""), ElementsAre(AllOf(HasSubstr("device"), HasSubstr("fps=abc"))));
}

TEST(OmvsrcProperties, BadFormatsAndSizesAreRefused) {
  EXPECT_THAT(refused("device=emulator: pixformat=RGBA"),
              ElementsAre(AllOf(HasSubstr("pixformat 'RGBA'"), HasSubstr("GRAYSCALE, RGB565"))));
  EXPECT_THAT(refused("device=emulator: framesize=huge"),
              ElementsAre(AllOf(HasSubstr("framesize 'huge'"), HasSubstr("QVGA"))));
  EXPECT_THAT(refused("device=emulator: framesize=2593x1944"), ElementsAre(HasSubstr("framesize '2593x1944'")));
}

TEST(OmvsrcProperties, BadScriptsAreRefused) {
  const TempDir dir;
  write_file(dir / "empty.py", {});
  write_file(dir / "binary.py", Bytes{'a', '\n', 0, 'b'});
  write_file(dir / "big.py", Bytes(1024 * 1024 + 1, '#'));
  const auto script = [&](const std::string& name) { return refused("device=emulator: script=" + (dir / name)); };
  EXPECT_THAT(script("none.py"), ElementsAre(AllOf(HasSubstr("script '"), HasSubstr("none.py': No such file"))));
  EXPECT_THAT(script(""), ElementsAre(HasSubstr("Is a directory")));
  EXPECT_THAT(script("empty.py"), ElementsAre(HasSubstr("is empty")));
  EXPECT_THAT(script("binary.py"), ElementsAre(HasSubstr("byte 2 is NUL")));
  EXPECT_THAT(script("big.py"), ElementsAre(HasSubstr("larger than 1048576 bytes")));
}

TEST(OmvsrcProperties, ScriptsExcludeEachOtherAndTheSettingsOfTheBuiltInOne) {
  EXPECT_THAT(refused("script=/tmp/a.py script-text=pass"),
              ElementsAre(AllOf(HasSubstr("script '/tmp/a.py'"), HasSubstr("script-text"))));
  EXPECT_THAT(refused("script-text=pass pixformat=RGB565"),
              ElementsAre(AllOf(HasSubstr("pixformat 'RGB565'"), HasSubstr("script-text"))));
  EXPECT_THAT(refused("script-text=pass framesize=VGA"), ElementsAre(HasSubstr("framesize 'VGA'")));
}

TEST(OmvsrcProperties, ACorrectedElementStarts) {
  Pipeline pipeline(capture("nonsense"));
  ASSERT_EQ(pipeline.set_state(GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
  pipeline.set_state(GST_STATE_NULL);
  g_object_set(pipeline.child("src"), "device", "emulator:", nullptr);
  pipeline.set_state(GST_STATE_PLAYING);
  EXPECT_EQ(pull(pipeline, 1).size(), 1u);
}

// ---- no camera -----------------------------------------------------------------------------------------------------

TEST(OmvsrcFailures, WithoutACameraTheCandidatesAreNamed) {
  const auto ports = camera::find_serial_ports();
  if (!ports.empty() && !ports.front().board.empty()) GTEST_SKIP() << "there is a camera";
  const auto errors = failures("omvsrc");
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_THAT(errors[0], AllOf(StartsWith("No camera: "), HasSubstr("tcp://host:port"), HasSubstr("emulator:")));
  for (const camera::SerialPort& port : ports) EXPECT_THAT(errors[0], HasSubstr(port.path));
}

TEST(OmvsrcFailures, ADeviceThatIsNotThere) {
  const TempDir dir;
  EXPECT_THAT(failures("omvsrc device=" + (dir / "ttyACM0")),
              ElementsAre(AllOf(StartsWith("No camera: " + (dir / "ttyACM0")), HasSubstr("no such device"))));
}

TEST(OmvsrcFailures, ADeviceThatIsNoSerialPort) {
  EXPECT_THAT(failures("omvsrc device=/dev/null"),
              ElementsAre(AllOf(StartsWith("No camera: /dev/null"), HasSubstr("not a serial port"))));
}

TEST(OmvsrcFailures, APortThatIsInUse) {
  const auto server = serve_pty(kFast);
  Pipeline first(capture(server->path()));
  first.set_state(GST_STATE_PLAYING);
  ASSERT_EQ(pull(first, 1).size(), 1u);
  EXPECT_THAT(failures("omvsrc device=" + server->path()), ElementsAre(HasSubstr("in use")));
}

TEST(OmvsrcFailures, ARecordingThatIsNotThere) {
  EXPECT_THAT(failures("omvsrc device=\"emulator:?file=/does/not/exist.bin\""),
              ElementsAre(HasSubstr("/does/not/exist.bin: No such file")));
}

TEST(OmvsrcFailures, NobodyListens) {
  std::string address;
  {
    const OddCamera gone(babble);
    address = gone.address();
  }
  EXPECT_THAT(failures("omvsrc device=" + address), ElementsAre("No camera: " + address + ": Connection refused"));
}

TEST(OmvsrcFailures, ConnectingTakesTooLong) {
  const BusyPort busy;
  EXPECT_THAT(failures("omvsrc timeout=200 device=" + busy.address()), ElementsAre(HasSubstr(busy.address())));
}

TEST(OmvsrcFailures, ACameraThatNeverAnswers) {
  OddCamera mute(silence());
  EXPECT_THAT(failures("omvsrc timeout=200 device=" + mute.address()),
              ElementsAre(AllOf(StartsWith("No camera: " + mute.address()), HasSubstr("200 ms"))));
}

TEST(OmvsrcFailures, ACameraThatTalksNonsense) {
  OddCamera babbler(babble);
  EXPECT_THAT(failures("omvsrc timeout=200 device=" + babbler.address()),
              ElementsAre(StartsWith("No camera: " + babbler.address())));
}

TEST(OmvsrcFailures, ACameraThatHangsUpAtOnce) {
  OddCamera rude([](camera::Transport&) {});
  EXPECT_THAT(failures("omvsrc device=" + rude.address()), ElementsAre(StartsWith("No camera: " + rude.address())));
}

// ---- a lost camera -------------------------------------------------------------------------------------------------

TEST(OmvsrcFailures, ACameraThatVanishesInTheMiddleOfAFrame) {
  OddCamera camera(cut_after(kFast + "&size=QVGA", 5 * 320 * 240));  // two and a half frames
  Pipeline pipeline(capture(camera.address(), "stream=raw reconnect=false overflow=block"));
  pipeline.set_state(GST_STATE_PLAYING);
  EXPECT_THAT(sequences_of(pull(pipeline, 10)), ElementsAre(0, 1));
  EXPECT_EQ(field(wait_for_structure(pipeline, "omv-camera"), "state"), "found");
  EXPECT_EQ(field(wait_for_structure(pipeline, "omv-camera"), "state"), "lost");
  EXPECT_THAT(errors_until_end(pipeline),
              ElementsAre(AllOf(StartsWith("The camera is lost: " + camera.address()), HasSubstr("closed"))));
}

TEST(OmvsrcFailures, EveryPlaceToVanishGivesOneError) {
  for (std::size_t bytes = 1; bytes < 2000; bytes += 97) {
    OddCamera camera(cut_after(kFast + "&size=64x48&format=grayscale", bytes));
    EXPECT_THAT(failures("omvsrc stream=raw reconnect=false device=" + camera.address()),
                ElementsAre(HasSubstr(camera.address())))
        << bytes;
  }
}

TEST(OmvsrcFailures, ACameraWithoutFrames) {
  EXPECT_THAT(failures("omvsrc timeout=200 reconnect=false device=\"emulator:?fps=0.01\""),
              ElementsAre(AllOf(StartsWith("The camera is lost: "), HasSubstr("no frame for 200 ms"))));
}

// ---- downstream ----------------------------------------------------------------------------------------------------

TEST(OmvsrcFailures, FramesThatDownstreamDoesNotTake) {
  EXPECT_THAT(failures("omvsrc device=emulator:", " ! video/x-raw,format=GRAY8 ! fakesink async=false"),
              ElementsAre(AllOf(HasSubstr("image/jpeg 320x240"), HasSubstr("video/x-raw, format=(string)GRAY8"),
                                HasSubstr("stream=raw"))));
  EXPECT_THAT(failures("omvsrc stream=raw device=emulator:", " ! video/x-raw,format=GRAY8 ! fakesink async=false"),
              ElementsAre(AllOf(HasSubstr("video/x-raw RGB16 320x240"), HasSubstr("videoconvert"))));
  EXPECT_THAT(failures("omvsrc device=emulator:", " ! videoconvert ! fakesink async=false"),
              ElementsAre(HasSubstr("jpegdec")));
}

TEST(OmvsrcFailures, StoppingIsNoError) {
  for (int round = 0; round < 10; ++round) {
    Pipeline pipeline(emulated(kFast));
    pipeline.set_state(GST_STATE_PLAYING);
    if (round > 5) pull(pipeline, 1);
    GstBus* bus = gst_element_get_bus(pipeline.get());
    gst_element_set_state(pipeline.child("src"), GST_STATE_NULL);
    GstMessage* message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR);
    EXPECT_EQ(message, nullptr) << round;
    gst_clear_message(&message);
    gst_object_unref(bus);
  }
}

}  // namespace
}  // namespace omv::test
