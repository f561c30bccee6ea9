// SPDX-License-Identifier: LGPL-2.1-or-later
// Every form of an address, and what is none.
#include "omv/camera/device_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace omv::camera {
namespace {

using testing::AllOf;
using testing::HasSubstr;

template <typename Address>
Address parsed(const char* text) {
  const auto address = parse_device_address(text);
  EXPECT_TRUE(address) << address.error().message;
  if (!address || !std::holds_alternative<Address>(*address)) {
    ADD_FAILURE() << text << " is another kind of address";
    return {};
  }
  return std::get<Address>(*address);
}

void expect_tcp(const char* text, const char* host, std::uint16_t port) {
  const auto address = parsed<TcpAddress>(text);
  EXPECT_EQ(address.host, host) << text;
  EXPECT_EQ(address.port, port) << text;
}

TEST(DeviceAddress, IsASerialPort) {
  EXPECT_EQ(parsed<SerialAddress>("/dev/ttyACM0").path, "/dev/ttyACM0");
  EXPECT_EQ(parsed<SerialAddress>("/dev/serial/by-id/usb-OpenMV_Cam-if00").path,
            "/dev/serial/by-id/usb-OpenMV_Cam-if00");
}

TEST(DeviceAddress, IsATcpPort) {
  expect_tcp("tcp://127.0.0.1:5555", "127.0.0.1", 5555);
  expect_tcp("tcp://camera.local:1", "camera.local", 1);
  expect_tcp("tcp://h:65535", "h", 65535);
  expect_tcp("tcp://[::1]:5555", "::1", 5555);
  expect_tcp("tcp://[fe80::1%eth0]:7", "fe80::1%eth0", 7);
}

TEST(DeviceAddress, IsAUdpPort) {
  const auto expect_udp = [](const char* text, const char* host, std::uint16_t port) {
    const auto address = parsed<UdpAddress>(text);
    EXPECT_EQ(address.host, host) << text;
    EXPECT_EQ(address.port, port) << text;
  };
  expect_udp("udp://openmv.local:1234", "openmv.local", 1234);
  expect_udp("udp://openmv.local", "openmv.local", 5555);
  expect_udp("udp://192.168.1.7", "192.168.1.7", 5555);
  expect_udp("udp://[fe80::1%wlan0]", "fe80::1%wlan0", 5555);
  expect_udp("udp://[::1]:7", "::1", 7);
}

TEST(DeviceAddress, IsASerialNumber) {
  EXPECT_EQ(parsed<SerialNumberAddress>("serial:316235503337").id, "316235503337");
  EXPECT_EQ(parsed<SerialNumberAddress>("serial:00ABcd-1").id, "00ABcd-1");
}

TEST(DeviceAddress, IsTheEmulator) {
  EXPECT_EQ(parsed<EmulatorAddress>("emulator:").query, "");
  EXPECT_EQ(parsed<EmulatorAddress>("emulator://").query, "");
  EXPECT_EQ(parsed<EmulatorAddress>("emulator:?").query, "");
  EXPECT_EQ(parsed<EmulatorAddress>("emulator:?fps=0&size=VGA").query, "fps=0&size=VGA");
  EXPECT_EQ(parsed<EmulatorAddress>("emulator://?file=%2Ftmp%2Fa.bin").query, "file=%2Ftmp%2Fa.bin");
}

TEST(DeviceAddress, EverythingElseIsExplained) {
  for (const char* text : {"",
                           "ttyACM0",
                           "COM3",
                           "./camera",
                           "udp://",
                           "udp://:1",
                           "udp://host:",
                           "udp://host:0",
                           "udp://[::1]x",
                           "udp:host:1",
                           "serial:",
                           "serial:a b",
                           "serial:/dev/ttyACM0",
                           "serial:\x1b[2J",
                           "http://host:1",
                           "tcp:/host:1",
                           "TCP://h:1",
                           "tcp://",
                           "tcp://host",
                           "tcp://host:",
                           "tcp://:5555",
                           "tcp://host:0",
                           "tcp://host:65536",
                           "tcp://host:12x",
                           "tcp://host:-1",
                           "tcp://host: 1",
                           "emulator",
                           "emulator:fps=0",
                           "emulator:///?fps=0"}) {
    const auto address = parse_device_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, Errc::invalid) << text;
    EXPECT_THAT(
        address.error().message,
        AllOf(HasSubstr("device '" + std::string(text) + "'"), HasSubstr("/dev/ttyACM0"), HasSubstr("serial:ID"),
              HasSubstr("tcp://host:port"), HasSubstr("udp://host:port"), HasSubstr("emulator:?")));
  }
}

}  // namespace
}  // namespace omv::camera
