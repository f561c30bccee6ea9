// SPDX-License-Identifier: LGPL-2.1-or-later
// The ways to name a camera: a serial port, a serial number, a TCP or UDP address, the emulator.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "omv/base/result.h"

namespace omv::camera {

struct SerialAddress {
  std::string path;  ///< "/dev/ttyACM0"
};
struct SerialNumberAddress {
  std::string id;  ///< USB serial number of the camera, whatever port it has; see find_port()
};
struct TcpAddress {
  std::string host;  ///< without the brackets of an IPv6 literal
  std::uint16_t port = 0;
};
struct UdpAddress {
  std::string host;  ///< as above
  std::uint16_t port = 0;
};
struct EmulatorAddress {
  std::string query;  ///< what follows "emulator:?", still encoded; may be empty
};

using DeviceAddress = std::variant<SerialAddress, SerialNumberAddress, TcpAddress, UdpAddress, EmulatorAddress>;

/// Where cameras listen for UDP unless their script says otherwise (spec: protocol-v2, section 12).
inline constexpr std::uint16_t kDefaultUdpPort = 5555;

/// Printable ASCII without spaces and slashes. USB strings may be anything; cameras have hexadecimal digits.
bool is_serial_number(std::string_view text);

/// "/dev/ttyACM0", "serial:ID", "tcp://host:port", "udp://host[:port]" or "emulator:?key=value&...".
/// Errc::invalid says what is wrong and lists the forms.
Result<DeviceAddress> parse_device_address(std::string_view text);

}  // namespace omv::camera
