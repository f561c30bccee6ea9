// SPDX-License-Identifier: LGPL-2.1-or-later
// TCP sockets, non-blocking throughout.
#include "omv/camera/transport/tcp_transport.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "omv/camera/transport/resolve.h"
#include "omv/camera/transport/socket_name.h"

namespace omv::camera {

namespace {

constexpr int kBufferBytes = 1024 * 1024;
constexpr int kBacklog = 4;

std::string url(const std::string& host, std::uint16_t port) { return socket_url("tcp", host, port); }

Error os_error(const std::string& where, const char* what, int error) {
  return {Errc::io, where + ": " + what + std::strerror(error)};
}

// Requests are small and each waits for its answer, so nothing may be held back.
void tune(int fd) {
  const int on = 1;
  (void)::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  (void)::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kBufferBytes, sizeof kBufferBytes);
  (void)::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kBufferBytes, sizeof kBufferBytes);
}

Result<UniqueFd> open_socket(const addrinfo& address, const std::string& where) {
  UniqueFd fd(::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
  if (!fd) return os_error(where, "", errno);
  tune(fd.get());
  return fd;
}

Result<UniqueFd> connect_to(const addrinfo& address, const std::string& where, Time deadline,
                            const Cancellation& cancellation) {
  OMV_TRY(UniqueFd fd, open_socket(address, where));
  if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0) return fd;
  if (errno != EINPROGRESS) return os_error(where, "", errno);
  const Result<void> waited = wait_for(fd.get(), POLLOUT, deadline, cancellation);
  if (!waited) return Error{waited.error().code, where + ": connecting: " + waited.error().message};
  int error = 0;
  socklen_t size = sizeof error;
  (void)::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return os_error(where, "", error);
  return fd;
}

Result<UniqueFd> listen_on(const addrinfo& address, const std::string& where) {
  OMV_TRY(UniqueFd fd, open_socket(address, where));
  const int on = 1;
  (void)::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd.get(), address.ai_addr, address.ai_addrlen) != 0) return os_error(where, "", errno);
  if (::listen(fd.get(), kBacklog) != 0) return os_error(where, "", errno);
  return fd;
}

}  // namespace

Result<std::unique_ptr<Transport>> connect_tcp(const std::string& host, std::uint16_t port, Time deadline,
                                               std::shared_ptr<Cancellation> cancellation) {
  OMV_TRY(const Addresses addresses, resolve(host, port, false, deadline, *cancellation));
  const std::string where = url(host, port);
  Error last{Errc::io, where + ": the name has no address"};
  for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
    Result<UniqueFd> fd = connect_to(*address, where, deadline, *cancellation);
    if (fd) return std::unique_ptr<Transport>(new FdTransport(std::move(*fd), where, std::move(cancellation)));
    last = fd.error();
    if (last.code != Errc::io) break;
  }
  return last;
}

TcpListener::TcpListener(UniqueFd fd, std::string host, std::uint16_t port)
    : fd_(std::move(fd)), port_(port), description_(url(host, port)) {}

Result<TcpListener> TcpListener::listen(const std::string& host, std::uint16_t port) {
  const Cancellation never;
  OMV_TRY(const Addresses addresses, resolve(host, port, true, kNever, never));
  Error last{Errc::io, url(host, port) + ": the name has no address"};
  for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
    Result<UniqueFd> fd = listen_on(*address, url(host, port));
    if (fd) {
      const std::uint16_t bound = bound_port(fd->get());
      return TcpListener(std::move(*fd), host, bound);
    }
    last = fd.error();
  }
  return last;
}

Result<std::unique_ptr<Transport>> TcpListener::accept(Time deadline, std::shared_ptr<Cancellation> cancellation) {
  while (true) {
    OMV_CHECK(wait_for(fd_.get(), POLLIN, deadline, *cancellation));
    UniqueFd fd(::accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd) {
      tune(fd.get());
      return std::unique_ptr<Transport>(new FdTransport(std::move(fd), description_, std::move(cancellation)));
    }
    // A connection that was given up before it was taken is none.
    if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) return os_error(description_, "accept: ", errno);
  }
}

}  // namespace omv::camera
