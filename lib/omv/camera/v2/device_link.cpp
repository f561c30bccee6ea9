// SPDX-License-Identifier: LGPL-2.1-or-later
// The order of the checks is the firmware's: length, sequence, completeness, checksum.
#include "omv/camera/v2/device_link.h"

#include <algorithm>
#include <array>
#include <utility>

namespace omv::camera {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kOutputTarget = 256 * 1024;
constexpr Time kFirstWait = 500ms;
constexpr int kRepeats = 3;

bool is_sync(const PacketHeader& header) {
  return header.is(Opcode::sync) && header.channel == 0 && header.length == 0 && header.flags == 0;
}

bool is_reply(const PacketHeader& header) { return header.has(packet_flag::kAck) || header.has(packet_flag::kNak); }

}  // namespace

DeviceLink::DeviceLink(const Caps& defaults) : defaults_(defaults), scanner_(4 * kMaxPacket) { reset(); }

void DeviceLink::reset() {
  caps_ = defaults_;
  next_caps_.reset();
  scanner_.verify_crc(true);
  sequence_ = 0;
  waiting_.reset();
  answering_ = false;
  remaining_ = {};
}

// --- What comes in ---

std::optional<Packet> DeviceLink::next(Time now) {
  if (current_) scanner_.skip_packet(*std::exchange(current_, std::nullopt));
  while (!blocked()) {
    const std::optional<PacketHeader> header = scanner_.header();
    if (!header) return std::nullopt;
    if (header->length > caps_.max_payload) {
      scanner_.skip_byte();
      refuse(*header, Status::overflow, now);
    } else if (!in_sequence(*header)) {
      ++stats_.sequence_errors;
      scanner_.skip_byte();
      refuse(*header, Status::sequence, now);
    } else if (!scanner_.complete(*header)) {
      if (!rescued_by_sync()) return std::nullopt;
    } else if (!scanner_.payload_intact(*header)) {
      ++stats_.checksum_errors;
      scanner_.skip_packet(*header);
      refuse(*header, Status::checksum, now);
    } else if (is_reply(*header)) {
      scanner_.skip_packet(*header);
    } else {
      if (!rescued_) ++stats_.received;
      current_ = header;
      return Packet{*header, scanner_.payload(*header)};
    }
  }
  return std::nullopt;
}

bool DeviceLink::in_sequence(const PacketHeader& header) const {
  const bool exempt =
      is_reply(header) || header.is(Opcode::sync) || header.is(Opcode::sys_event) || header.is(Opcode::channel_event);
  return !caps_.seq || exempt || header.sequence == sequence_;
}

// A packet that never ends hides everything behind it but a SYNC (section 7).
bool DeviceLink::rescued_by_sync() {
  const auto offset = scanner_.find(is_sync);
  if (!offset) return false;
  rescue(*offset);
  return true;
}

void DeviceLink::rescue(std::size_t offset) {
  scanner_.erase(0, offset);
  waiting_.reset();
  answering_ = false;
  rescued_ = true;
}

// --- What goes out ---

bool DeviceLink::has_room() const { return output_.size() - sent_ < kOutputTarget; }

void DeviceLink::emit(const PacketHeader& header, ConstByteSpan payload) {
  append_packet(output_, header, payload, caps_.crc);
}

void DeviceLink::send(PacketHeader header, ConstByteSpan payload, Time now) {
  header.sequence = sequence_++;
  const bool wants_ack = caps_.ack && !is_reply(header);
  if (wants_ack) header.flags |= packet_flag::kAckRequest;
  const std::size_t at = output_.size();
  emit(header, payload);
  ++stats_.sent;
  if (!wants_ack) return;
  const ConstByteSpan packet = ConstByteSpan(output_).subspan(at);
  waiting_ = Unacknowledged{header, Bytes(packet.begin(), packet.end()), 0, kFirstWait, now + kFirstWait};
}

void DeviceLink::acknowledge(const PacketHeader& request, Time now) {
  send({0, request.channel, packet_flag::kAck, request.opcode}, {}, now);
  if (!next_caps_) return;
  caps_ = *std::exchange(next_caps_, std::nullopt);
  scanner_.verify_crc(caps_.crc);
}

void DeviceLink::refuse(const PacketHeader& request, Status status, Time now) {
  std::array<std::uint8_t, 2> payload{};
  store_le(payload.data(), static_cast<std::uint16_t>(status));
  send({0, request.channel, packet_flag::kNak, request.opcode}, payload, now);
}

