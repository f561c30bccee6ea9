// SPDX-License-Identifier: LGPL-2.1-or-later
// The status page of a rig: HTTP on a thread of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "omv/base/result.h"
#include "runner/control.h"

namespace omv::runner::web {

struct ServerOptions {
  std::string listen;             ///< HOST:PORT; empty: no page, only the socket. Port 0: any that is free
  std::string token;              ///< what clients have to show; empty: nothing, which loopback addresses allow only
  std::string socket;             ///< path of the socket for `omv trigger`; empty: none
  std::size_t page_clients = 20;  ///< connections at once
  unsigned request_seconds = 30;  ///< a request that is not whole by then ends its connection
};

/// Runs from start() to its destruction. Its thread is a nice one, calls nothing but `control`, and is the only one
/// that does: whatever clients do, recording goes on.
class Server {
 public:
  /// `control` outlives it. Errc::invalid: an address that is none, or that others reach, without a token.
  /// Errc::busy: another program listens there. Errc::io: the address or the socket can't be had.
  static Result<std::unique_ptr<Server>> start(Control& control, const ServerOptions& options);

  /// Hangs up on every client.
  virtual ~Server() = default;

  /// Of `listen`; 0: there is no page.
  virtual std::uint16_t port() const = 0;
};

}  // namespace omv::runner::web
