// SPDX-License-Identifier: LGPL-2.1-or-later
// What sockets are called: URLs for messages, and the port the system chose.
#pragma once

#include <cstdint>
#include <string>

namespace omv::camera {

/// "tcp://127.0.0.1:5555", "udp://[::1]:5555"; `scheme` is without "://".
std::string socket_url(const char* scheme, const std::string& host, std::uint16_t port);

/// The local port of a bound socket; 0 when it has none.
std::uint16_t bound_port(int fd);

}  // namespace omv::camera
