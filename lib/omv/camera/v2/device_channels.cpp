// SPDX-License-Identifier: LGPL-2.1-or-later
// What the requests to a channel do, in the order of the specification's table of opcodes.
#include <algorithm>
#include <utility>

#include "omv/camera/v2/device_session.h"

namespace omv::camera {

namespace {

constexpr std::size_t kMaxScript = 1024 * 1024;  // the heap; more is lost without a word, as on a camera

std::uint32_t word_or_0(ConstByteSpan payload, std::size_t offset) {
  return payload.size() < offset + 4 ? 0 : load_le<std::uint32_t>(payload.data() + offset);
}

}  // namespace

// The channels in the order of their ids; ids of the script's channels follow those of the firmware.
std::vector<ChannelEntry> V2DeviceSession::channel_list() const {
  namespace flag = channel_flag;
  std::vector<ChannelEntry> list = {
      {0, flag::kPhysical, "usb"},
      {kStdin, flag::kWrite | flag::kExec, "stdin"},
      {kStdout, flag::kRead, "stdout"},
      {kStream, flag::kRead | flag::kLock | flag::kStream, "stream"},
  };
  if (profile_) list.push_back({kProfile, flag::kRead | flag::kLock, "profile"});
  dynamic_.list(list);
  return list;
}

void V2DeviceSession::handle_channel(const Packet& packet, Time now) {
  const PacketHeader& header = packet.header;
  const auto opcode = static_cast<Opcode>(header.opcode);
  if (opcode == Opcode::list) return link_.answer(header, encode(channel_list()), now);
  if (opcode == Opcode::poll) return answer_number(header, poll_bits(now), now);
  const bool exists = header.channel <= kStream || is_profile(header) || is_dynamic(header);
  if (!exists) return link_.refuse(header, Status::invalid, now);
  switch (opcode) {
    case Opcode::lock: return lock(header, now);
    case Opcode::unlock: return unlock(header, now);
    case Opcode::shape: return shape(header, now);
    case Opcode::size: return size(header, now);
    case Opcode::read: return read(packet, now);
    case Opcode::write: return write(packet, now);
    case Opcode::ioctl: return ioctl(packet, now);
    default: return link_.refuse(header, Status::invalid, now);
  }
}

std::uint32_t V2DeviceSession::poll_bits(Time now) const {
  return (script_.running() ? 1u << kStdin : 0u) | (script_.console().size() > 0 ? 1u << kStdout : 0u) |
         (stream_.occupied() ? 1u << kStream : 0u) | (profile_ && profile_->ready(now) ? 1u << kProfile : 0u) |
         dynamic_.poll_bits();
}

void V2DeviceSession::answer_number(const PacketHeader& header, std::uint32_t number, Time now) {
  Bytes bytes;
  append_le(bytes, number);
  link_.answer(header, std::move(bytes), now);
}

bool V2DeviceSession::try_lock(const PacketHeader& header, Time now) {
  if (header.channel == kStream) return stream_.lock();
  if (is_profile(header)) return profile_->lock(now);
  return is_dynamic(header) && dynamic_.locks(header.channel) && dynamic_.lock(header.channel);
}

void V2DeviceSession::lock(const PacketHeader& header, Time now) {
  if (pacer_.too_early(now) || !try_lock(header, now)) return link_.refuse(header, Status::busy, now);
  pacer_.locked(now);
  link_.acknowledge(header, now);
}

void V2DeviceSession::unlock(const PacketHeader& header, Time now) {
  if (header.channel == kStream)
    stream_.unlock();
  else if (is_profile(header))
    profile_->unlock();
  else if (is_dynamic(header) && dynamic_.locks(header.channel))
    dynamic_.unlock(header.channel);
  else
    return link_.refuse(header, Status::busy, now);
  link_.acknowledge(header, now);
}

void V2DeviceSession::shape(const PacketHeader& header, Time now) {
  if (header.channel == kStream) return link_.answer(header, stream_.shape(), now);
  if (is_profile(header)) return link_.answer(header, profile_->shape(), now);
  if (is_dynamic(header) && dynamic_.reads(header.channel))
    return link_.answer(header, dynamic_.shape(header.channel), now);
  link_.refuse(header, Status::invalid, now);
}

void V2DeviceSession::size(const PacketHeader& header, Time now) {
  if (header.channel == kStdout)
    return answer_number(header, static_cast<std::uint32_t>(script_.console().size()), now);
  if (header.channel == kStream) return answer_number(header, stream_.size(), now);
  if (is_profile(header)) return answer_number(header, static_cast<std::uint32_t>(profile_->records().size()), now);
  if (is_dynamic(header) && dynamic_.reads(header.channel))
    return answer_number(header, dynamic_.size(header.channel), now);
  link_.refuse(header, Status::invalid, now);
}

void V2DeviceSession::read(const Packet& packet, Time now) {
  const PacketHeader& header = packet.header;
  const std::uint32_t offset = word_or_0(packet.payload, 0);
  const std::uint32_t length = word_or_0(packet.payload, 4);
  const bool readable = header.channel == kStdout || header.channel == kStream || is_profile(header) ||
                        (is_dynamic(header) && dynamic_.reads(header.channel));
  if (!readable || length == 0) return link_.refuse(header, Status::invalid, now);
  if (header.channel == kStdout) return answer_pieces(header, script_.console().read(length), length, now);
  if (is_dynamic(header)) {
    const std::size_t piece = std::min<std::size_t>(kScriptPiece, link_.caps().max_payload);
    return answer_pieces(header, dynamic_.read(header.channel, offset, length, piece), length, now);
  }
  const ConstByteSpan data = header.channel == kStream ? stream_.read(offset, length) : profile_->read(offset, length);
  if (data.empty()) return link_.refuse(header, Status::failed, now);
  link_.answer_in_place(header, data, now);
}

// Of channels that have no memory of their own (section 5): what is missing of `length` is found out midway.
void V2DeviceSession::answer_pieces(const PacketHeader& header, Bytes data, std::uint32_t length, Time now) {
  if (data.empty()) return link_.refuse(header, Status::failed, now);
  const bool runs_dry = data.size() < length;
  link_.answer(header, std::move(data), now, kScriptPiece, runs_dry);
}

void V2DeviceSession::write(const Packet& packet, Time now) {
  const PacketHeader& header = packet.header;
  const std::uint32_t length = word_or_0(packet.payload, 4);
  const bool to_script = is_dynamic(header) && dynamic_.writes(header.channel);
  if ((header.channel != kStdin && !to_script) || length == 0) return link_.refuse(header, Status::invalid, now);
  const std::uint32_t offset = word_or_0(packet.payload, 0);
  ConstByteSpan data = packet.payload.subspan(std::min<std::size_t>(8, packet.payload.size()));
  data = data.first(std::min<std::size_t>(data.size(), length));
  if (to_script) return settle(header, dynamic_.write(header.channel, offset, data), now);
  upload(offset, as_text(data));
  link_.acknowledge(header, now);
}

void V2DeviceSession::upload(std::uint32_t offset, std::string_view text) {
  if (offset == 0) upload_.clear();
  upload_.append(text.substr(0, kMaxScript - std::min(kMaxScript, upload_.size())));
}

void V2DeviceSession::ioctl(const Packet& packet, Time now) {
  const PacketHeader& header = packet.header;
  if (is_dynamic(header)) return settle(header, dynamic_.ioctl(header.channel, packet.payload), now);
  if (header.channel == 0 || header.channel == kStdout || packet.payload.size() < 4)
    return link_.refuse(header, Status::invalid, now);
  if (is_profile(header)) return settle(header, profile_->ioctl(packet.payload, now), now);
  const std::uint32_t code = word_or_0(packet.payload, 0);
  if (header.channel == kStdin) return stdin_ioctl(packet, code, now);
  stream_ioctl(packet, code, now);
}

void V2DeviceSession::stdin_ioctl(const Packet& packet, std::uint32_t code, Time now) {
  const PacketHeader& header = packet.header;
  const auto what = static_cast<StdinRequest>(code);
  const bool known = what == StdinRequest::stop || what == StdinRequest::exec || what == StdinRequest::reset;
  if (!known || packet.payload.size() != 4) return link_.refuse(header, Status::invalid, now);
  if (what == StdinRequest::exec && upload_.empty()) return link_.refuse(header, Status::failed, now);
  link_.acknowledge(header, now);
  if (what == StdinRequest::reset) return upload_.clear();
  // EXEC of a second script aborts the first, and the cleanup forgets the second (section 14.4).
  interrupt(now);
}

void V2DeviceSession::stream_ioctl(const Packet& packet, std::uint32_t code, Time now) {
  const auto what = static_cast<StreamIoctl>(code);
  const std::size_t expected = what == StreamIoctl::raw_config ? 12 : 8;
  if (code > static_cast<std::uint32_t>(StreamIoctl::source) || packet.payload.size() != expected)
    return link_.refuse(packet.header, Status::invalid, now);
  const std::uint32_t first = word_or_0(packet.payload, 4);
  switch (what) {
    case StreamIoctl::enable: stream_.enable(first != 0); break;
    case StreamIoctl::raw_enable: stream_.set_raw(first != 0); break;
    case StreamIoctl::raw_config: stream_.set_raw_limit(first, word_or_0(packet.payload, 8)); break;
    case StreamIoctl::source: source_ = first; break;
  }
  link_.acknowledge(packet.header, now);
}

}  // namespace omv::camera
