// SPDX-License-Identifier: LGPL-2.1-or-later
// A byte stream to a camera that can be interrupted at once, whatever it waits for.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "omv/base/bytes.h"
#include "omv/base/clock.h"
#include "omv/base/result.h"

namespace omv::camera {

/// A deadline that never comes.
inline constexpr Time kNever = Time::max();

/// Interrupts waits from another thread. Cancelling sticks until reset(), so a wait that begins a moment later
/// ends at once too. One object may serve a connect and the transport it makes. Safe from any thread.
class Cancellation {
 public:
  Cancellation();
  ~Cancellation();
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;

  void cancel() noexcept;
  void reset() noexcept;
  bool cancelled() const noexcept { return cancelled_; }

  /// Readable while cancelled; for poll().
  int fd() const noexcept { return fd_; }

 private:
  int fd_;
  std::atomic<bool> cancelled_ = false;
};

/// Deadlines are times of Clock::steady(). One thread reads and one writes at a time (they may be two).
/// Errors of both directions: Errc::timeout (deadline passed), cancelled, closed (the other side is gone;
/// nothing but destruction helps), io (the operating system's reason in the message).
class Transport {
 public:
  virtual ~Transport() = default;

  /// Waits for bytes and takes what is there: at least 1, at most into.size(), which is not 0.
  virtual Result<std::size_t> read(ByteSpan into, Time deadline) = 0;

  /// Waits until at least one byte of `from` (not empty) can be taken; the number taken.
  virtual Result<std::size_t> write(ConstByteSpan from, Time deadline) = 0;

  /// What it is connected to, for messages: "tcp://127.0.0.1:5555", "/dev/ttyACM0".
  virtual std::string describe() const = 0;
};

/// Writes all of `from`. On an error some of it may have been sent.
Result<void> write_all(Transport& transport, ConstByteSpan from, Time deadline);

}  // namespace omv::camera
