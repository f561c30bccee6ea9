// SPDX-License-Identifier: LGPL-2.1-or-later
// Who may open a device, and which programs have it open.
#pragma once

#include <string>
#include <vector>

namespace omv::camera {

/// A process that has a device open.
struct PortUser {
  int pid = 0;
  std::string name;  ///< of its program, at most 15 characters: the kernel keeps no more

  bool operator==(const PortUser&) const = default;
};

struct PortUsers {
  std::vector<PortUser> users;  ///< in the order of their numbers
  bool complete = true;         ///< false: there are processes we are not permitted to look at
};

/// Looks through the open files of all processes for the character device at `path`, whatever name it was opened by.
/// `proc` is for tests.
PortUsers find_port_users(const std::string& path, const std::string& proc = "/proc");

/// "ModemManager (process 512) and python3 (process 77)"; "a program of another user" when it can only be one that we
/// may not look at; "another program" when nobody is found.
std::string describe_users(const PortUsers& users);

/// The group that owns the device at `path`; empty when there is no such device.
std::string group_of_device(const std::string& path);

/// What to do when a device may not be opened: a sentence that names the group to join and the udev rule.
std::string permission_advice(const std::string& path);

}  // namespace omv::camera
