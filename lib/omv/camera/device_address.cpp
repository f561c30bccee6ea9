// SPDX-License-Identifier: LGPL-2.1-or-later
// Parsing of camera addresses.
#include "omv/camera/device_address.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace omv::camera {

namespace {

constexpr std::string_view kSerialNumber = "serial:";
constexpr std::string_view kTcp = "tcp://";
constexpr std::string_view kUdp = "udp://";
constexpr std::string_view kEmulator = "emulator:";

Error wrong(std::string_view text, const char* why) {
  return {Errc::invalid, "device '" + std::string(text) + "' " + why +
                             "; a camera is /dev/ttyACM0, serial:ID, tcp://host:port, udp://host:port or "
                             "emulator:?key=value&..."};
}

struct HostAndPort {
  std::string host;
  std::optional<std::string_view> port;
};

// host, host:port, [v6] or [v6]:port. Colons of an address without brackets are not told from the port's.
HostAndPort split(std::string_view text) {
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
  if (bracket != std::string_view::npos && bracket > 1) {
    const std::string_view behind = text.substr(bracket + 1);
    if (behind.empty()) return {std::string(text.substr(1, bracket - 1)), std::nullopt};
    if (behind.front() == ':') return {std::string(text.substr(1, bracket - 1)), behind.substr(1)};
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {std::string(text), std::nullopt};
  return {std::string(text.substr(0, colon)), text.substr(colon + 1)};
}

std::optional<std::uint16_t> parse_port(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (failed != std::errc() || end != digits.data() + digits.size() || port == 0) return std::nullopt;
  return port;
}

Result<DeviceAddress> parse_tcp(std::string_view text) {
  const HostAndPort parts = split(text.substr(kTcp.size()));
  if (parts.host.empty() || !parts.port) return wrong(text, "has no host and port");
  const auto port = parse_port(*parts.port);
  if (!port) return wrong(text, "has no port from 1 to 65535");
  return DeviceAddress(TcpAddress{parts.host, *port});
}

Result<DeviceAddress> parse_udp(std::string_view text) {
  const HostAndPort parts = split(text.substr(kUdp.size()));
  if (parts.host.empty()) return wrong(text, "has no host");
  const auto port = parts.port ? parse_port(*parts.port) : kDefaultUdpPort;
  if (!port) return wrong(text, "has no port from 1 to 65535");
  return DeviceAddress(UdpAddress{parts.host, *port});
}

Result<DeviceAddress> parse_serial_number(std::string_view text) {
  const std::string_view id = text.substr(kSerialNumber.size());
  if (!is_serial_number(id)) return wrong(text, "has no serial number as `omv devices` shows them");
  return DeviceAddress(SerialNumberAddress{std::string(id)});
}

Result<DeviceAddress> parse_emulator(std::string_view text) {
  std::string_view query = text.substr(kEmulator.size());
  if (query.starts_with("//")) query.remove_prefix(2);
  if (query.empty()) return DeviceAddress(EmulatorAddress{});
  if (query.front() != '?') return wrong(text, "has options that do not begin with '?'");
  return DeviceAddress(EmulatorAddress{std::string(query.substr(1))});
}

}  // namespace

bool is_serial_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F' && c != '/'; });
}

Result<DeviceAddress> parse_device_address(std::string_view text) {
  if (text.starts_with(kTcp)) return parse_tcp(text);
  if (text.starts_with(kUdp)) return parse_udp(text);
  if (text.starts_with(kSerialNumber)) return parse_serial_number(text);
  if (text.starts_with(kEmulator)) return parse_emulator(text);
  if (text.starts_with('/')) return DeviceAddress(SerialAddress{std::string(text)});
  return wrong(text, "is not understood");
}

}  // namespace omv::camera
