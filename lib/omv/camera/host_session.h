// SPDX-License-Identifier: LGPL-2.1-or-later
// The host side of Protocol V2 as a state machine without I/O (spec: protocol-v2, sections 3-8, 10, 11, 14).
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
/// which the stream is configured again; three in a row without success end the session with ConnectionLost.
class HostSession {
 public:
  explicit HostSession(HostOptions options, FrameAllocator allocate = allocate_on_heap);
  ~HostSession();
  HostSession(HostSession&&) noexcept;
  HostSession& operator=(HostSession&&) noexcept;

  /// Begins to connect. Call it once.
  void start(Time now);

  /// Room for bytes from the camera, never empty; then say how many of it were filled.
  ByteSpan space();
  void received(std::size_t count, Time now);
  /// The same by copying, for any number of bytes.
  void receive(ConstByteSpan bytes, Time now);

  /// Does what is due. Call it at next_deadline() at the latest; calling it more often changes nothing.
  void poll(Time now);
  /// When something is due though nothing arrives; kNever (Time::max()) when the session is over.
  Time next_deadline() const;

  /// Bytes to send. After sent(n) the first n of them are gone.
  ConstByteSpan output() const;
  void sent(std::size_t count);

  bool has_event() const;
  /// The oldest event; only while has_event().
  HostEvent take_event();

  /// Once connected: stops what runs, uploads and runs another script.
  void execute(std::string script, Time now);
  /// Stops the script; ScriptEnded follows if one was running.
  void stop(Time now);
  /// Another form of frames, from the next frame on.
  void configure(const StreamConfig& stream, Time now);
  /// Stops the script (if asked to) and the stream, then reports Closed.
  void close(bool stop_script, Time now);

  /// True after Closed or ConnectionLost.
  bool over() const;
  const HostStats& stats() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace omv::camera
