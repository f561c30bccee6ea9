// SPDX-License-Identifier: LGPL-2.1-or-later
// getaddrinfo cannot be interrupted, so somebody else waits for it.
#include "omv/camera/resolve.h"

#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <thread>

#include "omv/camera/fd_transport.h"

namespace omv::camera {

namespace {

struct Answer {
  int error = 0;
  Addresses addresses;
};

// Shared by the one who asks and the thread that waits; the last of them frees it.
struct Lookup {
  Answer answer;
  Cancellation done;  // used as a signal
};

Answer look_up(const std::string& host, std::uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  Answer answer;
  answer.error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (answer.error == 0) answer.addresses.reset(list);
  return answer;
}

Result<Addresses> result_of(Answer answer, const std::string& host) {
  if (answer.error != 0) return Error{Errc::io, host + ": " + ::gai_strerror(answer.error)};
  return std::move(answer.addresses);
}

}  // namespace

Result<Addresses> resolve(const std::string& host, std::uint16_t port, bool to_listen, Time deadline,
                          const Cancellation& cancellation) {
  const int flags = to_listen ? AI_PASSIVE : 0;
  Answer numeric = look_up(host, port, flags | AI_NUMERICHOST);
  if (numeric.error != EAI_NONAME) return result_of(std::move(numeric), host);

  const auto lookup = std::make_shared<Lookup>();
  std::thread([lookup, host, port, flags] {
    lookup->answer = look_up(host, port, flags);
    lookup->done.cancel();
  }).detach();
  const Result<void> waited = wait_for(lookup->done.fd(), POLLIN, deadline, cancellation);
  if (!waited) return Error{waited.error().code, "looking up " + host + ": " + waited.error().message};
  return result_of(std::move(lookup->answer), host);
}

}  // namespace omv::camera
