// SPDX-License-Identifier: LGPL-2.1-or-later
// A made-up machine: a sysfs tree with USB serial ports as Linux lays it out, and a folder of device nodes.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "temp_dir.h"

namespace omv::test {

class FakeMachine {
 public:
  FakeMachine() {
    std::filesystem::create_directories(sys() / "class" / "tty");
    std::filesystem::create_directories(dev());
  }

  std::filesystem::path sys() const { return dir_ / "sys"; }
  std::filesystem::path dev() const { return dir_ / "dev"; }
  std::string node(const std::string& name) const { return (dev() / name).string(); }

  /// class/tty/NAME -> the tty, whose `device` is `interface`.
  void add_tty(const std::string& name, const std::filesystem::path& interface) {
    const std::filesystem::path tty = interface / "tty" / name;
    std::filesystem::create_directories(tty);
    std::filesystem::create_directory_symlink("../..", tty / "device");
    std::filesystem::create_directory_symlink(tty, sys() / "class" / "tty" / name);
  }

  /// A camera (ttyACM) hangs on the interface itself, an adapter (ttyUSB) on a port of it.
  void plug_in(const std::string& name, const std::string& vid, const std::string& pid,
               const std::string& serial = "") {
    const std::filesystem::path device = device_of(name);
    const std::filesystem::path interface = device / ("1-" + name + ":1.0");
    std::filesystem::create_directories(interface);
    write_line(device / "idVendor", vid);
    write_line(device / "idProduct", pid);
    if (!serial.empty()) write_line(device / "serial", serial);
    add_tty(name, name.starts_with("ttyUSB") ? interface / name : interface);
  }
  void plug_in(const std::string& name, std::uint16_t vid, std::uint16_t pid, const std::string& serial = "") {
    plug_in(name, hex(vid), hex(pid), serial);
  }

  void unplug(const std::string& name) {
    std::filesystem::remove(sys() / "class" / "tty" / name);
    std::filesystem::remove_all(device_of(name));
  }

  /// Lets the programs of this process see this machine in place of the real one, until the end of the process or
  /// the next machine.
  void enter() const {
    ::setenv("OMV_SYSFS", sys().c_str(), 1);
    ::setenv("OMV_DEV", dev().c_str(), 1);
  }

 private:
  static std::string hex(std::uint16_t value) {
    char text[5];
    std::snprintf(text, sizeof text, "%04x", unsigned{value});
    return text;
  }
  static void write_line(const std::filesystem::path& path, const std::string& line) {
    write_file(path.string(), as_bytes(line + "\n"));
  }
  std::filesystem::path device_of(const std::string& name) const { return sys() / "devices" / "usb1" / ("1-" + name); }

  const TempDir dir_;
};

}  // namespace omv::test
