// SPDX-License-Identifier: LGPL-2.1-or-later
// A camera that is kept: on a thread of its own, found again when it was lost.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "omv/camera/connection.h"
#include "omv/camera/script_console.h"

namespace omv::camera {

struct LiveOptions {
  Protocol protocol = Protocol::automatic;
  HostOptions session;
  /// Without a frame for so long, the camera counts as lost; 0: however long it takes.
  Time frame_timeout = std::chrono::seconds(10);
  /// A camera that was found and got lost is looked for again; else that ends everything.
  bool reconnect = true;
  Time reconnect_delay = std::chrono::milliseconds(500);  ///< before the first try; doubles from try to try
  Time reconnect_delay_max = std::chrono::seconds(10);    ///< ... up to this
};

/// Counters since the camera was first met, over all sessions.
struct LiveStats {
  HostStats session;
  std::uint64_t reconnects = 0;  ///< times it was found again
  std::uint64_t script_restarts = 0;
  float fps = 0;  ///< the camera's own capture rate, 0 = unknown
};

/// Told what happens, on the camera's thread, one call at a time. What takes long here makes the camera wait.
class LiveListener {
 public:
  virtual ~LiveListener() = default;

  /// False: frames stay on the camera, which keeps the oldest, until LiveCamera::wake(); everything else goes on.
  virtual bool has_room() = 0;

  virtual void on_found(const BoardInfo& board) = 0;
  /// It is looked for again.
  virtual void on_lost(const Error& why) = 0;
  /// `gap`: frames may be missing in front of this one.
  virtual void on_frame(FrameReceived frame, bool gap) = 0;
  /// A line the script has printed, when its end was announced.
  virtual void on_line(const std::string& line, Time arrival) = 0;
  virtual void on_channel(const ChannelData& data) = 0;
  virtual void on_script_started() = 0;
  /// `failure`: the exception that ended it, or empty. True: it is to be run again, after a delay that grows as that
  /// before a reconnect does. False: that was all.
  virtual bool on_script_ended(const std::string& failure) = 0;
  /// The last call. Errc::end: the script has ended; anything else: no camera, and why.
  virtual void on_end(const Error& why) = 0;
};

/// Any thread may use it; the listener and everything the functions refer to outlive it.
class LiveCamera {
 public:
  /// Opens the link to the camera; `again`: to the same one as before, wherever it is now. Called on the camera's
  /// thread, interrupted through the cancellation, which the transport shares.
  using Opener =
      std::function<Result<std::unique_ptr<Transport>>(const std::shared_ptr<Cancellation>& cancellation, bool again)>;

  /// Begins to connect.
  LiveCamera(LiveOptions options, Opener open, FrameAllocator allocate, LiveListener& listener);
  /// Does not wait for the camera: what stops its script is sent if the link takes it at once.
  ~LiveCamera();
  LiveCamera(const LiveCamera&) = delete;
  LiveCamera& operator=(const LiveCamera&) = delete;

  /// LiveListener::has_room() may say something else now.
  void wake();

  LiveStats stats() const;

 private:
  enum class Script { awaited, running, ended };

  void run();
  Error keep();
  Error serve(Connection& link);
  bool wait_before_retry(const Error& why);
  Result<void> take(HostEvent event, Connection& link);
  void take_text(const TextReceived& text);
  void take_frame(FrameReceived frame);
  Result<void> check_due(Connection& link);
  Result<void> finish_script();
  Time next_due() const;
  void begin_session();
  void publish(const HostStats& session);

  const LiveOptions options_;
  const Opener open_;
  const FrameAllocator allocate_;
  LiveListener& listener_;
  const std::shared_ptr<Cancellation> cancellation_ = std::make_shared<Cancellation>();
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> serving_ = false;  // a session, which may be interrupted without harm

  // The camera's thread only.
  bool was_found_ = false;  // ever
  bool is_found_ = false;   // in this session
  bool gap_ = false;
  bool holding_ = false;  // the session does: there is no room
  int tries_ = 0;         // since a frame came
  ScriptConsole console_;
  Script script_ = Script::awaited;
  Time last_words_due_ = kNever;
  Time restart_due_ = kNever;
  Time frame_due_ = kNever;
  BoardInfo board_;
  std::optional<Protocol> known_protocol_;  // of the last session, if it got as far
  HostStats earlier_;  // of the sessions before this one

  mutable std::mutex mutex_;
  LiveStats stats_;

  std::thread thread_;  // last: everything above exists when it starts
};

}  // namespace omv::camera
