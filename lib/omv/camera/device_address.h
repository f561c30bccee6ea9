// SPDX-License-Identifier: LGPL-2.1-or-later
// The ways to name a camera: a serial port, a TCP address, the emulator.
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
struct TcpAddress {
  std::string host;  ///< without the brackets of an IPv6 literal
  std::uint16_t port = 0;
};
struct EmulatorAddress {
  std::string query;  ///< what follows "emulator:?", still encoded; may be empty
};

using DeviceAddress = std::variant<SerialAddress, TcpAddress, EmulatorAddress>;

/// "/dev/ttyACM0", "tcp://host:port" or "emulator:?key=value&...". Errc::invalid says what is wrong and lists the
/// forms.
Result<DeviceAddress> parse_device_address(std::string_view text);

}  // namespace omv::camera
