// SPDX-License-Identifier: LGPL-2.1-or-later
// Cancellation over an event descriptor that stays readable until it is reset.
#include "omv/camera/transport/transport.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

namespace omv::camera {

// Without a descriptor (none left) cancelled() still works; waits then end at their deadline.
Cancellation::Cancellation() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Cancellation::~Cancellation() {
  if (fd_ >= 0) ::close(fd_);
}

void Cancellation::cancel() noexcept {
  cancelled_ = true;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t put = ::write(fd_, &one, sizeof one);
}

void Cancellation::reset() noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(fd_, &count, sizeof count);
  cancelled_ = false;
}

Result<void> write_all(Transport& transport, ConstByteSpan from, Time deadline) {
  while (!from.empty()) {
    OMV_TRY(const std::size_t count, transport.write(from, deadline));
    from = from.subspan(count);
  }
  return {};
}

}  // namespace omv::camera
