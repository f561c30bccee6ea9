// SPDX-License-Identifier: LGPL-2.1-or-later
// Matching packets with requests.
#include "omv/camera/v2/host_link.h"

#include <algorithm>

namespace omv::camera {

namespace {

Notice notice_of(const Packet& packet, bool is_stale) {
  Notice notice{.channel = packet.header.channel, .is_stale = is_stale};
  if (packet.payload.size() >= 2) notice.code = load_le<std::uint16_t>(packet.payload.data());
  return notice;
}

Status status_of(const Packet& packet) {
  return packet.payload.size() < 2 ? Status::unknown
                                   : static_cast<Status>(load_le<std::uint16_t>(packet.payload.data()));
}

}  // namespace

const char* to_string(Fault fault) {
  switch (fault) {
    case Fault::checksum: return "a packet arrived damaged";
    case Fault::sequence: return "packets were lost";
    case Fault::unexpected: return "the camera answered something else than it was asked";
    case Fault::timeout: return "the camera did not answer in time";
  }
  return "unknown fault";
}

// Bytes may have waited here while nobody read: they say of frames what the camera will not say again.
void HostLink::set_events_aside() {
  if (syncing_) return;
  for (auto outcome = parser_.next(); outcome != PacketParser::Outcome::need_more; outcome = parser_.next())
    if (outcome == PacketParser::Outcome::packet && parser_.packet().header.has(packet_flag::kEvent))
      aside_.push_back(notice_of(parser_.packet(), true));
  const auto unfinished = parser_.buffer().header();
  if (unfinished && !unfinished->has(packet_flag::kEvent)) parser_.clear();
}

void HostLink::synchronise() {
  set_events_aside();
  parser_.buffer().verify_crc(true);
  parser_.set_limit(kUnnegotiatedLimit);
  in_flight_.clear();
  sequence_ = 0;
  crc_ = true;
  syncing_ = true;
  emit({.opcode = static_cast<std::uint8_t>(Opcode::sync)}, {});
}

void HostLink::apply(const Caps& caps) {
  crc_ = caps.crc;
  parser_.buffer().verify_crc(caps.crc);
  parser_.set_limit(caps.max_payload);
}

void HostLink::emit(const PacketHeader& header, ConstByteSpan payload) {
  if (sent_ == output_.size()) {
    output_.clear();
    sent_ = 0;
  }
  append_packet(output_, header, payload, crc_);
}

void HostLink::sent(std::size_t count) { sent_ = std::min(sent_ + count, output_.size()); }

void HostLink::send(Task task, Opcode opcode, std::uint8_t channel, ConstByteSpan payload, Time now) {
  PacketHeader header;
  header.sequence = static_cast<std::uint8_t>(sequence_ + in_flight_.size());
  header.channel = channel;
  header.opcode = static_cast<std::uint8_t>(opcode);
  emit(header, payload);
  in_flight_.push_back({task, opcode, channel, now + answer_timeout_});
}

HostLink::Input HostLink::next(Time now) {
  if (!aside_.empty()) {
    const Notice notice = aside_.front();
    aside_.pop_front();
    return notice;
  }
  while (true) {
    const PacketParser::Outcome outcome = parser_.next();
    if (outcome == PacketParser::Outcome::need_more) return std::monostate{};
    if (outcome == PacketParser::Outcome::bad_payload) {
      ++bad_payloads_;
      if (syncing_) continue;
      return Fault::checksum;
    }
    ++packets_;
    Input input = take(parser_.packet(), now);
    if (!std::holds_alternative<std::monostate>(input)) return input;
  }
}

HostLink::Input HostLink::take(const Packet& packet, Time now) {
  const PacketHeader& header = packet.header;
  const bool answers_sync = header.is(Opcode::sync) && header.has(packet_flag::kAck) && header.length == 0;
  if (syncing_) {
    if (header.has(packet_flag::kEvent)) return notice_of(packet, true);
    if (!answers_sync) return std::monostate{};
    syncing_ = false;
    sequence_ = 0;
    return Synchronised{};
  }
  // An answer to an earlier attempt: the camera has reset its state once more.
  if (answers_sync) return Fault::sequence;

  const bool in_order = header.sequence == sequence_;
  if (header.has(packet_flag::kAckRequest)) acknowledge(header);
  if (header.has(packet_flag::kEvent)) return notice_of(packet, false);
  if (header.has(packet_flag::kRetransmission) && !in_order) return std::monostate{};
  if (!in_order) return Fault::sequence;
  ++sequence_;
  return take_answer(packet, now);
}

HostLink::Input HostLink::take_answer(const Packet& packet, Time now) {
  const PacketHeader& header = packet.header;
  if (in_flight_.empty()) return Fault::unexpected;
  const Request request = in_flight_.front();
  Answer answer{request.task, request.opcode};
  if (header.has(packet_flag::kNak)) {
    answer.status = status_of(packet);
    if (answer.status == Status::sequence) return Fault::sequence;
    if (answer.status == Status::checksum || answer.status == Status::overflow) return Fault::checksum;
  }
  if (!header.is(request.opcode) || header.channel != request.channel) return Fault::unexpected;
  if (answer.ok()) answer.payload = packet.payload;
  answer.last = !header.has(packet_flag::kFragment);
  if (answer.last) in_flight_.pop_front();
  // The time of the next packet runs from this one, whichever request it belongs to.
  if (!in_flight_.empty()) in_flight_.front().deadline = now + answer_timeout_;
  return answer;
}

// Same channel, opcode and sequence as the packet (section 4); not counted.
void HostLink::acknowledge(const PacketHeader& header) {
  PacketHeader ack = header;
  ack.flags = packet_flag::kAck;
  emit(ack, {});
}

}  // namespace omv::camera
