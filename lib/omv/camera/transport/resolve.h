// SPDX-License-Identifier: LGPL-2.1-or-later
// Names to addresses, without being held up by a slow name server.
#pragma once

#include <netdb.h>

#include <cstdint>
#include <memory>
#include <string>

#include "omv/camera/transport/transport.h"

namespace omv::camera {

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

/// The addresses of host:port, for TCP and UDP alike. Numeric addresses are resolved at once, names on a thread of their own that is left
/// behind when the deadline passes or the wait is cancelled. Errc::io: there is no such name.
Result<Addresses> resolve(const std::string& host, std::uint16_t port, bool to_listen, Time deadline,
                          const Cancellation& cancellation);

}  // namespace omv::camera
