// SPDX-License-Identifier: LGPL-2.1-or-later
// Things behind a TCP port that are no good cameras: silent ones, babblers, ones that break off.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "omv/camera/transport/tcp_transport.h"
#include "omv/camera/v2/device_session.h"
#include "omv/emulator/emulator.h"

namespace omv::test {

/// Accepts one host and does with it what it was told to; then hangs up.
class OddCamera {
 public:
  using Behaviour = std::function<void(camera::Transport&)>;

  explicit OddCamera(Behaviour behaviour)
      : listener_(*camera::TcpListener::listen("127.0.0.1", 0)), behaviour_(std::move(behaviour)) {
    thread_ = std::thread([this] {
      const auto link = listener_.accept(camera::kNever, cancellation_);
      if (link) behaviour_(**link);
    });
  }
  ~OddCamera() {
    cancellation_->cancel();
    thread_.join();
  }

  std::string address() const { return listener_.describe(); }

 private:
  camera::TcpListener listener_;
  Behaviour behaviour_;
  std::shared_ptr<camera::Cancellation> cancellation_ = std::make_shared<camera::Cancellation>();
  std::thread thread_;
};

/// Takes everything, says nothing. `heard` becomes ready with the first bytes.
inline OddCamera::Behaviour silence(std::promise<void>* heard = nullptr) {
  return [heard](camera::Transport& link) {
    Bytes buffer(4096);
    bool first = true;
    while (link.read(buffer, camera::kNever))
      if (std::exchange(first, false) && heard != nullptr) heard->set_value();
  };
}

/// Talks without end and without sense.
inline void babble(camera::Transport& link) {
  Bytes noise(4096);
  std::uint32_t state = 1;
  for (std::uint8_t& byte : noise) byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  while (link.write(noise, camera::kNever)) {
  }
}

/// Lets a number of bytes pass to the host, then breaks off.
class CuttingTransport final : public camera::Transport {
 public:
  CuttingTransport(camera::Transport& link, std::size_t bytes) : link_(link), left_(bytes) {}

  Result<std::size_t> read(ByteSpan into, Time deadline) override { return link_.read(into, deadline); }
  Result<std::size_t> write(ConstByteSpan from, Time deadline) override {
    if (left_ == 0) return Error{Errc::closed, "cut"};
    const auto put = link_.write(from.first(std::min(from.size(), left_)), deadline);
    if (put) left_ -= *put;
    return put;
  }
  std::string describe() const override { return link_.describe(); }

 private:
  camera::Transport& link_;
  std::size_t left_;
};

/// An emulated camera that is gone after so many bytes.
inline OddCamera::Behaviour cut_after(const std::string& options, std::size_t bytes) {
  return [options, bytes](camera::Transport& link) {
    const auto camera = *emulator::Emulator::create(*emulator::parse_options(options));
    CuttingTransport cutting(link, bytes);
    camera->serve(cutting);
  };
}

/// An emulated camera that falls silent after so many bytes until it is released.
class HesitantCamera {
 public:
  HesitantCamera(const std::string& options, std::size_t bytes)
      : camera_([this, options, bytes](camera::Transport& link) {
          HesitantTransport hesitant(*this, link, bytes);
          (*emulator::Emulator::create(*emulator::parse_options(options)))->serve(hesitant);
        }) {}
  ~HesitantCamera() { release(); }

  std::string address() const { return camera_.address(); }
  bool wait_for_silence() {
    return silent_.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready;
  }
  void release() {
    if (!std::exchange(is_released_, true)) released_.set_value();
  }

 private:
  class HesitantTransport final : public camera::Transport {
   public:
    HesitantTransport(HesitantCamera& owner, camera::Transport& link, std::size_t bytes)
        : owner_(owner), link_(link), left_(bytes) {}

    Result<std::size_t> read(ByteSpan into, Time deadline) override { return link_.read(into, deadline); }
    Result<std::size_t> write(ConstByteSpan from, Time deadline) override {
      if (left_ == 0 && !std::exchange(has_waited_, true)) {
        owner_.silent_.set_value();
        owner_.released_.get_future().wait();
      }
      const auto put = link_.write(has_waited_ ? from : from.first(std::min(from.size(), left_)), deadline);
      if (put) left_ -= std::min(*put, left_);
      return put;
    }
    std::string describe() const override { return link_.describe(); }

   private:
    HesitantCamera& owner_;
    camera::Transport& link_;
    std::size_t left_;
    bool has_waited_ = false;
  };

  std::promise<void> silent_, released_;
  bool is_released_ = false;
  OddCamera camera_;  // last: its thread uses the others
};

/// A camera whose frames and words come from a provider.
inline OddCamera::Behaviour camera_showing(camera::FrameProvider& provider) {
  return [&provider](camera::Transport& link) {
    const auto now = [] { return Clock::steady()->now(); };
    camera::DeviceOptions options;
    options.min_lock_interval = Time(0);
    camera::V2DeviceSession device(options, provider);
    device.start(now());
    while (true) {
      while (!device.output().empty()) {
        const auto put = link.write(device.output(), camera::kNever);
        if (!put) return;
        device.sent(*put, now());
      }
      const auto got = link.read(device.space(), device.next_deadline());
      if (got)
        device.received(*got, now());
      else if (got.error().code == Errc::timeout)
        device.poll(now());
      else
        return;
    }
  };
}

/// A port whose queue of callers is full: connecting to it takes for ever.
class BusyPort {
 public:
  BusyPort() : listener_(*camera::TcpListener::listen("127.0.0.1", 0)) {
    const auto never = std::make_shared<camera::Cancellation>();
    // Once the queue is full, connecting does not succeed any more.
    while (auto link = camera::connect_tcp("127.0.0.1", listener_.port(), soon(), never))
      callers_.push_back(*std::move(link));
  }
  std::string address() const { return listener_.describe(); }

 private:
  static Time soon() { return Clock::steady()->now() + std::chrono::milliseconds(100); }

  camera::TcpListener listener_;
  std::vector<std::unique_ptr<camera::Transport>> callers_;
};

}  // namespace omv::test
