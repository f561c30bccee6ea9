// SPDX-License-Identifier: LGPL-2.1-or-later
// UDP sockets, non-blocking throughout.
#include "omv/camera/transport/udp_transport.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "omv/camera/transport/fd_transport.h"
#include "omv/camera/transport/resolve.h"
#include "omv/camera/transport/socket_name.h"

namespace omv::camera {

namespace {

using namespace std::chrono_literals;

constexpr int kBufferBytes = 4 * 1024 * 1024;    // the kernel gives as much of it as it allows
constexpr std::size_t kLargestDatagram = 65536;  // more than there can be
constexpr std::size_t kBurst = 64 * 1024;        // fits into the smallest receive buffer that systems come with
constexpr Time kPause = 1ms;                     // after a burst

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

class UdpTransport : public Transport {
 public:
  UdpTransport(UniqueFd fd, std::string description, DatagramCut cut, std::shared_ptr<Cancellation> cancellation)
      : fd_(std::move(fd)),
        description_(std::move(description)),
        cut_(cut),
        cancellation_(std::move(cancellation)),
        spill_(kLargestDatagram) {}

  Result<std::size_t> read(ByteSpan into, Time deadline) override;
  Result<std::size_t> write(ConstByteSpan from, Time deadline) override;
  std::string describe() const override { return description_; }

 protected:
  // Like recvmsg() and send(): bytes, or -1 and errno.
  virtual ssize_t receive(msghdr& message) = 0;
  virtual ssize_t send(ConstByteSpan datagram) = 0;
  /// Called before each datagram.
  virtual Result<void> before_sending(std::size_t) { return {}; }

  int fd() const { return fd_.get(); }
  const Cancellation& cancellation() const { return *cancellation_; }

 private:
  std::size_t take_rest(ByteSpan into);
  ssize_t receive_into(ByteSpan into);
  Error os_error(const char* what) const;

  UniqueFd fd_;
  std::string description_;
  DatagramCut cut_;
  std::shared_ptr<Cancellation> cancellation_;
  Bytes spill_;         // the end of a datagram for which there was no room
  ConstByteSpan rest_;  // what of it was not handed out yet
};

Error UdpTransport::os_error(const char* what) const {
  const int error = errno;
  if (error == ECONNREFUSED)
    return {Errc::closed, description_ + ": refused: nothing listens on this port; is the camera's script running?"};
  if (error == EMSGSIZE) return {Errc::io, description_ + ": a packet is too large for a datagram"};
  return {Errc::io, description_ + ": " + what + ": " + std::strerror(error)};
}

std::size_t UdpTransport::take_rest(ByteSpan into) {
  const std::size_t count = std::min(into.size(), rest_.size());
  std::copy_n(rest_.begin(), count, into.begin());
  rest_ = rest_.subspan(count);
  return count;
}

// The system fills one piece of memory behind the other.
ssize_t UdpTransport::receive_into(ByteSpan into) {
  std::array<iovec, 2> pieces = {{{into.data(), into.size()}, {spill_.data(), spill_.size()}}};
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  const ssize_t got = receive(message);
  const std::size_t size = got > 0 ? static_cast<std::size_t>(got) : 0;
  if (size <= into.size()) return got;
  rest_ = ConstByteSpan(spill_).first(size - into.size());
  return static_cast<ssize_t>(into.size());
}

Result<std::size_t> UdpTransport::read(ByteSpan into, Time deadline) {
  if (!rest_.empty()) return take_rest(into);
  while (true) {
    if (cancellation_->cancelled()) return Error{Errc::cancelled, description_ + ": reading was cancelled"};
    const ssize_t got = receive_into(into);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got < 0 && !would_block(errno) && errno != EINTR) return os_error("receiving");
    OMV_CHECK(wait_for(fd(), POLLIN, deadline, *cancellation_));  // an empty datagram says nothing either
  }
}

Result<std::size_t> UdpTransport::write(ConstByteSpan from, Time deadline) {
  const ConstByteSpan datagram = from.first(cut_(from));
  OMV_CHECK(before_sending(datagram.size()));
  while (true) {
    if (cancellation_->cancelled()) return Error{Errc::cancelled, description_ + ": writing was cancelled"};
    if (send(datagram) >= 0) return datagram.size();
    if (errno == EINTR) continue;
    if (!would_block(errno)) return os_error("sending");
    OMV_CHECK(wait_for(fd(), POLLOUT, deadline, *cancellation_));
  }
}

class ConnectedUdp final : public UdpTransport {
 public:
  using UdpTransport::UdpTransport;

