// SPDX-License-Identifier: LGPL-2.1-or-later
// Transport over a non-blocking file descriptor: sockets, terminals, pipes.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "omv/camera/transport/transport.h"

namespace omv::camera {

/// Owns a descriptor; closes it.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  ~UniqueFd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset();

 private:
  int fd_ = -1;
};

/// Waits until `fd` is ready for `events` (POLLIN, POLLOUT): Errc::timeout, Errc::cancelled or ready.
Result<void> wait_for(int fd, short events, Time deadline, const Cancellation& cancellation);

class FdTransport : public Transport {
 public:
  /// `fd` is non-blocking. `cancellation` may be shared with others; not null.
  FdTransport(UniqueFd fd, std::string description, std::shared_ptr<Cancellation> cancellation);

  Result<std::size_t> read(ByteSpan into, Time deadline) override;
  Result<std::size_t> write(ConstByteSpan from, Time deadline) override;
  std::string describe() const override { return description_; }

 protected:
  int fd() const { return fd_.get(); }

 private:
  Error os_error(const char* what) const;

  UniqueFd fd_;
  std::string description_;
  std::shared_ptr<Cancellation> cancellation_;
  bool is_socket_;
};

}  // namespace omv::camera
