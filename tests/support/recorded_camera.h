// SPDX-License-Identifier: LGPL-2.1-or-later
// The camera of a recorded session, to talk to: every answer's payload is what genuine firmware sent.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "omv/camera/v2/packet.h"
#include "omv/camera/v2/protocol_v2.h"
#include "recorded_session.h"

namespace omv::camera::test {

/// Hosts make choices of their own (order of requests, no acknowledgements, when text is read), so answers are looked
/// up by request and stamped anew with flags and sequence numbers. Frames come one after the other, each when the one
/// before it was unlocked; then none do.
class RecordedCamera {
 public:
  explicit RecordedCamera(const RecordedSession& session) {
    bool rebooted = false;
    for (const TimedPacket& packet : session.packets(false)) {
      const PacketHeader& header = packet.header;
      rebooted = rebooted || header.is(Opcode::sys_event);
      if (header.has(packet_flag::kEvent) || header.has(packet_flag::kAck)) continue;
      if (header.is(Opcode::read) && header.channel == 3) frames.push_back(packet.payload);
      if (header.is(Opcode::read) && header.channel == 2) (rebooted ? last_texts : texts).push_back(packet.payload);
      fixed_.try_emplace({header.opcode, header.channel}, packet.payload);
    }
    for (const Bytes& text : texts) all_text += as_text(text);
    for (const Bytes& text : last_texts) all_text += as_text(text);
  }

  std::vector<Bytes> frames;
  std::vector<Bytes> texts, last_texts;
  std::string all_text;
  std::vector<std::string> requests;  // what the host asked, in order
  Bytes script;

  /// The packets with which the camera reacts to what the host sent.
  Bytes react(ConstByteSpan bytes) {
    scanner_.append(bytes);
    Bytes out;
    while (const auto header = scanner_.header()) {
      if (!scanner_.complete(*header)) break;
      answer(*header, scanner_.payload(*header), out);
      scanner_.skip_packet(*header);
    }
    return out;
  }

 private:
  void answer(const PacketHeader& request, ConstByteSpan payload, Bytes& out) {
    if (request.has(packet_flag::kAck)) return;
    requests.push_back(to_string(static_cast<Opcode>(request.opcode)) + " " + std::to_string(request.channel));
    if (request.is(Opcode::sync)) sequence_ = 0;
    EXPECT_EQ(request.sequence, sequence_) << "request " << requests.size() << " " << requests.back();
    const auto word = [&] { return load_le<std::uint32_t>(payload.data()); };
    switch (static_cast<Opcode>(request.opcode)) {
      case Opcode::get_caps:
      case Opcode::version:
      case Opcode::sys_info:
      case Opcode::list: return data(request, fixed_.at({request.opcode, request.channel}), out);
      case Opcode::poll: return data(request, poll_bits(), out);
      case Opcode::lock: return lock(request, out);
      case Opcode::unlock: locked_ = false; break;
      case Opcode::size: return data(request, size(request.channel), out);
      case Opcode::read: return read(request, out);
      case Opcode::write: append(script, payload.subspan(8)); break;
      default: break;
    }
    done(request, out);
    if (request.is(Opcode::sync)) sequence_ = 0;
    if (request.is(Opcode::unlock)) show_next(out);
    if (request.is(Opcode::ioctl) && request.channel == 1 && word() == 2) start(out);
    if (request.is(Opcode::ioctl) && request.channel == 1 && word() == 1 && running_) reboot(out);
  }

  void send(const PacketHeader& request, std::uint8_t flags, ConstByteSpan payload, Bytes& out) {
    append_packet(out, {sequence_++, request.channel, flags, request.opcode}, payload);
  }
  void done(const PacketHeader& request, Bytes& out) { send(request, packet_flag::kAck, {}, out); }
  void data(const PacketHeader& request, const Bytes& payload, Bytes& out) { send(request, 0, payload, out); }
  void event(std::uint8_t channel, std::optional<std::uint16_t> code, Bytes& out) {
    Bytes payload;
    if (code) append_le(payload, *code);
    const Opcode opcode = channel == 0 ? Opcode::sys_event : Opcode::channel_event;
    append_packet(out, {sequence_, channel, packet_flag::kEvent, static_cast<std::uint8_t>(opcode)}, payload);
  }

  Bytes poll_bits() const {
    Bytes bits;
    append_le(bits, (running_ ? 2u : 0u) | (next_text() ? 4u : 0u) | (waiting_ ? 8u : 0u));
    return bits;
  }
  void lock(const PacketHeader& request, Bytes& out) {
    if (!waiting_) return send(request, packet_flag::kNak, Bytes{4, 0}, out);
    locked_ = true;
    waiting_ = false;
    done(request, out);
  }
  const Bytes* next_text() const {
    const std::vector<Bytes>& from = rebooted_ ? last_texts : texts;
    return text_ < from.size() ? &from[text_] : nullptr;
  }
  Bytes size(std::uint8_t channel) const {
    Bytes bytes;
    const Bytes* text = next_text();
    const std::size_t size = channel == 3 ? (locked_ ? frames[frame_ - 1].size() : 0) : (text ? text->size() : 0);
    append_le(bytes, static_cast<std::uint32_t>(size));
    return bytes;
  }
  void read(const PacketHeader& request, Bytes& out) {
    if (request.channel == 3) return data(request, frames[frame_ - 1], out);
    data(request, *next_text(), out);
    ++text_;
  }
  void show_next(Bytes& out) {
    if (!running_ || frame_ == frames.size()) return;
    ++frame_;
    waiting_ = true;
    event(3, std::nullopt, out);
  }
  void start(Bytes& out) {
    running_ = true;
    event(1, 1, out);
    event(2, std::nullopt, out);
    show_next(out);
  }
  void reboot(Bytes& out) {
    event(1, 0, out);
    event(0, 2, out);
    running_ = false;
    rebooted_ = true;
    text_ = 0;
    sequence_ = 0;
  }

  std::map<std::pair<std::uint8_t, std::uint8_t>, Bytes> fixed_;
  PacketScanner scanner_{0};
  std::uint8_t sequence_ = 0;
  bool running_ = false, rebooted_ = false, waiting_ = false, locked_ = false;
  std::size_t frame_ = 0, text_ = 0;
};

}  // namespace omv::camera::test
