// SPDX-License-Identifier: LGPL-2.1-or-later
// The two faces of `omv devices`: a table for people, JSON for programs.
#pragma once

#include <string>
#include <vector>

#include "omv/camera/discovery.h"
#include "omv/camera/transport/port_users.h"

namespace omv::tool {

/// Why a port can't be opened now.
enum class Obstacle { none, missing, forbidden, busy };

struct Device {
  camera::SerialPort port;
  Obstacle obstacle = Obstacle::none;
  std::string message;  ///< a sentence about the obstacle; empty: none
  std::vector<camera::PortUser> users;
};

/// A heading and one line per device; nothing for none.
std::string devices_table(const std::vector<Device>& devices);

/// "OpenMV RT1062, serial number 123ABC, on /dev/ttyACM0"
std::string device_line(const camera::SerialPort& port);

/// An array. The members are listed in docs/omv.md.
std::string devices_json(const std::vector<Device>& devices);

/// One line with the members of a device and in front of them `event`: "added" or "removed".
std::string change_json(const char* event, const Device& device);

}  // namespace omv::tool