void DeviceLink::answer_sync(Time now) {
  reset();
  send({0, 0, packet_flag::kAck, static_cast<std::uint8_t>(Opcode::sync)}, {}, now);
  if (std::exchange(rescued_, false)) --stats_.sent;
  sequence_ = 0;
}

void DeviceLink::answer(const PacketHeader& request, Bytes data, Time now, std::size_t piece, bool runs_dry) {
  held_ = std::move(data);
  piece_ = piece;
  runs_dry_ = runs_dry;
  begin_answer(request, held_, now);
}

void DeviceLink::answer_in_place(const PacketHeader& request, ConstByteSpan data, Time now) {
  piece_ = kMaxPayload;
  runs_dry_ = false;
  begin_answer(request, data, now);
}

void DeviceLink::begin_answer(const PacketHeader& request, ConstByteSpan data, Time now) {
  answering_ = true;
  answered_ = {0, request.channel, 0, request.opcode};
  remaining_ = data;
  piece_ = std::min<std::size_t>(piece_, caps_.max_payload);
  produce(now);
}

void DeviceLink::produce(Time now) {
  while (answering_ && !waiting_ && has_room()) send_piece(now);
}

void DeviceLink::send_piece(Time now) {
  const ConstByteSpan piece = remaining_.first(std::min(piece_, remaining_.size()));
  if (piece.empty() && runs_dry_) {
    answering_ = false;
    return refuse(answered_, Status::failed, now);
  }
  remaining_ = remaining_.subspan(piece.size());
  answering_ = runs_dry_ || !remaining_.empty();
  PacketHeader header = answered_;
  if (answering_) header.flags = packet_flag::kFragment;
  send(header, piece, now);
}

void DeviceLink::event(std::uint8_t channel, std::uint16_t code) {
  if (!caps_.events || !has_room()) return;
  const Opcode opcode = channel == 0 ? Opcode::sys_event : Opcode::channel_event;
  std::array<std::uint8_t, 2> payload{};
  store_le(payload.data(), code);
  const ConstByteSpan body = code == event_code::kNotify ? ConstByteSpan() : ConstByteSpan(payload);
  emit({sequence_, channel, packet_flag::kEvent, static_cast<std::uint8_t>(opcode)}, body);
  ++stats_.events_sent;
}

void DeviceLink::sent(std::size_t count, Time now) {
  sent_ = std::min(sent_ + count, output_.size());
  if (sent_ < output_.size()) return;
  output_.clear();
  sent_ = 0;
  produce(now);
}

// --- Section 4: acknowledgements ---

bool DeviceLink::check_ack(Time now) {
  if (!waiting_) return false;
  const PacketHeader& expected = waiting_->header;
  const auto matters = [&](const PacketHeader& header) {
    return is_sync(header) || (is_reply(header) && header.opcode == expected.opcode &&
                               (header.has(packet_flag::kNak) || header.sequence == expected.sequence));
  };
  if (current_) scanner_.skip_packet(*std::exchange(current_, std::nullopt));
  const auto offset = scanner_.find(matters);
  if (offset) {
    const std::uint8_t flags = scanner_.pending()[*offset + 4];
    if ((flags & packet_flag::kAck) != 0) {
      scanner_.erase(*offset, kHeaderSize);
      waiting_.reset();
      produce(now);
      return false;
    }
    if ((flags & packet_flag::kNak) == 0) {
      rescue(*offset);
      return false;
    }
    // A NAK is not consumed and burns one attempt after the other.
    while (waiting_->repeats < kRepeats) repeat(now);
    waiting_->deadline = now;
  }
  if (now < waiting_->deadline) return false;
  if (waiting_->repeats < kRepeats) {
    repeat(now);
    return false;
  }
  reset();
  return true;
}

void DeviceLink::repeat(Time now) {
  ++waiting_->repeats;
  waiting_->wait *= 2;
  waiting_->deadline = now + waiting_->wait;
  if (caps_.crc) {
    PacketHeader header = waiting_->header;
    header.flags |= packet_flag::kRetransmission;
    header.length = static_cast<std::uint16_t>(std::max(waiting_->packet.size(), kHeaderSize + kPayloadCrcSize) -
                                               kHeaderSize - kPayloadCrcSize);
    store_header(waiting_->packet.data(), header, true);
  }
  append(output_, waiting_->packet);
  ++stats_.retransmits;
}

}  // namespace omv::camera
