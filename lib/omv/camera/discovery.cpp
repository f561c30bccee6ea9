// SPDX-License-Identifier: LGPL-2.1-or-later
// A look into sysfs: class/tty/NAME/device is below the USB device that has idVendor and idProduct.
#include "omv/camera/discovery.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <tuple>

#include "omv/camera/device_address.h"

namespace omv::camera {

namespace {

namespace fs = std::filesystem;

std::string environment_or(const char* name, const char* fallback) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : fallback;
}

std::string first_line(const fs::path& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

// A modem's tty hangs on the USB interface, that of an adapter one level below it.
fs::path usb_device_of(const fs::path& device) {
  const fs::path parent = device.parent_path();
  std::error_code failed;
  return fs::exists(parent / "idVendor", failed) ? parent : parent.parent_path();
}

// A string of the device's own: what could not be part of an address, or could upset a terminal, counts as none.
std::string serial_number_of(const fs::path& usb) {
  const std::string serial = first_line(usb / "serial");
  return is_serial_number(serial) ? serial : "";
}

SerialPort describe(const std::string& path, UsbId usb, const std::string& serial, const KnownUsbId* known) {
  if (known == nullptr) return {path, "", serial, usb, "", PortKind::other};
  const PortKind kind = known->role == UsbRole::camera ? PortKind::camera : PortKind::possible_camera;
  return {path, std::string(known->name), serial, usb, std::string(known->protocols), kind};
}

std::optional<SerialPort> look_at(const fs::path& tty, const fs::path& dev) {
  std::error_code failed;
  const fs::path device = fs::canonical(tty / "device", failed);
  if (failed) return std::nullopt;
  const fs::path usb = usb_device_of(device);
  const auto vid = parse_usb_number(first_line(usb / "idVendor"));
  const auto pid = parse_usb_number(first_line(usb / "idProduct"));
  if (!vid || !pid) return std::nullopt;
  const std::string serial = serial_number_of(usb);
  const auto known = identify_usb({*vid, *pid}, serial);
  if (known && known->role == UsbRole::bootloader) return std::nullopt;
  return describe((dev / tty.filename()).string(), {*vid, *pid}, serial, known ? &*known : nullptr);
}

// ttyACM2 comes before ttyACM10.
auto rank(const SerialPort& port) { return std::tuple(port.kind, port.path.size(), std::string_view(port.path)); }

bool same_letters(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

std::vector<SerialPort> without(const std::vector<SerialPort>& ports, const std::vector<SerialPort>& others) {
  std::vector<SerialPort> rest;
  std::copy_if(ports.begin(), ports.end(), std::back_inserter(rest),
               [&](const SerialPort& port) { return std::find(others.begin(), others.end(), port) == others.end(); });
  return rest;
}

std::string list_cameras(const std::vector<SerialPort>& ports) {
  std::vector<SerialPort> cameras;
  std::copy_if(ports.begin(), ports.end(), std::back_inserter(cameras), std::mem_fn(&SerialPort::is_camera));
  return list_serial_ports(cameras);
}

}  // namespace

DeviceRoots DeviceRoots::from_environment() {
  return {environment_or("OMV_SYSFS", "/sys"), environment_or("OMV_DEV", "/dev")};
}

std::vector<SerialPort> find_serial_ports(const DeviceRoots& roots) {
  std::vector<SerialPort> ports;
  std::error_code failed;
  fs::directory_iterator tty(fs::path(roots.sysfs) / "class" / "tty", failed);
  for (; !failed && tty != fs::directory_iterator(); tty.increment(failed))
    if (auto port = look_at(tty->path(), roots.dev)) ports.push_back(*std::move(port));
  std::sort(ports.begin(), ports.end(), [](const SerialPort& a, const SerialPort& b) { return rank(a) < rank(b); });
  return ports;
}

Result<SerialPort> find_port(std::string_view id, const std::vector<SerialPort>& ports) {
  const auto port = std::find_if(ports.begin(), ports.end(),
                                 [id](const SerialPort& each) { return !id.empty() && same_letters(each.serial, id); });
  if (port != ports.end()) return *port;
  const std::string there = list_cameras(ports);
  return Error{Errc::io, "no camera with the serial number '" + std::string(id) + "' is there; " +
                             (there.empty() ? "no camera is" : "there is " + there)};
}

std::string list_serial_ports(const std::vector<SerialPort>& ports) {
  std::string list;
  for (const SerialPort& port : ports) {
    list += (list.empty() ? "" : ", ") + port.path;
    if (!port.is_camera()) continue;
    list += " (" + port.board + (port.serial.empty() ? "" : ", serial:" + port.serial) + ")";
  }
  return list;
}

PortChanges compare_ports(const std::vector<SerialPort>& before, const std::vector<SerialPort>& after) {
  return {without(before, after), without(after, before)};
}

}  // namespace omv::camera
