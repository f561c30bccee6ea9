// SPDX-License-Identifier: LGPL-2.1-or-later
// An emulated camera: the device side of the protocol, what it sees, what goes wrong, and a link to a host.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "omv/base/result.h"
#include "omv/camera/device_session.h"
#include "omv/camera/transport/transport.h"
#include "omv/emulator/emulated_script.h"
#include "omv/emulator/fault_clock.h"
#include "omv/emulator/faults.h"
#include "omv/emulator/link_lane.h"
#include "omv/emulator/options.h"

namespace omv::emulator {

class Cable;
class FaultyLink;
class FaultyProvider;

/// What happens to an emulated camera, for those who watch it.
enum class CameraEvent {
  host_connected,
  host_left,
  host_refused,  ///< somebody else is connected
  script_started,
  script_ended,
  reset,      ///< by the host; the camera starts anew
  unplugged,  ///< by a fault
  plugged_in,
};

/// Called on the thread that serves, or the one that injects a fault; must not block for long.
using CameraObserver = std::function<void(CameraEvent)>;

/// Counters since the camera was made; any thread may read them while the camera is served.
struct CameraCounters {
  std::atomic<std::uint64_t> frames = 0;        ///< put into the stream buffer for a host
  std::atomic<std::uint64_t> bytes_sent = 0;    ///< over the link, all of them
  std::atomic<std::int64_t> last_heard_ns = 0;  ///< time of Clock::steady() at which a host said something
  std::atomic<std::uint64_t> unplugged = 0;     ///< how often
  LinkCounters link;                            ///< packets that met a fault
};

/// The camera keeps its state from host to host: a script that runs goes on when the host leaves. Pictures that were
/// due while nobody was connected have passed unseen. The cable and the faults may be pulled at from any thread, all
/// else belongs to one.
class Emulator {
 public:
  /// Errors of protocol_of() and make_provider().
  static Result<std::unique_ptr<Emulator>> create(const EmulatorOptions& options, CameraObserver observer = {});
  ~Emulator();

  /// Serves a host until the link ends, and returns why: Errc::closed (also when the camera was or is unplugged),
  /// Errc::cancelled, Errc::io, Errc::busy when another thread serves, or Errc::end when the host has reset the camera,
  /// which ends the link of a real one.
  /// A host that takes nothing for as long as `patience` is given up: what was meant for it is dropped, and the camera
  /// listens again.
  Error serve(camera::Transport& link, Time patience = camera::kNever);

  /// Makes a fault happen, or changes one, within 20 ms. Any thread. Errc::invalid as set_fault().
  Result<void> inject(const Fault& fault);

  /// Any thread. When the camera that is unplugged may come back; nullopt: it is plugged in.
  std::optional<Time> away_until() const;
  /// Waits for that time; false: cancelled.
  bool await_return(const camera::Cancellation& cancellation) const;
  /// Plugs it in if that time has come; true when it is plugged in. Whoever offers links to the camera calls this when
  /// the new one is there. Any thread.
  bool come_back();

  camera::Protocol protocol() const { return protocol_; }
  bool being_served() const { return serving_; }
  const CameraCounters& counters() const { return counters_; }

 private:
  enum Clocks { kReboot, kException, kHang, kUnplug, kPowerCycle, kClockCount };

  Emulator(const EmulatorOptions& options, camera::Protocol protocol, std::unique_ptr<camera::FrameProvider> provider,
           CameraObserver observer);

  void power_up();
  Error serve_alone(camera::Transport& link, Time patience);
  Result<void> talk(FaultyLink& link);
  Result<void> step(camera::Transport& link);
  Result<void> send(camera::Transport& link);
  Result<void> receive(camera::Transport& link);
  Result<void> hold_back(camera::Transport& link);
  void feed(Time time);
  void notice();
  void tell(CameraEvent event) const;
  Time wake_up() const;

  // Faults.
  LinkFaults link_faults() const;
  void follow_orders(FaultyLink& link);
  void obey(const Fault& fault);
  void follow_faults();
  bool strikes(Clocks clock, const When& when);
  void restart_clocks();
  void raise_exception();
  void hang(Time duration);
  void unplug(std::optional<Time> duration, bool power_lost);

  EmulatorOptions options_;
  camera::Protocol protocol_;
  camera::DeviceOptions device_options_;
  CameraObserver observer_;
  CameraCounters counters_;
  std::unique_ptr<camera::FrameProvider> sensor_;
  Faults faults_;  // in force
  EmulatedScript script_;
  std::unique_ptr<FaultyProvider> provider_;
  std::unique_ptr<Cable> cable_;
  std::unique_ptr<camera::DeviceSession> device_;
  bool script_was_running_ = false;
  std::atomic<bool> serving_ = false;
  std::uint64_t connections_ = 0;

  std::vector<FaultClock> clocks_;
  Time patience_ = camera::kNever;
  Time last_taken_{0};  // by the host
  Time hung_until_{0};
  Bytes held_back_;  // said to a camera that hangs

  mutable std::mutex mutex_;
  std::vector<Fault> orders_;  // injected, not yet obeyed
  Faults ordered_;             // what faults_ will be then
};

}  // namespace omv::emulator
