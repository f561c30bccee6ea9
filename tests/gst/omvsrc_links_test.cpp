// SPDX-License-Identifier: LGPL-2.1-or-later
// omvsrc by the kind of its link: UDP, and serial ports by number or by being the first.
#include <gmock/gmock.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "camera_pipeline.h"
#include "fake_machine.h"
#include "omv/emulator/udp_server.h"

namespace omv::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::unique_ptr<emulator::UdpServer> serve_udp(const std::string& options) {
  auto camera = emulator::Emulator::create(emulator::udp_defaults(*emulator::parse_options(options)));
  EXPECT_TRUE(camera) << camera.error().message;
  auto server = emulator::UdpServer::start(*std::move(camera), "127.0.0.1", 0);
  EXPECT_TRUE(server) << server.error().message;
  return *std::move(server);
}

TEST(OmvsrcLinks, CapturesOverUdp) {
  const auto camera = serve_udp(kFast + "&size=QQVGA");
  for (const char* stream : {"stream=raw", "stream=jpeg"}) {
    const Outcome outcome = run(capture(camera->address(), std::string(stream) + " num-buffers=5"));
    ASSERT_EQ(outcome.error, "") << stream;
    const auto sequences = sequences_of(outcome.frames);
    EXPECT_THAT(sequences, testing::SizeIs(5)) << stream;
    EXPECT_THAT(sequences, testing::Each(testing::Ge(0))) << stream;
  }
}

TEST(OmvsrcLinks, SaysThatNoUdpCameraListens) {
  const std::string address = serve_udp("")->address();  // and gone again
  EXPECT_THAT(run(capture(address)).error, HasSubstr("nothing listens"));
}

class OmvsrcPorts : public testing::Test {
 protected:
  void SetUp() override { machine.enter(); }
  void plug_in(const std::string& name, const emulator::PtyServer& camera, const std::string& serial) {
    machine.plug_in(name, "37c5", "1060", serial);
    std::filesystem::create_symlink(camera.path(), machine.node(name));
  }

  FakeMachine machine;
};

TEST_F(OmvsrcPorts, FindsItsCameraOnAnotherPort) {
  const auto camera = serve_pty(kFast + "&size=64x64");
  const auto other = serve_pty(kFast + "&size=80x64");
  plug_in("ttyACM0", *other, "B");
  plug_in("ttyACM1", *camera, "A");
  EXPECT_EQ(short_caps(run(capture("serial:a", "stream=raw num-buffers=1")).frames.at(0)), "video/x-raw RGB16 64x64");
  machine.unplug("ttyACM0");
  machine.unplug("ttyACM1");
  std::filesystem::remove(machine.node("ttyACM0"));
  plug_in("ttyACM0", *camera, "A");
  EXPECT_EQ(short_caps(run(capture("serial:a", "stream=raw num-buffers=1")).frames.at(0)), "video/x-raw RGB16 64x64");
}

TEST_F(OmvsrcPorts, SaysWhichCamerasThereAreInstead) {
  const auto camera = serve_pty(kFast);
  plug_in("ttyACM0", *camera, "A");
  EXPECT_THAT(run(capture("serial:B")).error, HasSubstr("serial:A"));
}

TEST_F(OmvsrcPorts, TakesTheFirstCamera) {
  const auto camera = serve_pty(kFast + "&size=64x64");
  plug_in("ttyACM7", *camera, "A");
  const Outcome outcome = run("omvsrc stream=raw num-buffers=3" + kAppSink);
  EXPECT_THAT(sequences_of(outcome.frames), ElementsAre(0, 1, 2)) << outcome.error;
}

}  // namespace
}  // namespace omv::test
