// SPDX-License-Identifier: LGPL-2.1-or-later
// A host session on a transport: events by blocking calls.
#pragma once

#include <memory>
#include <string>

#include "omv/camera/transport/transport.h"
#include "omv/camera/host_session.h"

namespace omv::camera {

/// Used by one thread; whoever has the transport's Cancellation interrupts it from another.
class Connection {
 public:
  /// The session starts with the first call of next_event().
  Connection(std::unique_ptr<Transport> transport, std::unique_ptr<HostSession> session);

  /// The next event, waiting for it until `deadline` (a time of Clock::steady()). Errc::timeout: none until then;
  /// Errc::cancelled: asked to stop waiting; both may be followed by another call. Errc::closed and Errc::io: the
  /// transport is gone, as is everything after a ConnectionLost or Closed event (Errc::closed).
  Result<HostEvent> next_event(Time deadline);

  /// For execute(), stop(), configure(), close() and stats() between the calls of next_event().
  HostSession& session() { return *session_; }
  const HostSession& session() const { return *session_; }
  /// Ends the session: what stops script and stream is sent if the link takes it at once, and nobody waits.
  void farewell();

  std::string describe() const { return transport_->describe(); }

 private:
  Result<void> exchange(Time deadline);
  Result<void> flush_output(Time deadline);

  std::unique_ptr<Transport> transport_;
  std::unique_ptr<HostSession> session_;
  bool started_ = false;
};

}  // namespace omv::camera
