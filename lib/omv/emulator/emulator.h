// SPDX-License-Identifier: LGPL-2.1-or-later
// An emulated camera: the device side of the protocol, what it sees, and a link to a host.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "omv/base/result.h"
#include "omv/camera/transport/transport.h"
#include "omv/camera/v2/device_session.h"
#include "omv/emulator/options.h"

namespace omv::emulator {

/// What happens to an emulated camera, for those who watch it.
enum class CameraEvent {
  host_connected,
  host_left,
  host_refused,  ///< somebody else is connected
  script_started,
  script_ended,
  reset,  ///< by the host; the camera starts anew
};

/// Called on the thread that serves; must not block for long.
using CameraObserver = std::function<void(CameraEvent)>;

/// Counters since power-up; any thread may read them while the camera is served.
struct CameraCounters {
  std::atomic<std::uint64_t> frames = 0;        ///< put into the stream buffer for a host
  std::atomic<std::uint64_t> bytes_sent = 0;    ///< over the link, all of them
  std::atomic<std::int64_t> last_heard_ns = 0;  ///< time of Clock::steady() at which a host said something
};

/// The camera keeps its state from host to host: a script that runs goes on when the host leaves. Pictures that were
/// due while nobody was connected have passed unseen.
class Emulator {
 public:
  /// Errors of protocol_of() and make_provider().
  static Result<std::unique_ptr<Emulator>> create(const EmulatorOptions& options, CameraObserver observer = {});
  ~Emulator();

  /// Serves a host until the link ends, and returns why: Errc::closed, Errc::cancelled, Errc::io, or Errc::end when
  /// the host has reset the camera, which ends the link of a real one. One thread at a time.
  Error serve(camera::Transport& link);

  const CameraCounters& counters() const { return counters_; }

 private:
  class CountingProvider;

  Emulator(const EmulatorOptions& options, camera::Protocol protocol, std::unique_ptr<camera::FrameProvider> provider,
           CameraObserver observer);

  void power_up();
  Result<void> step(camera::Transport& link);
  Result<void> send(camera::Transport& link);
  Result<void> receive(camera::Transport& link);
  void notice();
  void tell(CameraEvent event) const;

  camera::Protocol protocol_;
  camera::DeviceOptions device_options_;
  std::unique_ptr<CountingProvider> provider_;
  CameraObserver observer_;
  CameraCounters counters_;
  std::unique_ptr<camera::DeviceSession> device_;
  bool script_was_running_ = false;
};

}  // namespace omv::emulator
