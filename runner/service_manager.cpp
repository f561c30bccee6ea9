// SPDX-License-Identifier: LGPL-2.1-or-later
// Datagrams to the socket that NOTIFY_SOCKET names.
#include "runner/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <ctime>

namespace omv::runner {

namespace {

// Taken out of the environment.
std::string take_variable(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value != nullptr ? value : "";
  ::unsetenv(name);
  return text;
}

std::string monotonic_microseconds() {
  timespec now = {};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::to_string(std::int64_t{now.tv_sec} * 1000000 + now.tv_nsec / 1000);
}

}  // namespace

ServiceManager::ServiceManager(EventLoop& loop) : address_(take_variable("NOTIFY_SOCKET")) {
  const std::string period = take_variable("WATCHDOG_USEC");
  const std::string process = take_variable("WATCHDOG_PID");
  if (address_.size() < 2 || address_.size() >= sizeof(sockaddr_un::sun_path)) return;
  if (address_[0] != '/' && address_[0] != '@') return;
  fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const bool is_ours = process.empty() || process == std::to_string(::getpid());
  const auto microseconds = std::chrono::microseconds(std::strtoll(period.c_str(), nullptr, 10));
  if (is_ours && microseconds.count() > 0) watchdog_ = loop.every(microseconds / 2, [this] { send("WATCHDOG=1"); });
}

ServiceManager::~ServiceManager() {
  if (fd_ >= 0) ::close(fd_);
}

void ServiceManager::ready() { send("READY=1"); }

void ServiceManager::reloading() { send("RELOADING=1\nMONOTONIC_USEC=" + monotonic_microseconds()); }

void ServiceManager::stopping() { send("STOPPING=1"); }

void ServiceManager::status(const std::string& text) { send("STATUS=" + text); }

void ServiceManager::send(const std::string& state) {
  if (fd_ < 0) return;
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::copy(address_.begin(), address_.end(), address.sun_path);
  if (address_[0] == '@') address.sun_path[0] = '\0';  // an abstract name
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  ::sendto(fd_, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), length);
}

}  // namespace omv::runner
