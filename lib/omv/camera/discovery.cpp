// SPDX-License-Identifier: LGPL-2.1-or-later
// A look into sysfs: class/tty/NAME/device is below the USB device that has idVendor and idProduct.
#include "omv/camera/discovery.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>

#include "omv/camera/board.h"

namespace omv::camera {

namespace {

namespace fs = std::filesystem;

// Firmware up to 4.8.0 has this id on every board made by OpenMV (spec: cameras, section 1).
constexpr std::uint16_t kLegacyVid = 0x1209;
constexpr std::uint16_t kLegacyPid = 0xABD1;

std::string first_line(const fs::path& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

std::optional<std::uint16_t> read_hex(const fs::path& path) {
  const std::string text = first_line(path);
  std::uint16_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (failed != std::errc() || text.empty() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_bootloader(std::uint16_t vid, std::uint16_t pid, const std::string& serial) {
  return vid == kLegacyVid && pid == kLegacyPid && (serial == "000000000010" || serial == "000000000011");
}

std::string board_name(std::uint16_t vid, std::uint16_t pid) {
  if (const Board* board = find_board(vid, pid); board != nullptr) return std::string(board->name);
  return vid == kLegacyVid && pid == kLegacyPid ? "OpenMV camera" : "";
}

// A modem's tty hangs on the USB interface, that of an adapter one level below it.
fs::path usb_device_of(const fs::path& device) {
  const fs::path parent = device.parent_path();
  std::error_code failed;
  return fs::exists(parent / "idVendor", failed) ? parent : parent.parent_path();
}

std::optional<SerialPort> look_at(const fs::path& tty, const fs::path& dev) {
  std::error_code failed;
  const fs::path device = fs::canonical(tty / "device", failed);
  if (failed) return std::nullopt;
  const fs::path usb = usb_device_of(device);
  const auto vid = read_hex(usb / "idVendor");
  const auto pid = read_hex(usb / "idProduct");
  if (!vid || !pid) return std::nullopt;
  const std::string serial = first_line(usb / "serial");
  if (is_bootloader(*vid, *pid, serial)) return std::nullopt;
  return SerialPort{(dev / tty.filename()).string(), board_name(*vid, *pid), serial};
}

}  // namespace

std::vector<SerialPort> find_serial_ports(const std::string& sysfs, const std::string& dev) {
  std::vector<SerialPort> ports;
  std::error_code failed;
  for (const fs::directory_entry& tty : fs::directory_iterator(fs::path(sysfs) / "class" / "tty", failed))
    if (auto port = look_at(tty.path(), dev)) ports.push_back(*std::move(port));
  std::sort(ports.begin(), ports.end(), [](const SerialPort& a, const SerialPort& b) {
    return std::pair(a.board.empty(), a.path) < std::pair(b.board.empty(), b.path);
  });
  return ports;
}

std::string list_serial_ports(const std::vector<SerialPort>& ports) {
  std::string list;
  for (const SerialPort& port : ports)
    list += (list.empty() ? "" : ", ") + port.path + (port.board.empty() ? "" : " (" + port.board + ")");
  return list;
}

}  // namespace omv::camera
