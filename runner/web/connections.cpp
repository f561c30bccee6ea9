// SPDX-License-Identifier: LGPL-2.1-or-later
// Listening, counting and hanging up, by GIO.
#include "runner/web/connections.h"

#include <gio/gunixsocketaddress.h>
#include <sys/socket.h>

#include <charconv>

namespace omv::runner::web {

namespace {

/// Connections beyond the limit that are still told so; further ones are closed without a word.
constexpr std::size_t kTold = 16;

constexpr const char* kTooMany = "omv-too-many";
constexpr const char* kSocket = "omv-socket";

struct HostAndPort {
  std::string host;
  std::uint16_t port = 0;
};

Result<HostAndPort> parse_address(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  const Error wrong = {Errc::invalid, "'" + address + "' is not HOST:PORT"};
  if (colon == std::string::npos || colon == 0) return wrong;
  HostAndPort result{address.substr(0, colon), 0};
  const char* end = address.data() + address.size();
  const auto [last, failed] = std::from_chars(address.data() + colon + 1, end, result.port);
  if (failed != std::errc() || last != end) return wrong;
  if (result.host.starts_with('[') && result.host.ends_with(']'))
    result.host = result.host.substr(1, result.host.size() - 2);
  return result;
}

struct AddressesDeleter {
  void operator()(GList* list) const { g_resolver_free_addresses(list); }
};
using Addresses = std::unique_ptr<GList, AddressesDeleter>;

Result<Addresses> resolve(const std::string& host) {
  g_autoptr(GResolver) resolver = g_resolver_get_default();
  g_autoptr(GError) error = nullptr;
  Addresses found(g_resolver_lookup_by_name(resolver, host.c_str(), nullptr, &error));
  if (found == nullptr) return Error{Errc::io, "the host '" + host + "' is not known: " + error->message};
  return found;
}

/// Counts a connection until it is gone.
void count(GSocketConnection* connection, const std::shared_ptr<std::size_t>& open) {
  ++*open;
  g_object_weak_ref(
      G_OBJECT(connection),
      [](gpointer data, GObject*) {
        const std::unique_ptr<std::shared_ptr<std::size_t>> counter(static_cast<std::shared_ptr<std::size_t>*>(data));
        --**counter;
      },
      new std::shared_ptr<std::size_t>(open));
}

}  // namespace

void Connections::ServiceDeleter::operator()(GSocketService* service) const {
  g_socket_service_stop(service);
  g_socket_listener_close(G_SOCKET_LISTENER(service));
  g_object_unref(service);
}

Connections::Connections(SoupServer* server, std::size_t limit)
    : server_(server), limit_(limit), service_(g_socket_service_new()) {
  g_socket_service_stop(service_.get());
  const auto on_incoming = +[](GSocketService*, GSocketConnection* connection, GObject*, gpointer self) -> gboolean {
    static_cast<Connections*>(self)->accept(connection);
    return TRUE;
  };
  g_signal_connect(service_.get(), "incoming", G_CALLBACK(on_incoming), this);
}

Connections::~Connections() { g_signal_handlers_disconnect_by_data(service_.get(), this); }

Result<void> Connections::add(GSocketAddress* address) {
  g_autoptr(GSocketAddress) bound = nullptr;
  g_autoptr(GError) error = nullptr;
  if (!g_socket_listener_add_address(G_SOCKET_LISTENER(service_.get()), address, G_SOCKET_TYPE_STREAM,
                                     G_SOCKET_PROTOCOL_DEFAULT, nullptr, &bound, &error))
    return Error{g_error_matches(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE) ? Errc::busy : Errc::io, error->message};
  if (G_IS_INET_SOCKET_ADDRESS(bound)) port_ = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
  return {};
}

Result<void> Connections::listen(const std::string& address) {
  OMV_TRY(const HostAndPort wanted, parse_address(address));
  OMV_TRY(const Addresses addresses, resolve(wanted.host));
  Result<void> last;
  bool listens = false;
  for (const GList* one = addresses.get(); one != nullptr; one = one->next) {
    g_autoptr(GSocketAddress) socket = g_inet_socket_address_new(G_INET_ADDRESS(one->data), wanted.port);
    last = add(socket);
    listens = listens || last.has_value();
  }
  if (listens) return {};
  return Error{last.error().code, "can't listen on " + address + ": " + last.error().message};
}

Result<void> Connections::listen_local(const std::string& path) {
  g_autoptr(GSocketAddress) socket = g_unix_socket_address_new(path.c_str());
  const auto added = add(socket);
  if (!added) return Error{added.error().code, "can't listen on " + path + ": " + added.error().message};
  return {};
}

void Connections::accept(GSocketConnection* connection) {
  g_autoptr(GSocketAddress) remote = g_socket_connection_get_remote_address(connection, nullptr);
  g_autoptr(GSocketAddress) local = g_socket_connection_get_local_address(connection, nullptr);
  const bool is_local = G_IS_UNIX_SOCKET_ADDRESS(local);
  const bool is_served = is_local || *open_ < limit_;
  if (remote == nullptr || (!is_served && *told_ >= kTold)) return;
  GSocket* socket = g_socket_connection_get_socket(connection);
  g_socket_set_timeout(socket, kSilence);
  // The server hands this very object to the handlers of the connection's messages.
  g_object_set_data_full(G_OBJECT(remote), kSocket, g_object_ref(socket), g_object_unref);
  if (!is_served) g_object_set_data(G_OBJECT(remote), kTooMany, remote);
  if (!is_local) count(connection, is_served ? open_ : told_);
  g_autoptr(GError) error = nullptr;
  if (!soup_server_accept_iostream(server_, G_IO_STREAM(connection), local, remote, &error))
    g_debug("a client could not be accepted: %s", error->message);
}

bool is_one_too_many(SoupServerMessage* message) {
  GSocketAddress* remote = soup_server_message_get_remote_address(message);
  return remote != nullptr && g_object_get_data(G_OBJECT(remote), kTooMany) != nullptr;
}

void hang_up(SoupServerMessage* message) {
  GSocketAddress* remote = soup_server_message_get_remote_address(message);
  gpointer socket = remote == nullptr ? nullptr : g_object_get_data(G_OBJECT(remote), kSocket);
  if (socket == nullptr) return;
  // What a client still sends is not waited for.
  const linger at_once = {1, 0};
  ::setsockopt(g_socket_get_fd(G_SOCKET(socket)), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  g_socket_close(G_SOCKET(socket), nullptr);
}

}  // namespace omv::runner::web
