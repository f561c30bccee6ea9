// SPDX-License-Identifier: LGPL-2.1-or-later
// omv:// URIs and the device addresses they stand for.
#pragma once

#include <string>
#include <string_view>

namespace omv::gst {

/// omv:///dev/ttyACM0 is a serial port, omv://serial/ID a serial number, omv://host:port TCP, omv://udp/host:port UDP,
/// omv://emulator?key=value the emulator, and omv:// the first camera found (an empty address). The URI begins with
/// "omv://"; the result is not checked any further.
std::string device_from_uri(std::string_view uri);

/// The reverse.
std::string uri_from_device(std::string_view device);

}  // namespace omv::gst
