// SPDX-License-Identifier: LGPL-2.1-or-later
// The fast path tries the descriptor first and waits only when it has to.
#include "omv/camera/transport/fd_transport.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace omv::camera {

namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;

bool is_socket(int fd) {
  struct stat status = {};
  return ::fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

// Never blocks; a broken socket gives EPIPE instead of a signal.
ssize_t try_write(int fd, ConstByteSpan from, bool socket) {
  return socket ? ::send(fd, from.data(), from.size(), MSG_NOSIGNAL) : ::write(fd, from.data(), from.size());
}

// What a vanished other side looks like: EIO is a terminal that was hung up.
bool means_closed(int error) {
  return error == EPIPE || error == ECONNRESET || error == EIO || error == ENXIO || error == ENODEV;
}

timespec until(Time deadline) {
  const std::int64_t left = std::max<std::int64_t>((deadline - Clock::steady()->now()).count(), 0);
  return {static_cast<time_t>(left / kNanoseconds), static_cast<long>(left % kNanoseconds)};
}

}  // namespace

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void UniqueFd::reset() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Result<void> wait_for(int fd, short events, Time deadline, const Cancellation& cancellation) {
  std::array<pollfd, 2> fds = {{{fd, events, 0}, {cancellation.fd(), POLLIN, 0}}};
  while (true) {
    if (cancellation.cancelled()) return Error{Errc::cancelled, "the wait was cancelled"};
    const timespec left = deadline == kNever ? timespec{} : until(deadline);
    const int ready = ::ppoll(fds.data(), fds.size(), deadline == kNever ? nullptr : &left, nullptr);
    if (ready < 0 && errno != EINTR) return Error{Errc::io, std::string("poll: ") + std::strerror(errno)};
    if (ready == 0) return Error{Errc::timeout, "nothing happened in time"};
    // The flag may be gone: reset() has met another cancel() half way.
    if (ready > 0 && fds[1].revents != 0) return Error{Errc::cancelled, "the wait was cancelled"};
    if (ready > 0 && fds[0].revents != 0) return {};
  }
}

FdTransport::FdTransport(UniqueFd fd, std::string description, std::shared_ptr<Cancellation> cancellation)
    : fd_(std::move(fd)),
      description_(std::move(description)),
      cancellation_(std::move(cancellation)),
      is_socket_(is_socket(fd_.get())) {}

Error FdTransport::os_error(const char* what) const {
  const int error = errno;
  if (means_closed(error)) return {Errc::closed, description_ + ": the other side is gone"};
  return {Errc::io, description_ + ": " + what + ": " + std::strerror(error)};
}

Result<std::size_t> FdTransport::read(ByteSpan into, Time deadline) {
  while (true) {
    if (cancellation_->cancelled()) return Error{Errc::cancelled, description_ + ": reading was cancelled"};
    const ssize_t got = ::read(fd(), into.data(), into.size());
    if (got > 0) return static_cast<std::size_t>(got);
    if (got == 0) return Error{Errc::closed, description_ + ": closed by the other side"};
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return os_error("read");
    OMV_CHECK(wait_for(fd(), POLLIN, deadline, *cancellation_));
  }
}

Result<std::size_t> FdTransport::write(ConstByteSpan from, Time deadline) {
  while (true) {
    if (cancellation_->cancelled()) return Error{Errc::cancelled, description_ + ": writing was cancelled"};
    const ssize_t put = try_write(fd(), from, is_socket_);
    if (put > 0) return static_cast<std::size_t>(put);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return os_error("write");
    OMV_CHECK(wait_for(fd(), POLLOUT, deadline, *cancellation_));
  }
}

}  // namespace omv::camera
