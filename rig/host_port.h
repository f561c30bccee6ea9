// SPDX-License-Identifier: LGPL-2.1-or-later
// The host and the port of an address.
#pragma once

#include <optional>
#include <string_view>

namespace omv::rig {

struct HostPort {
  std::string_view host;                 ///< without the brackets of an IPv6 address
  std::optional<std::string_view> port;  ///< as it stands there
};

/// "host:8000", "[::1]:8000", or a host alone. Views into `text`.
HostPort split_host_port(std::string_view text);

/// Of a URL: what stands behind its scheme and a user, up to a path or a query. Views into `url`.
HostPort host_port_of(std::string_view url);

}  // namespace omv::rig
