// SPDX-License-Identifier: LGPL-2.1-or-later
// Cameras among the serial ports of made-up machines.
#include "omv/camera/discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "fake_machine.h"
#include "omv/camera/board.h"

namespace omv::camera {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
namespace fs = std::filesystem;

class Discovery : public testing::Test {
 protected:
  std::vector<SerialPort> found() const { return find_serial_ports({machine.sys().string(), "/dev"}); }
  std::string list() const { return list_serial_ports(found()); }

  test::FakeMachine machine;
};

TEST_F(Discovery, FindsEveryCameraOfTheTableAndNoBootloader) {
  for (const KnownUsbId& known : known_usb_ids()) {
    machine.plug_in("ttyACM0", known.id.vid, known.id.pid, "123ABC");
    const auto ports = found();
    if (known.role == UsbRole::bootloader) {
      EXPECT_THAT(ports, IsEmpty()) << to_string(known.id);
    } else {
      ASSERT_EQ(ports.size(), 1u) << to_string(known.id);
      const PortKind kind = known.role == UsbRole::camera ? PortKind::camera : PortKind::possible_camera;
      EXPECT_EQ(ports[0], (SerialPort{"/dev/ttyACM0", std::string(known.name), "123ABC", known.id,
                                      std::string(known.protocols), kind}));
      EXPECT_TRUE(ports[0].is_camera());
    }
    machine.unplug("ttyACM0");
  }
}

TEST_F(Discovery, PutsCamerasFirst) {
  machine.plug_in("ttyACM10", "37c5", "16e3");
  machine.plug_in("ttyACM2", "37c5", "16e3");
  machine.plug_in("ttyACM1", "2341", "045b", "P1");  // an Arduino that may run anything
  machine.plug_in("ttyACM0", "2341", "0043");        // some other board
  machine.plug_in("ttyUSB0", "10c4", "ea60");        // a serial adapter
  EXPECT_EQ(list(),
            "/dev/ttyACM2 (OpenMV AE3), /dev/ttyACM10 (OpenMV AE3), /dev/ttyACM1 (Arduino Portenta H7, serial:P1), "
            "/dev/ttyACM0, /dev/ttyUSB0");
  EXPECT_EQ(found()[3].usb, (UsbId{0x2341, 0x0043}));
  EXPECT_FALSE(found()[3].is_camera());
}

TEST_F(Discovery, KnowsOldFirmwareAndItsBootloader) {
  machine.plug_in("ttyACM0", "1209", "ABD1", "000000000010");
  machine.plug_in("ttyACM1", "1209", "abd1", "000000000011");
  machine.plug_in("ttyACM2", "1209", "abd1", "316235503337");
  EXPECT_EQ(list(), "/dev/ttyACM2 (OpenMV camera, serial:316235503337)");
  EXPECT_EQ(found()[0].protocols, "usbdbg");
}

TEST_F(Discovery, SaysHowAPortIsFoundAgain) {
  machine.plug_in("ttyACM0", "37c5", "16e3");
  machine.plug_in("ttyACM1", "37c5", "16e3", "123ABC");
  EXPECT_EQ(found()[0].device(), "/dev/ttyACM0");
  EXPECT_EQ(found()[1].device(), "serial:123ABC");
}

// They could not be part of an address, and would be printed to terminals.
TEST_F(Discovery, StrangeSerialNumbersAreNone) {
  machine.plug_in("ttyACM0", "37c5", "16e3", "\x1b[2J");
  machine.plug_in("ttyACM1", "37c5", "16e3", "a b");
  machine.plug_in("ttyACM2", "37c5", "16e3", "\xc3\xa9");
  for (const SerialPort& port : found()) EXPECT_EQ(port.serial, "") << port.path;
}

TEST_F(Discovery, LeavesOutWhatIsNotUsb) {
  machine.add_tty("ttyS0", machine.sys() / "devices" / "platform" / "serial8250");
  fs::create_directories(machine.sys() / "class" / "tty" / "tty0");  // without a device
  fs::create_directory_symlink("/does/not/exist", machine.sys() / "class" / "tty" / "ttyACM9");
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(Discovery, LeavesOutIdsThatAreNone) {
  machine.plug_in("ttyACM0", "", "16e3");
  machine.plug_in("ttyACM1", "37c5", "16e3x");
  machine.plug_in("ttyACM2", "137c5", "16e3");
  machine.plug_in("ttyACM3", "-1", "16e3");
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(Discovery, MachinesWithoutSerialPortsHaveNone) {
  EXPECT_THAT(found(), IsEmpty());
  EXPECT_EQ(list(), "");
  EXPECT_THAT(find_serial_ports({"/does/not/exist", "/dev"}), IsEmpty());
}

TEST_F(Discovery, TheEnvironmentNamesTheMachine) {
  ::unsetenv("OMV_SYSFS");
  ::setenv("OMV_DEV", "", 1);
  EXPECT_EQ(DeviceRoots::from_environment(), (DeviceRoots{"/sys", "/dev"}));
  machine.plug_in("ttyACM0", "37c5", "16e3");
  machine.enter();
  ASSERT_EQ(find_serial_ports().size(), 1u);
  EXPECT_EQ(find_serial_ports()[0].path, machine.node("ttyACM0"));
}

// ---- find_port -----------------------------------------------------------------------------------------------------

TEST_F(Discovery, FindsAPortBySerialNumber) {
  machine.plug_in("ttyACM0", "37c5", "16e3", "1122334455667788AABBCCDD");
  machine.plug_in("ttyACM1", "37c5", "1060", "316235503337");
  EXPECT_EQ(find_port("316235503337", found())->path, "/dev/ttyACM1");
  EXPECT_EQ(find_port("1122334455667788aabbccdd", found())->path, "/dev/ttyACM0");
}

TEST_F(Discovery, FindsACameraOnAnotherPort) {
  machine.plug_in("ttyACM0", "37c5", "16e3", "123ABC");
  EXPECT_EQ(find_port("123abc", found())->path, "/dev/ttyACM0");
  machine.unplug("ttyACM0");
  machine.plug_in("ttyACM7", "37c5", "16e3", "123ABC");
  EXPECT_EQ(find_port("123abc", found())->path, "/dev/ttyACM7");
}

TEST_F(Discovery, SaysWhichCamerasThereAreInstead) {
  machine.plug_in("ttyACM0", "37c5", "16e3", "123ABC");
  machine.plug_in("ttyUSB0", "10c4", "ea60", "0001");
  const auto none = find_port("123AB", found());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::io);
  EXPECT_THAT(none.error().message, AllOf(HasSubstr("'123AB'"), HasSubstr("/dev/ttyACM0 (OpenMV AE3, serial:123ABC)"),
                                          Not(HasSubstr("ttyUSB0"))));
  EXPECT_THAT(find_port("1", {}).error().message, HasSubstr("no camera is"));
}

TEST_F(Discovery, APortWithoutASerialNumberIsNotMeant) {
  machine.plug_in("ttyACM0", "37c5", "16e3");
  EXPECT_FALSE(find_port("", found()));
}

// ---- compare_ports -------------------------------------------------------------------------------------------------

TEST_F(Discovery, TellsWhatHasChanged) {
  machine.plug_in("ttyACM0", "37c5", "16e3", "A");
  machine.plug_in("ttyACM1", "37c5", "16e3", "B");
  const auto before = found();
  EXPECT_THAT(compare_ports(before, before).added, IsEmpty());
  EXPECT_THAT(compare_ports(before, before).removed, IsEmpty());
  machine.unplug("ttyACM0");
  machine.plug_in("ttyACM2", "37c5", "16e3", "C");
  const PortChanges changes = compare_ports(before, found());
  EXPECT_EQ(list_serial_ports(changes.removed), "/dev/ttyACM0 (OpenMV AE3, serial:A)");
  EXPECT_EQ(list_serial_ports(changes.added), "/dev/ttyACM2 (OpenMV AE3, serial:C)");
}

TEST_F(Discovery, AnotherCameraOnTheSamePortIsBoth) {
  machine.plug_in("ttyACM0", "37c5", "16e3", "A");
  const auto before = found();
  machine.unplug("ttyACM0");
  machine.plug_in("ttyACM0", "37c5", "16e3", "B");
  const PortChanges changes = compare_ports(before, found());
  EXPECT_EQ(list_serial_ports(changes.removed), "/dev/ttyACM0 (OpenMV AE3, serial:A)");
  EXPECT_EQ(list_serial_ports(changes.added), "/dev/ttyACM0 (OpenMV AE3, serial:B)");
}

}  // namespace
}  // namespace omv::camera
