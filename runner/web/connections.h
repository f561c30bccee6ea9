// SPDX-License-Identifier: LGPL-2.1-or-later
// Accepts the clients of the page: so many, none of them silent for ever.
#pragma once

#include <gio/gio.h>
#include <libsoup/soup.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "omv/base/result.h"

namespace omv::runner::web {

/// Listening sockets in front of a SoupServer. Made and destroyed by the thread that runs the server's context, or
/// before it runs.
class Connections {
 public:
  /// A client that neither sends nor takes a byte for so long is hung up on.
  static constexpr guint kSilence = 30;

  /// `limit`: connections over TCP that are served at once. A few more are told that there are too many. Those over the
  /// local socket, which are of the same user, have no limit.
  Connections(SoupServer* server, std::size_t limit);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// `address` is HOST:PORT, or [HOST]:PORT; of a name all addresses. Port 0: any that is free.
  Result<void> listen(const std::string& address);

  /// A socket in the file system, for the same user. The caller has made sure that the path is free.
  Result<void> listen_local(const std::string& path);

  /// Begins to accept, once, after all listen…(): GSocketService drops a client that comes while a socket is added.
  void start() { g_socket_service_start(service_.get()); }

  /// Of the last listen(); 0: none.
  std::uint16_t port() const { return port_; }

  /// Connections over TCP that are served now.
  std::size_t open() const { return *open_; }
  std::size_t limit() const { return limit_; }

 private:
  struct ServiceDeleter {
    void operator()(GSocketService* service) const;
  };

  Result<void> add(GSocketAddress* address);
  void accept(GSocketConnection* connection);

  SoupServer* server_;
  std::size_t limit_;
  std::uint16_t port_ = 0;
  // Over TCP. They outlive this with the last connection.
  std::shared_ptr<std::size_t> open_ = std::make_shared<std::size_t>(0);
  std::shared_ptr<std::size_t> told_ = std::make_shared<std::size_t>(0);
  std::unique_ptr<GSocketService, ServiceDeleter> service_;
};

/// True when the message came over a connection beyond the limit: it is refused, and its connection closed.
bool is_one_too_many(SoupServerMessage* message);

/// Closes the connection of a message that can't be answered to the end.
void hang_up(SoupServerMessage* message);

}  // namespace omv::runner::web
