// SPDX-License-Identifier: LGPL-2.1-or-later
// From addresses to links and options, on made-up machines with pseudo-terminals for ports.
#include "omv/camera/open_link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "fake_machine.h"
#include "omv/camera/transport/serial_transport.h"
#include "omv/camera/transport/tcp_transport.h"

namespace omv::camera {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

std::shared_ptr<Cancellation> cancellation() { return std::make_shared<Cancellation>(); }

Result<std::unique_ptr<Transport>> open(const std::string& device) {
  return open_link(*parse_device_address(device), 10s, cancellation());
}

class OpenLink : public testing::Test {
 protected:
  void SetUp() override {
    machine.enter();
    auto made = open_pseudo_terminal(cancellation());
    ASSERT_TRUE(made) << made.error().message;
    terminal = *std::move(made);
  }
  void plug_in(const std::string& name, const std::string& serial) {
    machine.plug_in(name, "37c5", "1060", serial);
    std::filesystem::create_symlink(terminal.path, machine.node(name));
  }

  test::FakeMachine machine;
  PseudoTerminal terminal;
};

TEST_F(OpenLink, FindsACameraBySerialNumberWhereverItIs) {
  plug_in("ttyACM0", "123ABC");
  EXPECT_TRUE(open("serial:123abc"));
  machine.unplug("ttyACM0");
  EXPECT_THAT(open("serial:123abc").error().message, HasSubstr("no camera is"));
  plug_in("ttyACM5", "123ABC");
  const auto link = open("serial:123abc");
  ASSERT_TRUE(link) << link.error().message;
  EXPECT_EQ((*link)->describe(), machine.node("ttyACM5"));
}

TEST_F(OpenLink, SaysWhatIsThereWhenAPortIsNot) {
  plug_in("ttyACM5", "123ABC");
  const auto link = open("/dev/ttyNoSuchDevice");
  ASSERT_FALSE(link);
  EXPECT_THAT(link.error().message,
              AllOf(HasSubstr("/dev/ttyNoSuchDevice"), HasSubstr(machine.node("ttyACM5") + " (OpenMV RT1062")));
}

TEST_F(OpenLink, OpensTcpAndUdp) {
  auto listener = TcpListener::listen("127.0.0.1", 0);
  const std::string address = "127.0.0.1:" + std::to_string(listener->port());
  EXPECT_TRUE(open("tcp://" + address));
  EXPECT_EQ((*open("udp://" + address))->describe(), "udp://" + address);
  EXPECT_EQ(open("emulator:").error().code, Errc::unsupported);
}

TEST_F(OpenLink, FindsTheFirstCamera) {
  EXPECT_THAT(find_first_camera().error().message, HasSubstr("no serial port"));
  machine.plug_in("ttyUSB0", "10c4", "ea60");
  EXPECT_THAT(find_first_camera().error().message, HasSubstr(machine.node("ttyUSB0")));
  machine.plug_in("ttyACM0", "2341", "045b");
  EXPECT_EQ(std::get<SerialAddress>(*find_first_camera()).path, machine.node("ttyACM0"));
  machine.plug_in("ttyACM1", "37c5", "1060");
  EXPECT_EQ(std::get<SerialAddress>(*find_first_camera()).path, machine.node("ttyACM1"));
}

// ---- tuned_for -----------------------------------------------------------------------------------------------------

HostOptions tuned(const char* device, HostOptions options = {}) {
  return tuned_for(*parse_device_address(device), std::move(options));
}

TEST(TunedFor, DatagramsAreSmallAndNotAcknowledged) {
  HostOptions options;
  options.ack = true;
  EXPECT_FALSE(tuned("udp://127.0.0.1", options).ack);
  EXPECT_EQ(tuned("udp://127.0.0.1").max_payload, 1400);
  EXPECT_LT(tuned("udp://127.0.0.1").answer_timeout, options.answer_timeout);
  options.max_payload = 500;
  options.answer_timeout = 1ms;
  EXPECT_EQ(tuned("udp://127.0.0.1", options).max_payload, 500) << "less is always possible";
  EXPECT_EQ(tuned("udp://127.0.0.1", options).answer_timeout, 1ms);
}

TEST(TunedFor, ReliableLinksGetLargePacketsAtOnce) {
  for (const char* device : {"/dev/ttyACM0", "/dev/pts/3", "/dev/openmvcam", "serial:1", "tcp://h:1", "emulator:"}) {
    EXPECT_FALSE(tuned(device).ack) << device;
    EXPECT_EQ(tuned(device).max_payload, HostOptions().max_payload) << device;
    EXPECT_EQ(tuned(device).answer_timeout, HostOptions().answer_timeout) << device;
  }
}

TEST(TunedFor, UartsLoseBytes) {
  for (const char* device : {"/dev/ttyS99", "/dev/ttyUSB99", "/dev/ttyAMA99"}) {
    EXPECT_TRUE(tuned(device).ack) << device;
    EXPECT_EQ(tuned(device).max_payload, 4082) << device;
  }
}

TEST(TunedFor, LinksToPortsAreFollowed) {
  const test::TempDir dir;
  test::write_file(dir / "ttyUSB0", {});
  std::filesystem::create_symlink("ttyUSB0", dir / "camera");
  EXPECT_TRUE(tuned((dir / "camera").c_str()).ack);
}

}  // namespace
}  // namespace omv::camera
