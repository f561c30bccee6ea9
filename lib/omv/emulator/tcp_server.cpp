// SPDX-License-Identifier: LGPL-2.1-or-later
// One thread accepts, one serves.
#include "omv/emulator/server.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace omv::emulator {

namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 2s;        // of a newcomer, and with a silent host
constexpr auto kAcceptPause = 200ms;  // after an error of the operating system
constexpr auto kLookAgain = 50ms;     // for a sign of life, or a cable that was pulled

}  // namespace

Result<std::unique_ptr<TcpServer>> TcpServer::start(std::unique_ptr<Emulator> emulator, const std::string& host,
                                                    std::uint16_t port, CameraObserver observer) {
  OMV_TRY(camera::TcpListener listener, camera::TcpListener::listen(host, port));
  return std::unique_ptr<TcpServer>(new TcpServer(std::move(emulator), host, std::move(listener), std::move(observer)));
}

TcpServer::TcpServer(std::unique_ptr<Emulator> emulator, std::string host, camera::TcpListener listener,
                     CameraObserver observer)
    : emulator_(std::move(emulator)),
      host_(std::move(host)),
      port_(listener.port()),
      address_(listener.describe()),
      listener_(std::move(listener)),
      observer_(std::move(observer)) {
  acceptor_ = std::thread([this] { accept_hosts(); });
}

TcpServer::~TcpServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (accepting_) accepting_->cancel();
    if (current_) current_->cancel();
  }
  changed_.notify_all();
  acceptor_.join();
}

// Null when the server is to stop.
std::shared_ptr<camera::Cancellation> TcpServer::begin_accept() {
  const std::lock_guard lock(mutex_);
  if (stopping_) return nullptr;
  accepting_ = std::make_shared<camera::Cancellation>();
  return accepting_;
}

void TcpServer::accept_hosts() {
  while (const auto cancellation = begin_accept()) {
    auto link = next_host(cancellation);
    if (!link) {
      pause();
      continue;
    }
    if (!make_way()) continue;
    const std::lock_guard lock(mutex_);
    if (stopping_) break;
    current_ = cancellation;
    serving_ = true;
    connected_at_ = Clock::steady()->now();
    server_ = std::thread([this, transport = std::move(*link)] { serve(*transport); });
  }
  if (server_.joinable()) server_.join();
}

Result<std::unique_ptr<camera::Transport>> TcpServer::next_host(
    const std::shared_ptr<camera::Cancellation>& cancellation) {
  while (true) {
    if (emulator_->away_until()) OMV_CHECK(stay_away(*cancellation));
    if (!listener_) {
      OMV_TRY(listener_, camera::TcpListener::listen(host_, port_));
      emulator_->come_back();
    }
    auto link = listener_->accept(Clock::steady()->now() + kLookAgain, cancellation);
    if (link || link.error().code != Errc::timeout) return link;
  }
}

// Connections are refused until the camera may come back.
Result<void> TcpServer::stay_away(const camera::Cancellation& cancellation) {
  listener_.reset();
  if (!emulator_->await_return(cancellation)) return Error{Errc::cancelled, "the server stops"};
  return {};
}

void TcpServer::serve(camera::Transport& link) {
  emulator_->serve(link);
  const std::lock_guard lock(mutex_);
  serving_ = false;
  changed_.notify_all();
}

// Ends the connection before, if it has not ended or shows no sign of life. False: it is alive.
bool TcpServer::make_way() {
  if (!wait_for_end()) {
    if (observer_) observer_(CameraEvent::host_refused);
    return false;
  }
  {
    const std::lock_guard lock(mutex_);
    if (current_) current_->cancel();
  }
  if (server_.joinable()) server_.join();
  return true;
}

bool TcpServer::wait_for_end() {
  const Time arrival = Clock::steady()->now();
  std::unique_lock lock(mutex_);
  while (serving_ && !stopping_) {
    const Time now = Clock::steady()->now();
    const Time last_heard = std::max(connected_at_, Time(emulator_->counters().last_heard_ns));
    if (now - last_heard >= kPatience) return true;
    if (now - arrival >= kPatience) return false;
    changed_.wait_for(lock, kLookAgain);
  }
  return true;
}

void TcpServer::pause() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kAcceptPause, [this] { return stopping_; });
}

}  // namespace omv::emulator
