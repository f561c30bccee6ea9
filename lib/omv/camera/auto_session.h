// SPDX-License-Identifier: LGPL-2.1-or-later
// Finds out which protocol a camera speaks, then speaks it (spec: protocol-usbdbg, section 7).
#pragma once

#include <array>
#include <memory>
#include <optional>

#include "omv/camera/host_session.h"
#include "omv/camera/v2/packet.h"

namespace omv::camera {

/// In the order that no firmware is harmed by:
///
///  1. Listen. A packet of Protocol V2 (a running camera announces frames and text): V2, and nothing was asked.
///  2. Ask usbdbg's SCRIPT_RUNNING, alone: TinyUSB firmware up to 4.7.0 halts at anything that is no command of its
///     own, and V2 firmware drops these six bytes. 0 or 1 within 300 ms: usbdbg. A packet of V2: V2.
///  3. Silence: V2, beginning with its plain SYNC, which also gets a camera out of a half packet.
///
/// Anything else is listened to until it ends and asked again, twice; then the session is over: Errc::unsupported, with
/// advice when it was MicroPython's prompt. A SYNC into the unknown might halt a camera that has only been slow.
///
/// Once decided, everything goes to the session of that protocol. Before that, wishes are kept for it.
class AutoHostSession final : public HostSession {
 public:
  AutoHostSession(HostOptions options, FrameAllocator allocate);

  void start(Time now) override;
  ByteSpan space() override;
  void received(std::size_t count, Time now) override;
  void poll(Time now) override;
  Time next_deadline() const override;
  ConstByteSpan output() const override;
  void sent(std::size_t count) override;
  bool has_event() const override;
  HostEvent take_event() override;
  void execute(std::string script, Time now) override;
  void stop(Time now) override;
  void configure(const StreamConfig& stream, Time now) override;
  void hold(bool held, Time now) override;
  void close(bool stop_script, Time now) override;
  void farewell() override;
  bool over() const override { return session_ ? session_->over() : phase_ == Phase::over; }
  const HostStats& stats() const override { return session_ ? session_->stats() : stats_; }

 private:
  enum class Phase { idle, listening, asking, over };

  void listen(Time now);
  void ask(Time now);
  void judge(Time now);
  bool hears_v2();
  void decide(Protocol protocol, Time now);
  void end(HostEvent event);

  HostOptions options_;
  FrameAllocator allocate_;
  std::unique_ptr<HostSession> session_;  // once decided

  Phase phase_ = Phase::idle;
  std::array<std::uint8_t, 4096> buffer_{};
  PacketParser parser_;
  Bytes heard_;  // since start() or the last question; the first of it
  ConstByteSpan output_;
  Time deadline_{0};
  Time listen_limit_{0};
  int questions_ = 0;
  bool stop_wanted_ = false;
  bool held_ = false;
  HostStats stats_;
  std::optional<HostEvent> event_;
};

}  // namespace omv::camera