 private:
  ssize_t receive(msghdr& message) override { return ::recvmsg(fd(), &message, 0); }
  ssize_t send(ConstByteSpan datagram) override { return ::send(fd(), datagram.data(), datagram.size(), MSG_NOSIGNAL); }
};

class AnsweringUdp final : public UdpTransport {
 public:
  using UdpTransport::UdpTransport;

 private:
  ssize_t receive(msghdr& message) override {
    sockaddr_storage sender{};
    message.msg_name = &sender;
    message.msg_namelen = sizeof sender;
    const ssize_t got = ::recvmsg(fd(), &message, 0);
    if (got > 0) {
      peer_ = sender;
      peer_size_ = message.msg_namelen;
    }
    return got;
  }

  // Nobody to send to, or nobody there any more: lost, as in any network.
  ssize_t send(ConstByteSpan datagram) override {
    const auto size = static_cast<ssize_t>(datagram.size());
    if (peer_size_ == 0) return size;
    const auto* to = reinterpret_cast<const sockaddr*>(&peer_);
    const ssize_t put = ::sendto(fd(), datagram.data(), datagram.size(), MSG_NOSIGNAL, to, peer_size_);
    return put < 0 && !would_block(errno) && errno != EINTR ? size : put;
  }

  Result<void> before_sending(std::size_t bytes) override {
    if (burst_ + bytes > kBurst) {
      const Result<void> paused = wait_for(fd(), 0, Clock::steady()->now() + kPause, cancellation());
      if (!paused && paused.error().code != Errc::timeout) return paused;
      burst_ = 0;
    }
    burst_ += bytes;
    return {};
  }

  sockaddr_storage peer_{};
  socklen_t peer_size_ = 0;
  std::size_t burst_ = 0;
};

const addrinfo* first_v4(const addrinfo* list) {
  for (const addrinfo* address = list; address != nullptr; address = address->ai_next)
    if (address->ai_family == AF_INET) return address;
  return list;
}

using Attach = int (*)(int fd, const sockaddr* address, socklen_t size);  // ::connect or ::bind

Result<UniqueFd> open_socket(const addrinfo* address, const std::string& where, Attach attach) {
  if (address == nullptr) return Error{Errc::io, where + ": the name has no address"};
  UniqueFd fd(::socket(address->ai_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP));
  if (!fd || attach(fd.get(), address->ai_addr, address->ai_addrlen) != 0)
    return Error{Errc::io, where + ": " + std::strerror(errno)};
  (void)::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &kBufferBytes, sizeof kBufferBytes);
  return fd;
}

}  // namespace

Result<std::unique_ptr<Transport>> connect_udp(const std::string& host, std::uint16_t port, DatagramCut cut,
                                               Time deadline, std::shared_ptr<Cancellation> cancellation) {
  OMV_TRY(const Addresses addresses, resolve(host, port, false, deadline, *cancellation));
  const std::string where = socket_url("udp", host, port);
  OMV_TRY(UniqueFd fd, open_socket(first_v4(addresses.get()), where, ::connect));
  return std::unique_ptr<Transport>(new ConnectedUdp(std::move(fd), where, cut, std::move(cancellation)));
}

Result<UdpPort> bind_udp(const std::string& host, std::uint16_t port, DatagramCut cut,
                         std::shared_ptr<Cancellation> cancellation) {
  const Cancellation never;
  OMV_TRY(const Addresses addresses, resolve(host, port, true, kNever, never));
  OMV_TRY(UniqueFd fd, open_socket(first_v4(addresses.get()), socket_url("udp", host, port), ::bind));
  const std::uint16_t bound = bound_port(fd.get());
  const std::string where = socket_url("udp", host, bound);
  return UdpPort{std::make_unique<AnsweringUdp>(std::move(fd), where, cut, std::move(cancellation)), bound};
}

}  // namespace omv::camera
