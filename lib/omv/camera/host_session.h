// SPDX-License-Identifier: LGPL-2.1-or-later
// The host side of a camera protocol as a state machine without I/O (spec: protocol-v2, protocol-usbdbg).
#pragma once

#include <memory>

#include "omv/base/bytes.h"
#include "omv/base/clock.h"
#include "omv/camera/host_event.h"

namespace omv::camera {

/// Used by one thread. The caller moves bytes and time:
///
///   session.start(now);
///   while (...) {
///     send session.output(), tell session.sent(n);
///     read into session.space() until session.next_deadline(), tell session.received(n, now); else session.poll(now);
///     while (session.has_event()) ... session.take_event() ...
///   }
///
/// It synchronises, identifies the camera, stops and starts scripts, configures the stream, then reads frames and
/// console text as they come. Interruptions (lost or damaged bytes, a rebooting script) are repaired by a resync, after
/// which the stream is configured again; three in a row without success end the session with ConnectionLost. usbdbg
/// can't repair anything: the first one ends the session.
class HostSession {
 public:
  virtual ~HostSession() = default;

  /// Begins to connect. Call it once.
  virtual void start(Time now) = 0;

  /// Room for bytes from the camera, never empty; then say how many of it were filled.
  virtual ByteSpan space() = 0;
  virtual void received(std::size_t count, Time now) = 0;
  /// The same by copying, for any number of bytes.
  void receive(ConstByteSpan bytes, Time now);

  /// Does what is due. Call it at next_deadline() at the latest; calling it more often changes nothing.
  virtual void poll(Time now) = 0;
  /// When something is due though nothing arrives; kNever (Time::max()) when the session is over.
  virtual Time next_deadline() const = 0;

  /// Bytes to send, one write of the link at a time: what is behind a boundary that the camera has to see appears
  /// when everything in front of it was sent. After sent(n) the first n of them are gone.
  virtual ConstByteSpan output() const = 0;
  virtual void sent(std::size_t count) = 0;

  virtual bool has_event() const = 0;
  /// The oldest event; only while has_event().
  virtual HostEvent take_event() = 0;

  /// Once connected: stops what runs, uploads and runs another script.
  virtual void execute(std::string script, Time now) = 0;
  /// Stops the script; ScriptEnded follows if one was running.
  virtual void stop(Time now) = 0;
  /// Another form of frames, from the next frame on. usbdbg has no such choice and ignores it.
  virtual void configure(const StreamConfig& stream, Time now) = 0;
  /// While held, frames stay on the camera, which keeps the oldest of them; everything else goes on.
  virtual void hold(bool held, Time now) = 0;
  /// Stops the script (if asked to) and the stream, then reports Closed.
  virtual void close(bool stop_script, Time now) = 0;
  /// For those who have no time for close(): output() becomes what stops script and stream when the camera gets to read
  /// it. Nobody waits for answers, and the session is over.
  virtual void farewell() = 0;

  /// True after Closed, ConnectionLost or farewell().
  virtual bool over() const = 0;
  virtual const HostStats& stats() const = 0;
};

/// A session that speaks `protocol`. Protocol::automatic asks the camera first (spec: protocol-usbdbg, section 7).
std::unique_ptr<HostSession> make_host_session(Protocol protocol, HostOptions options,
                                               FrameAllocator allocate = allocate_on_heap);

}  // namespace omv::camera
