// SPDX-License-Identifier: LGPL-2.1-or-later
// TCP: connecting to a served camera, and serving one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "omv/camera/transport/fd_transport.h"

namespace omv::camera {

/// Connects to host:port, trying every address of the name in turn. Errc::timeout at the deadline, Errc::cancelled as
/// soon as asked (during name resolution too), Errc::io with the reason otherwise.
Result<std::unique_ptr<Transport>> connect_tcp(const std::string& host, std::uint16_t port, Time deadline,
                                               std::shared_ptr<Cancellation> cancellation);

/// A listening socket. One thread accepts.
class TcpListener {
 public:
  /// `host` is an address or name of this machine ("127.0.0.1", "::1", "0.0.0.0"); port 0 takes a free one.
  static Result<TcpListener> listen(const std::string& host, std::uint16_t port);

  std::uint16_t port() const { return port_; }
  std::string describe() const { return description_; }

  /// The next connection; it waits with the cancellation given here.
  Result<std::unique_ptr<Transport>> accept(Time deadline, std::shared_ptr<Cancellation> cancellation);

 private:
  TcpListener(UniqueFd fd, std::string host, std::uint16_t port);

  UniqueFd fd_;
  std::uint16_t port_;
  std::string description_;
};

}  // namespace omv::camera
