// SPDX-License-Identifier: LGPL-2.1-or-later
// Pipes whose reader may be missing or asleep.
#include "omv/storage/output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>
#include <thread>

namespace omv::storage {

namespace {

constexpr auto kBetweenLooks = std::chrono::milliseconds(20);

// How long a reader may take nothing when somebody is in a hurry.
constexpr auto kPatience = std::chrono::seconds(2);

// A write to a pipe whose reader has gone raises SIGPIPE, which would end the process: it is taken back.
class WithoutSigpipe {
 public:
  WithoutSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;
  ~WithoutSigpipe() {
    const timespec now = {};
    sigtimedwait(&pipe_, nullptr, &now);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_ = {};
  sigset_t before_ = {};
};

}  // namespace

bool PipeOutput::is_pipe(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

PipeOutput::~PipeOutput() {
  if (fd_ >= 0) ::close(fd_);
}

// Without a reader a pipe can't be opened (ENXIO).
Result<void> PipeOutput::open() {
  while (fd_ < 0) {
    fd_ = ::open(path_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd_ >= 0) break;
    if (errno != ENXIO && errno != EINTR) return system_error(path_, errno);
    if (*hurry_) return Error{Errc::cancelled, path_ + ": nobody reads it"};
    std::this_thread::sleep_for(kBetweenLooks);
  }
  return {};
}

Result<void> PipeOutput::wait_for_room() {
  pollfd look = {fd_, POLLOUT, 0};
  const auto since = std::chrono::steady_clock::now();
  while (::poll(&look, 1, static_cast<int>(kBetweenLooks.count())) == 0)
    if (*hurry_ && std::chrono::steady_clock::now() - since > kPatience)
      return Error{Errc::cancelled, path_ + ": nobody reads it"};
  return {};
}

Result<void> PipeOutput::append(ConstByteSpan bytes) {
  const WithoutSigpipe quiet;
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd_, bytes.data(), bytes.size());
    if (put >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(put));
      size_ += static_cast<std::uint64_t>(put);
    } else if (errno == EAGAIN) {
      OMV_CHECK(wait_for_room());
    } else if (errno != EINTR) {
      return system_error(path_ + ": write", errno);
    }
  }
  return {};
}

Result<void> PipeOutput::write_parts(std::uint64_t offset, std::span<const ConstByteSpan> parts) {
  if (offset != size_) return Error{Errc::unsupported, path_ + ": a pipe can't go back to " + std::to_string(offset)};
  OMV_CHECK(open());
  for (const ConstByteSpan part : parts) OMV_CHECK(append(part));
  return {};
}

}  // namespace omv::storage
