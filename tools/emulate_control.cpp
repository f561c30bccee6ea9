// SPDX-License-Identifier: LGPL-2.1-or-later
// Signals and standard input in one wait.
#include "emulate_control.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace omv::tool {

namespace {

constexpr std::size_t kLongestLine = 4096;

// A background job that reads its terminal is stopped.
bool may_read_input() { return isatty(STDIN_FILENO) == 0 || tcgetpgrp(STDIN_FILENO) == getpgrp(); }

}  // namespace

ControlInput::ControlInput() {
  sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&signals_, signal);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  signal_fd_ = ::signalfd(-1, &signals_, SFD_CLOEXEC | SFD_NONBLOCK);
}

ControlInput::~ControlInput() {
  if (signal_fd_ >= 0) ::close(signal_fd_);
}

ControlInput::News ControlInput::wait(int milliseconds) {
  if (input_.find('\n') != std::string::npos) return News::line;
  const bool listens = input_open_ && may_read_input();
  std::array<pollfd, 2> fds = {{{signal_fd_, POLLIN, 0}, {listens ? STDIN_FILENO : -1, POLLIN, 0}}};
  if (::poll(fds.data(), fds.size(), milliseconds) <= 0) return News::nothing;
  if (fds[0].revents != 0) return take_signal();
  read_input();
  return input_.find('\n') != std::string::npos ? News::line : News::nothing;
}

ControlInput::News ControlInput::take_signal() {
  signalfd_siginfo info = {};
  if (::read(signal_fd_, &info, sizeof info) != sizeof info) return News::nothing;
  return info.ssi_signo == SIGUSR1 ? News::unplug : News::end;
}

void ControlInput::read_input() {
  std::array<char, 1024> some = {};
  const ssize_t got = ::read(STDIN_FILENO, some.data(), some.size());
  if (got <= 0) {
    input_open_ = got < 0 && (errno == EINTR || errno == EAGAIN);
    return;
  }
  input_.append(some.data(), static_cast<std::size_t>(got));
  if (input_.size() > kLongestLine && input_.find('\n') == std::string::npos) input_.clear();
}

std::string ControlInput::take_line() {
  const std::size_t end = input_.find('\n');
  std::string line = input_.substr(0, end);
  input_.erase(0, end + 1);
  return line;
}

}  // namespace omv::tool
