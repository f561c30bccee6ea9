// SPDX-License-Identifier: LGPL-2.1-or-later
// IPv6 literals need brackets in front of a port.
#include "omv/camera/transport/socket_name.h"

#include <netinet/in.h>
#include <sys/socket.h>

namespace omv::camera {

std::string socket_url(const char* scheme, const std::string& host, std::uint16_t port) {
  const bool v6 = host.find(':') != std::string::npos;
  return std::string(scheme) + "://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::uint16_t bound_port(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  // The port lies at the same place in both families.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

}  // namespace omv::camera
