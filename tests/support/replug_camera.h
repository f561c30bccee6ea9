// SPDX-License-Identifier: LGPL-2.1-or-later
// An emulated camera behind a TCP port whose cable can be pulled.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "omv/camera/transport/tcp_transport.h"
#include "omv/emulator/emulator.h"

namespace omv::test {

/// Serves one host after the other, always the same camera. While it is unplugged, hosts that call are hung up on.
class ReplugCamera {
 public:
  explicit ReplugCamera(const std::string& options)
      : camera_(*emulator::Emulator::create(*emulator::parse_options(options))),
        listener_(*camera::TcpListener::listen("127.0.0.1", 0)) {
    thread_ = std::thread([this] { serve(); });
  }
  ~ReplugCamera() {
    stop_->cancel();
    unplug();
    thread_.join();
  }

  std::string address() const { return listener_.describe(); }
  const emulator::CameraCounters& counters() const { return camera_->counters(); }

  /// Hangs up on the host and on the next `calls`.
  void unplug(int calls = 0) {
    const std::lock_guard lock(mutex_);
    refusals_ = calls;
    if (cable_) cable_->cancel();
  }

 private:
  void serve() {
    while (auto link = listener_.accept(camera::kNever, stop_)) {
      if (plug_in()) camera_->serve(*std::make_unique<Cable>(**link, cable_));
      const std::lock_guard lock(mutex_);
      cable_.reset();
    }
  }
  bool plug_in() {
    const std::lock_guard lock(mutex_);
    if (refusals_ > 0) return --refusals_ < 0;
    cable_ = std::make_shared<camera::Cancellation>();
    return true;
  }

  // Ends with an error once it is pulled.
  class Cable final : public camera::Transport {
   public:
    Cable(camera::Transport& link, std::shared_ptr<camera::Cancellation> pulled)
        : link_(link), pulled_(std::move(pulled)) {}
    Result<std::size_t> read(ByteSpan into, Time deadline) override {
      return patiently(deadline, [&](Time until) { return link_.read(into, until); });
    }
    Result<std::size_t> write(ConstByteSpan from, Time deadline) override {
      return patiently(deadline, [&](Time until) { return link_.write(from, until); });
    }
    std::string describe() const override { return link_.describe(); }

   private:
    template <typename Step>
    Result<std::size_t> patiently(Time deadline, Step&& step) {
      constexpr Time kLook = std::chrono::milliseconds(1);
      while (true) {
        if (pulled_->cancelled()) return Error{Errc::closed, "unplugged"};
        const Time until = std::min(deadline, Clock::steady()->now() + kLook);
        auto done = step(until);
        if (done || done.error().code != Errc::timeout || until == deadline) return done;
      }
    }

    camera::Transport& link_;
    std::shared_ptr<camera::Cancellation> pulled_;
  };

  std::unique_ptr<emulator::Emulator> camera_;
  camera::TcpListener listener_;
  std::shared_ptr<camera::Cancellation> stop_ = std::make_shared<camera::Cancellation>();
  std::mutex mutex_;
  std::shared_ptr<camera::Cancellation> cable_;
  int refusals_ = 0;
  std::thread thread_;
};

}  // namespace omv::test
