// SPDX-License-Identifier: LGPL-2.1-or-later
// Parsing of camera addresses.
#include "omv/camera/device_address.h"

#include <charconv>

namespace omv::camera {

namespace {

constexpr std::string_view kTcp = "tcp://";
constexpr std::string_view kEmulator = "emulator:";

Error wrong(std::string_view text, const char* why) {
  return {Errc::invalid, "device '" + std::string(text) + "' " + why +
                             "; a camera is /dev/ttyACM0, tcp://host:port or emulator:?key=value&..."};
}

// host:port, or [v6]:port.
Result<DeviceAddress> parse_tcp(std::string_view text) {
  const std::string_view rest = text.substr(kTcp.size());
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return wrong(text, "has no host and port");
  std::string_view host = rest.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const std::string_view digits = rest.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (failed != std::errc() || end != digits.data() + digits.size() || port == 0)
    return wrong(text, "has no port from 1 to 65535");
  return DeviceAddress(TcpAddress{std::string(host), port});
}

Result<DeviceAddress> parse_emulator(std::string_view text) {
  std::string_view query = text.substr(kEmulator.size());
  if (query.starts_with("//")) query.remove_prefix(2);
  if (query.empty()) return DeviceAddress(EmulatorAddress{});
  if (query.front() != '?') return wrong(text, "has options that do not begin with '?'");
  return DeviceAddress(EmulatorAddress{std::string(query.substr(1))});
}

}  // namespace

Result<DeviceAddress> parse_device_address(std::string_view text) {
  if (text.starts_with(kTcp)) return parse_tcp(text);
  if (text.starts_with(kEmulator)) return parse_emulator(text);
  if (text.starts_with('/')) return DeviceAddress(SerialAddress{std::string(text)});
  return wrong(text, "is not understood");
}

}  // namespace omv::camera
