// SPDX-License-Identifier: LGPL-2.1-or-later
// The cycle that fetches frames: LOCK and SIZE, READ, UNLOCK (spec: protocol-v2, section 11).
#pragma once

#include <cstdint>
#include <optional>

#include "omv/camera/v2/frame_assembler.h"
#include "omv/camera/v2/host_link.h"

namespace omv::camera {

class StreamReader {
 public:
  /// `stats` outlives the reader.
  StreamReader(FrameAllocator allocate, HostStats& stats) : assembler_(std::move(allocate)), stats_(stats) {}

  /// The camera says that a frame waits.
  void notify(Time now);
  /// The same, while the connection is interrupted.
  void notify_stale();
  /// A frame may be waiting unannounced: after connecting, or by a POLL bit.
  void suspect(Time now);
  /// The connection was interrupted; a frame on its way is lost.
  void interrupt();

  /// When to try the next LOCK: kNever while no frame is expected or one is being fetched.
  Time next_try() const { return fetching_ ? kNever : next_try_; }
  bool overrun() const { return assembler_.overrun(); }

  /// Whether the next LOCK may follow an UNLOCK at once when frames come without pause. False while the line is
  /// needed for something else.
  void set_eager(bool allowed) { eager_allowed_ = allowed; }

  void begin(HostLink& link, std::uint8_t channel, Time now);
  /// For the answers to frame_lock, frame_size, frame_read and frame_unlock.
  std::optional<FrameReceived> take(const Answer& answer, HostLink& link, Time now);

 private:
  void take_lock(const Answer& answer, Time now);
  void take_size(const Answer& answer, HostLink& link, Time now);
  std::optional<FrameReceived> take_data(const Answer& answer, HostLink& link, Time now);
  std::optional<FrameReceived> deliver();
  void take_unlock(Time now);
  void unlock(HostLink& link, Time now);
  void retry_later(Time now);

  FrameAssembler assembler_;
  HostStats& stats_;
  std::uint8_t channel_ = 0;
  bool fetching_ = false;
  bool locked_ = false;
  bool unlocking_ = false;  // UNLOCK is not answered yet
  bool uncertain_ = false;  // whether an interrupted LOCK has taken the frame, which then is lost
  int tries_left_ = 0;
  Time next_try_ = kNever;
  Time last_lock_{0};
  Time last_unlock_{0};
  bool eager_allowed_ = false;
  bool eager_ = false;  // LOCK and SIZE are on their way behind an UNLOCK
  int prompt_ = 0;      // frames in a row that were there as soon as the one before was released
  std::optional<Time> announced_;
  Time arrival_{0};
};

}  // namespace omv::camera
