// SPDX-License-Identifier: LGPL-2.1-or-later
// The device's packet layer: checking requests, sequence numbers, fragments, and waiting for acknowledgements
// (spec: protocol-v2, sections 3 to 8).
#pragma once

#include <cstdint>
#include <optional>

#include "omv/camera/transport/transport.h"
#include "omv/camera/v2/packet.h"

namespace omv::camera {

class DeviceLink {
 public:
  /// The capabilities after power-up and every SYNC; their max_payload is the board's largest.
  explicit DeviceLink(const Caps& defaults);

  PacketScanner& buffer() { return scanner_; }

  /// The next good request; the link has answered the bad ones. Its payload points into the receive buffer until the
  /// next call. nullopt: none is complete, or an answer has to go out or to be acknowledged first.
  std::optional<Packet> next(Time now);

  // One of these answers a request.
  void acknowledge(const PacketHeader& request, Time now);
  void refuse(const PacketHeader& request, Status status, Time now);
  /// Data, in pieces of at most `piece` bytes (and max_payload). If it runs dry before its time, every piece promises
  /// another one and FAILED is what follows.
  void answer(const PacketHeader& request, Bytes data, Time now, std::size_t piece = kMaxPayload,
              bool runs_dry = false);
  /// Data that stays where it is until the answer is over: answering() turns false, or reset().
  void answer_in_place(const PacketHeader& request, ConstByteSpan data, Time now);
  /// SYNC's own: everything as after power-up, acknowledged with sequence 0.
  void answer_sync(Time now);

  /// An event, if the host wants any and there is room.
  void event(std::uint8_t channel, std::uint16_t code);

  bool answering() const { return answering_; }
  bool waiting_for_ack() const { return waiting_.has_value(); }
  /// Small packets may be added to the output.
  bool has_room() const;

  /// As after a script's end or a SYNC: counters 0, default capabilities, nothing in progress.
  void reset();

  const Caps& caps() const { return caps_; }
  void apply(const Caps& caps) { next_caps_ = caps; }
  std::uint16_t board_max_payload() const { return defaults_.max_payload; }

  /// Looks for the acknowledgement that is waited for, repeats, gives up. True when locks are to be released:
  /// nobody has acknowledged and the link has reset itself.
  bool check_ack(Time now);
  Time deadline() const { return waiting_ ? waiting_->deadline : kNever; }

  ConstByteSpan output() const { return ConstByteSpan(output_).subspan(sent_); }
  void sent(std::size_t count, Time now);

  const Stats& stats() const { return stats_; }

 private:
  struct Unacknowledged {
    PacketHeader header;
    Bytes packet;
    int repeats = 0;
    Time wait{0};
    Time deadline{0};
  };

  bool blocked() const { return waiting_ || answering_ || !has_room(); }
  bool in_sequence(const PacketHeader& header) const;
  bool rescued_by_sync();
  void rescue(std::size_t sync_offset);
  void send(PacketHeader header, ConstByteSpan payload, Time now);
  void emit(const PacketHeader& header, ConstByteSpan payload);
  void begin_answer(const PacketHeader& request, ConstByteSpan data, Time now);
  void produce(Time now);
  void send_piece(Time now);
  void repeat(Time now);

  Caps defaults_;
  PacketScanner scanner_;
  Bytes output_;
  std::size_t sent_ = 0;
  Caps caps_;
  std::optional<Caps> next_caps_;  // in force once their SET_CAPS is answered
  std::uint8_t sequence_ = 0;
  std::optional<PacketHeader> current_;  // of the request that next() gave out and that is still in the buffer
  bool rescued_ = false;  // by a SYNC that was found behind something else; the firmware does not count those
  std::optional<Unacknowledged> waiting_;
  bool answering_ = false;
  PacketHeader answered_;
  Bytes held_;
  ConstByteSpan remaining_;
  std::size_t piece_ = 0;
  bool runs_dry_ = false;
  Stats stats_;
};

}  // namespace omv::camera
