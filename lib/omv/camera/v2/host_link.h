// SPDX-License-Identifier: LGPL-2.1-or-later
// The host's packet layer: sequence numbers, acknowledgements, requests in flight and their time-outs
// (spec: protocol-v2, sections 3, 4 and 8).
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <variant>

#include "omv/camera/transport/transport.h"
#include "omv/camera/v2/packet.h"

namespace omv::camera {

/// Why a request was made: what its answer means to the session.
enum class Task : std::uint8_t {
  get_caps,
  set_caps,
  version,
  sys_info,
  list,
  poll,
  stdin_reset,
  stop,
  upload,
  exec,
  raw_config,
  raw_enable,
  stream_enable,
  frame_lock,
  frame_size,
  frame_read,
  frame_unlock,
  text_size,
  text_read,
  channel_size,
  channel_read,
};

/// One packet of an answer. READ is answered by any number of them, a refusal always by one.
struct Answer {
  Task task;
  Opcode opcode;
  Status status = Status::success;
  ConstByteSpan payload;  ///< into the receive buffer, valid until the next call of the link
  bool last = true;

  bool ok() const { return status == Status::success; }
};

/// An event packet.
struct Notice {
  std::uint8_t channel = 0;
  std::uint16_t code = event_code::kNotify;
  bool is_stale = false;  ///< from before the SYNC in flight was answered
};

/// The SYNC in flight is answered.
struct Synchronised {};

/// The two sides no longer agree: only a resync helps.
enum class Fault : std::uint8_t { checksum, sequence, unexpected, timeout };

const char* to_string(Fault fault);

class HostLink {
 public:
  /// std::monostate: nothing more for now.
  using Input = std::variant<std::monostate, Answer, Notice, Synchronised, Fault>;

  explicit HostLink(Time answer_timeout) : answer_timeout_(answer_timeout) {}

  PacketScanner& buffer() { return parser_.buffer(); }

  /// Forgets what is in flight, sends SYNC, and ignores everything but events, which are stale, until it is answered.
  void synchronise();
  /// What SET_CAPS settled.
  void apply(const Caps& caps);

  /// Sends a request. Behind others only when each of those is answered by exactly one packet.
  void send(Task task, Opcode opcode, std::uint8_t channel, ConstByteSpan payload, Time now);

  bool idle() const { return in_flight_.empty(); }
  /// Another cycle of requests may begin: nothing is in flight, or only the UNLOCK that ends a cycle.
  bool free() const {
    return in_flight_.empty() || (in_flight_.size() == 1 && in_flight_.front().opcode == Opcode::unlock);
  }

  /// Takes the next packet out of the buffer.
  Input next(Time now);

  /// The oldest request in flight should have been answered by then.
  Time deadline() const { return in_flight_.empty() ? kNever : in_flight_.front().deadline; }
  /// Nobody has looked for a while; what has arrived since is not late.
  void restart_timeout(Time now) {
    if (!in_flight_.empty()) in_flight_.front().deadline = now + answer_timeout_;
  }
  /// The opcode that did not get its answer.
  Opcode waiting_for() const { return in_flight_.front().opcode; }

  ConstByteSpan output() const { return ConstByteSpan(output_).subspan(sent_); }
  void sent(std::size_t count);

  std::uint64_t packets() const { return packets_; }
  std::uint64_t crc_errors() const { return bad_payloads_ + parser_.buffer().bad_headers(); }

 private:
  struct Request {
    Task task;
    Opcode opcode;
    std::uint8_t channel;
    Time deadline;
  };

  void set_events_aside();
  Input take(const Packet& packet, Time now);
  Input take_answer(const Packet& packet, Time now);
  void acknowledge(const PacketHeader& header);
  void emit(const PacketHeader& header, ConstByteSpan payload);

  PacketParser parser_;
  std::deque<Request> in_flight_;
  std::deque<Notice> aside_;  // arrived before the SYNC was sent
  Bytes output_;
  std::size_t sent_ = 0;
  std::uint8_t sequence_ = 0;
  bool syncing_ = false;
  bool crc_ = true;
  Time answer_timeout_;
  std::uint64_t packets_ = 0;
  std::uint64_t bad_payloads_ = 0;
};

/// Payload of consecutive 32-bit words.
template <typename... Word>
std::array<std::uint8_t, 4 * sizeof...(Word)> words(Word... word) {
  std::array<std::uint8_t, 4 * sizeof...(Word)> out{};
  std::uint8_t* at = out.data();
  ((store_le(at, static_cast<std::uint32_t>(word)), at += 4), ...);
  return out;
}

}  // namespace omv::camera
