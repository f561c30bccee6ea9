// SPDX-License-Identifier: LGPL-2.1-or-later
// getaddrinfo cannot be interrupted, so somebody else waits for it.
#include "omv/camera/transport/resolve.h"

#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <thread>

#include "omv/camera/transport/fd_transport.h"

namespace omv::camera {

namespace {

struct Found {
  int error = 0;
  Addresses addresses;
};

// Shared by the one who asks and the thread that waits; the last of them frees it.
struct Lookup {
  Found found;
  Cancellation done;  // used as a signal
};

Found look_up(const std::string& host, std::uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  Found found;
  found.error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (found.error == 0) found.addresses.reset(list);
  return found;
}

Result<Addresses> result_of(Found found, const std::string& host) {
  if (found.error != 0) return Error{Errc::io, host + ": " + ::gai_strerror(found.error)};
  return std::move(found.addresses);
}

}  // namespace

Result<Addresses> resolve(const std::string& host, std::uint16_t port, bool to_listen, Time deadline,
                          const Cancellation& cancellation) {
  const int flags = to_listen ? AI_PASSIVE : 0;
  Found numeric = look_up(host, port, flags | AI_NUMERICHOST);
  if (numeric.error != EAI_NONAME) return result_of(std::move(numeric), host);

  const auto lookup = std::make_shared<Lookup>();
  std::thread([lookup, host, port, flags] {
    lookup->found = look_up(host, port, flags);
    lookup->done.cancel();
  }).detach();
  const Result<void> waited = wait_for(lookup->done.fd(), POLLIN, deadline, cancellation);
  // Reading the flag is what makes the other thread's result visible here.
  if (waited && lookup->done.cancelled()) return result_of(std::move(lookup->found), host);
  return Error{waited ? Errc::io : waited.error().code,
               "looking up " + host + ": " + (waited ? "interrupted" : waited.error().message)};
}

}  // namespace omv::camera
