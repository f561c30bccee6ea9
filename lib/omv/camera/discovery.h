// SPDX-License-Identifier: LGPL-2.1-or-later
// Which serial ports of this machine are cameras, by the USB ids of the board table.
#pragma once

#include <string>
#include <vector>

namespace omv::camera {

struct SerialPort {
  std::string path;    ///< "/dev/ttyACM0"
  std::string board;   ///< name of the board; empty: not a camera that is known
  std::string serial;  ///< USB serial number; may be empty
};

/// USB serial ports, cameras first, each group in the order of their names. Bootloaders are left out.
/// `sysfs` and `dev` are for tests.
std::vector<SerialPort> find_serial_ports(const std::string& sysfs = "/sys", const std::string& dev = "/dev");

/// "/dev/ttyACM0 (OpenMV RT1062), /dev/ttyUSB0", for messages.
std::string list_serial_ports(const std::vector<SerialPort>& ports);

}  // namespace omv::camera
