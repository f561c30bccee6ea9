// SPDX-License-Identifier: LGPL-2.1-or-later
// Cameras among the serial ports of made-up machines.
#include "omv/camera/discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "omv/camera/board.h"
#include "temp_dir.h"

namespace omv::camera {
namespace {

using testing::IsEmpty;
namespace fs = std::filesystem;

void write_line(const fs::path& path, const std::string& line) { test::write_file(path, as_bytes(line + "\n")); }

std::string hex(std::uint16_t value) {
  char text[5];
  std::snprintf(text, sizeof text, "%04x", unsigned{value});
  return text;
}

// A sysfs as Linux lays it out: class/tty/NAME -> the tty, whose `device` is an interface of a USB device.
class Discovery : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(sys() / "class" / "tty"); }

  fs::path sys() const { return dir_ / "sys"; }

  fs::path add_tty(const std::string& name, const fs::path& interface) {
    const fs::path tty = interface / "tty" / name;
    fs::create_directories(tty);
    fs::create_directory_symlink("../..", tty / "device");
    fs::create_directory_symlink(tty, sys() / "class" / "tty" / name);
    return tty;
  }

  // A camera (ttyACM) hangs on the interface itself, an adapter (ttyUSB) on a port of it.
  fs::path add_usb(const std::string& name, const std::string& vid, const std::string& pid,
                   const std::string& serial = "") {
    const fs::path device = sys() / "devices" / "usb1" / ("1-" + name);
    const fs::path interface = device / ("1-" + name + ":1.0");
    add_tty(name, name.starts_with("ttyUSB") ? interface / name : interface);
    write_line(device / "idVendor", vid);
    write_line(device / "idProduct", pid);
    if (!serial.empty()) write_line(device / "serial", serial);
    return device;
  }

  std::vector<SerialPort> found() const { return find_serial_ports(sys().string(), "/dev"); }
  std::string list() const { return list_serial_ports(found()); }

 private:
  const test::TempDir dir_;
};

TEST_F(Discovery, FindsEveryBoardOfTheTable) {
  for (const Board& board : boards()) {
    const fs::path device = add_usb("ttyACM0", hex(board.vid), hex(board.pid), "123ABC");
    const auto ports = found();
    ASSERT_EQ(ports.size(), 1u) << board.name;
    EXPECT_EQ(ports[0].path, "/dev/ttyACM0");
    EXPECT_EQ(ports[0].board, find_board(board.vid, board.pid)->name);
    EXPECT_EQ(ports[0].serial, "123ABC");
    fs::remove_all(device);
    fs::remove(sys() / "class" / "tty" / "ttyACM0");
  }
}

TEST_F(Discovery, PutsCamerasFirst) {
  add_usb("ttyACM3", "37c5", "16e3");
  add_usb("ttyACM1", "37c5", "16e3");
  add_usb("ttyACM0", "2341", "0043");  // some other board
  add_usb("ttyUSB0", "10c4", "ea60");  // a serial adapter
  const auto ports = found();
  ASSERT_EQ(ports.size(), 4u);
  EXPECT_EQ(ports[0].path, "/dev/ttyACM1");
  EXPECT_EQ(ports[1].path, "/dev/ttyACM3");
  EXPECT_EQ(ports[0].board, find_board(0x37c5, 0x16e3)->name);
  EXPECT_EQ(ports[0].serial, "");
  EXPECT_EQ(ports[2].board, "");
  EXPECT_EQ(list(),
            "/dev/ttyACM1 (" + ports[0].board + "), /dev/ttyACM3 (" + ports[0].board + "), /dev/ttyACM0, /dev/ttyUSB0");
}

TEST_F(Discovery, KnowsOldFirmwareAndItsBootloader) {
  add_usb("ttyACM0", "1209", "ABD1", "000000000010");
  add_usb("ttyACM1", "1209", "abd1", "000000000011");
  add_usb("ttyACM2", "1209", "abd1", "316235503337");
  EXPECT_EQ(list(), "/dev/ttyACM2 (OpenMV camera)");
}

TEST_F(Discovery, LeavesOutWhatIsNotUsb) {
  add_tty("ttyS0", sys() / "devices" / "platform" / "serial8250");
  fs::create_directories(sys() / "class" / "tty" / "tty0");  // without a device
  fs::create_directory_symlink("/does/not/exist", sys() / "class" / "tty" / "ttyACM9");
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(Discovery, LeavesOutIdsThatAreNone) {
  add_usb("ttyACM0", "", "16e3");
  add_usb("ttyACM1", "37c5", "16e3x");
  add_usb("ttyACM2", "137c5", "16e3");
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(Discovery, MachinesWithoutSerialPortsHaveNone) {
  EXPECT_THAT(found(), IsEmpty());
  EXPECT_EQ(list(), "");
  EXPECT_THAT(find_serial_ports("/does/not/exist", "/dev"), IsEmpty());
}

}  // namespace
}  // namespace omv::camera
