// SPDX-License-Identifier: LGPL-2.1-or-later
// A pair of Unix sockets: the same waiting and cancelling as everywhere else.
#include "omv/camera/transport/pipe_transport.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "omv/camera/transport/fd_transport.h"

namespace omv::camera {

namespace {

constexpr int kBufferBytes = 1024 * 1024;

}  // namespace

Result<TransportPair> make_pipe(std::shared_ptr<Cancellation> first, std::shared_ptr<Cancellation> second) {
  std::array<int, 2> fds{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()) != 0)
    return Error{Errc::io, std::string("socketpair: ") + std::strerror(errno)};
  for (const int fd : fds) (void)::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kBufferBytes, sizeof kBufferBytes);
  return TransportPair{std::make_unique<FdTransport>(UniqueFd(fds[0]), "in-process pipe", std::move(first)),
                       std::make_unique<FdTransport>(UniqueFd(fds[1]), "in-process pipe", std::move(second))};
}

}  // namespace omv::camera
