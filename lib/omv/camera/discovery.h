// SPDX-License-Identifier: LGPL-2.1-or-later
// Which serial ports of this machine are cameras, by their USB ids (spec: cameras, section 1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "omv/base/result.h"
#include "omv/camera/usb_id.h"

namespace omv::camera {

/// What is known of a port without opening it, which is never done here: opening raises DTR.
enum class PortKind {
  camera,           ///< has a USB id of OpenMV's own
  possible_camera,  ///< a board of another maker that can run OpenMV's firmware
  other,            ///< some other USB serial port: adapters, phones, modems
};

struct SerialPort {
  std::string path;       ///< "/dev/ttyACM0"
  std::string board;      ///< name of the board; empty: PortKind::other
  std::string serial;     ///< USB serial number; may be empty
  UsbId usb;              ///< vendor and product
  std::string protocols;  ///< what it may speak: "usbdbg", "v2, usbdbg"; empty: PortKind::other
  PortKind kind = PortKind::other;

  bool is_camera() const { return kind != PortKind::other; }
  /// How omvsrc finds it again: "serial:ID", or the path of a port without a serial number.
  std::string device() const { return serial.empty() ? path : "serial:" + serial; }

  bool operator==(const SerialPort&) const = default;
};

/// Where the kernel shows devices. The environment variables OMV_SYSFS and OMV_DEV replace the two folders: for tests,
/// and for containers that have them elsewhere.
struct DeviceRoots {
  std::string sysfs = "/sys";
  std::string dev = "/dev";

  static DeviceRoots from_environment();
  bool operator==(const DeviceRoots&) const = default;
};

/// USB serial ports by kind, those of one kind in the order of their names, numbers by value. Bootloaders are left out.
std::vector<SerialPort> find_serial_ports(const DeviceRoots& roots = DeviceRoots::from_environment());

/// The first of `ports` whose USB serial number is `id`, whatever the case of its letters. On boards where that number
/// is the chip's unique id, this is also what a connected camera gives as its serial (BoardInfo::serial).
/// Errc::io lists the cameras that are there.
Result<SerialPort> find_port(std::string_view id, const std::vector<SerialPort>& ports);

/// "/dev/ttyACM0 (OpenMV RT1062, serial:0123), /dev/ttyUSB0", for messages.
std::string list_serial_ports(const std::vector<SerialPort>& ports);

/// What has happened between two looks. A port whose camera was exchanged for another one is in both lists.
struct PortChanges {
  std::vector<SerialPort> removed;
  std::vector<SerialPort> added;
};
PortChanges compare_ports(const std::vector<SerialPort>& before, const std::vector<SerialPort>& after);

}  // namespace omv::camera
