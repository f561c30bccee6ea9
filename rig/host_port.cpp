// SPDX-License-Identifier: LGPL-2.1-or-later
// A colon within brackets is none in front of a port (RFC 3986, section 3.2).
#include "rig/host_port.h"

namespace omv::rig {

HostPort split_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  HostPort address{text, std::nullopt};
  if (colon != std::string_view::npos && text.find(']', colon) == std::string_view::npos)
    address = {text.substr(0, colon), text.substr(colon + 1)};
  if (address.host.starts_with('[') && address.host.ends_with(']'))
    address.host = address.host.substr(1, address.host.size() - 2);
  return address;
}

HostPort host_port_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  std::string_view authority = url.substr(scheme + 3);
  authority = authority.substr(0, authority.find_first_of("/?"));
  return split_host_port(authority.substr(authority.rfind('@') + 1));
}

}  // namespace omv::rig
