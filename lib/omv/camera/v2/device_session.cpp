// SPDX-License-Identifier: LGPL-2.1-or-later
// What each request does, in the order of the specification's table of opcodes.
#include "omv/camera/v2/device_session.h"

#include <algorithm>
#include <utility>

namespace omv::camera {

namespace {

constexpr std::array<std::uint8_t, 3> kFirmware = {5, 0, 0};
constexpr std::size_t kTextPiece = 512;
constexpr std::size_t kMaxScript = 1024 * 1024;  // the heap; more is lost without a word, as on a camera

const std::vector<ChannelEntry>& channel_list() {
  namespace flag = channel_flag;
  static const std::vector<ChannelEntry> list = {
      {0, flag::kPhysical, "usb"},
      {kStdin, flag::kWrite | flag::kExec, "stdin"},
      {kStdout, flag::kRead, "stdout"},
      {kStream, flag::kRead | flag::kLock | flag::kStream, "stream"},
  };
  return list;
}

std::vector<MemoryPool> memory_pools(const Board& board) {
  const std::uint32_t heap = 256 * 1024;
  const std::uint32_t pool = board.stream_buffer * 4;
  return {{0, 0, heap, 8 * 1024, heap - 8 * 1024, 0, 0}, {1, 1, pool, 0, pool, 0, 0}};
}

std::string banner_of(const DeviceOptions& options) {
  if (!options.banner.empty()) return options.banner;
  return make_banner(options.firmware.value_or(kFirmware), "1.28.0", *options.board);
}

Version version_of(const DeviceOptions& options) {
  return {{1, 0, 2}, {1, 0, 3}, options.firmware.value_or(kFirmware)};
}

std::uint32_t word_or_0(ConstByteSpan payload, std::size_t offset) {
  return payload.size() < offset + 4 ? 0 : load_le<std::uint32_t>(payload.data() + offset);
}

}  // namespace

V2DeviceSession::V2DeviceSession(DeviceOptions options, FrameProvider& provider)
    : link_(options.max_payload.value_or(options.board->max_payload)),
      options_(std::move(options)),
      provider_(provider),
      stream_(options_.stream_buffer.value_or(options_.board->stream_buffer), options_.min_lock_interval,
              options_.board->raw_default),
      script_(provider, options_.board->stdout_ring, banner_of(options_)) {}

void V2DeviceSession::start(Time now) {
  if (options_.main_script) {
    upload_ = *options_.main_script;
    start_script(now);
  }
  work(now);
}

// Waiting for an acknowledgement stops everything else (section 4).
void V2DeviceSession::work(Time now) {
  while (!request_) {
    if (link_.check_ack(now)) stream_.release_lock();
    if (link_.waiting_for_ack()) return;
    if (link_.has_room()) {
      script_.run(now, *this);
      notify_text(now);
    }
    const std::optional<Packet> packet = link_.next(now);
    if (packet)
      handle(*packet, now);
    else if (!link_.waiting_for_ack())
      return;
  }
}

Time V2DeviceSession::next_deadline() const {
  if (request_) return kNever;
  if (link_.waiting_for_ack()) return link_.deadline();
  if (!link_.has_room()) return kNever;
  return std::min(script_.due(), notify_due_);
}

void V2DeviceSession::settle(const PacketHeader& header, Status status, Time now) {
  if (status == Status::success)
    link_.acknowledge(header, now);
  else
    link_.refuse(header, status, now);
}

void V2DeviceSession::handle(const Packet& packet, Time now) {
  if (packet.header.opcode <= static_cast<std::uint8_t>(Opcode::sys_memory))
    handle_system(packet, now);
  else
    handle_channel(packet, now);
}

// --- Opcodes up to SYS_MEMORY ---

void V2DeviceSession::handle_system(const Packet& packet, Time now) {
  const PacketHeader& header = packet.header;
  if (header.channel != 0) return link_.refuse(header, Status::invalid, now);
  switch (static_cast<Opcode>(header.opcode)) {
    case Opcode::sync:
      stream_.release_lock();
      synchronised_ = true;
      return link_.answer_sync(now);
    case Opcode::get_caps: return link_.answer(header, encode(link_.caps()), now);
    case Opcode::set_caps: return set_caps(packet, now);
    case Opcode::stats: return link_.answer(header, encode(link_.stats()), now);
    case Opcode::version: return link_.answer(header, encode(version_of(options_)), now);
    case Opcode::reset: request_ = DeviceRequest::reset; return;
    case Opcode::boot: request_ = DeviceRequest::bootloader; return;
    case Opcode::sys_info: return link_.answer(header, encode(sys_info()), now);
    case Opcode::sys_memory: return link_.answer(header, encode(memory_pools(*options_.board)), now);
    default: return link_.refuse(header, Status::invalid, now);
  }
}

void V2DeviceSession::set_caps(const Packet& packet, Time now) {
  const Result<Caps> caps = decode_caps(packet.payload);
  if (!caps || packet.payload.size() != kCapsSize || caps->max_payload < kMinPayload ||
      caps->max_payload > link_.board_max_payload())
    return link_.refuse(packet.header, Status::invalid, now);
  link_.apply(*caps);
  link_.acknowledge(packet.header, now);
}

SysInfo V2DeviceSession::sys_info() const {
  const Board& board = *options_.board;
  SysInfo info;
  info.cpu_id = board.cpu_id;
  info.unique_id = options_.unique_id;
  info.usb_id = std::uint32_t{board.vid} << 16 | board.pid;
  info.sensors = options_.sensors;
  info.hw_caps = {board.hw_caps, 0};
  info.stream_buffer_kb = options_.stream_buffer.value_or(board.stream_buffer) / 1024;
  return info;
}

// --- Channels ---

void V2DeviceSession::handle_channel(const Packet& packet, Time now) {
  const PacketHeader& header = packet.header;
  const auto opcode = static_cast<Opcode>(header.opcode);
  if (opcode == Opcode::list) return link_.answer(header, encode(channel_list()), now);
  if (opcode == Opcode::poll) {
    Bytes bits;
    append_le(bits, poll_bits());
    return link_.answer(header, std::move(bits), now);
  }
  if (header.channel >= channel_list().size()) return link_.refuse(header, Status::invalid, now);
  switch (opcode) {
    case Opcode::lock: return lock(header, now);
    case Opcode::unlock: return unlock(header, now);
    case Opcode::size: return size(header, now);
    case Opcode::read: return read(packet, now);
    case Opcode::write: return write(packet, now);
    case Opcode::ioctl: return ioctl(packet, now);
    case Opcode::shape:
      if (header.channel == kStream) return link_.answer(header, stream_.shape(), now);
      break;
    default: break;
  }
  link_.refuse(header, Status::invalid, now);
}

std::uint32_t V2DeviceSession::poll_bits() const {
  return (script_.running() ? 1u << kStdin : 0u) | (script_.console().size() > 0 ? 1u << kStdout : 0u) |
         (stream_.occupied() ? 1u << kStream : 0u);
}

void V2DeviceSession::lock(const PacketHeader& header, Time now) {
  settle(header, header.channel == kStream ? stream_.lock(now) : Status::busy, now);
}

void V2DeviceSession::unlock(const PacketHeader& header, Time now) {
  if (header.channel != kStream) return link_.refuse(header, Status::busy, now);
  stream_.unlock();
  link_.acknowledge(header, now);
}

void V2DeviceSession::size(const PacketHeader& header, Time now) {
  if (header.channel != kStdout && header.channel != kStream) return link_.refuse(header, Status::invalid, now);
  Bytes bytes;
  append_le(bytes, header.channel == kStream ? stream_.size() : static_cast<std::uint32_t>(script_.console().size()));
  link_.answer(header, std::move(bytes), now);
}

void V2DeviceSession::read(const Packet& packet, Time now) {
  const PacketHeader& header = packet.header;
  const std::uint32_t offset = word_or_0(packet.payload, 0);
  const std::uint32_t length = word_or_0(packet.payload, 4);
  if ((header.channel != kStdout && header.channel != kStream) || length == 0)
    return link_.refuse(header, Status::invalid, now);
  if (header.channel == kStdout) return read_text(header, length, now);
  const ConstByteSpan data = stream_.read(offset, length);
  if (data.empty()) return link_.refuse(header, Status::failed, now);
  link_.answer_in_place(header, data, now);
}

void V2DeviceSession::read_text(const PacketHeader& header, std::uint32_t length, Time now) {
  Bytes text = script_.console().read(length);
  if (text.empty()) return link_.refuse(header, Status::failed, now);
  const bool runs_dry = text.size() < length;
  link_.answer(header, std::move(text), now, kTextPiece, runs_dry);
}

void V2DeviceSession::write(const Packet& packet, Time now) {
  const std::uint32_t length = word_or_0(packet.payload, 4);
  if (packet.header.channel != kStdin || length == 0) return link_.refuse(packet.header, Status::invalid, now);
  if (word_or_0(packet.payload, 0) == 0) upload_.clear();
  const ConstByteSpan data = packet.payload.subspan(std::min<std::size_t>(8, packet.payload.size()));
  const std::string_view text = as_text(data.first(std::min<std::size_t>(data.size(), length)));
  upload_.append(text.substr(0, kMaxScript - std::min(kMaxScript, upload_.size())));
  link_.acknowledge(packet.header, now);
}

void V2DeviceSession::ioctl(const Packet& packet, Time now) {
  const std::uint8_t channel = packet.header.channel;
  if ((channel != kStdin && channel != kStream) || packet.payload.size() < 4)
    return link_.refuse(packet.header, Status::invalid, now);
  const std::uint32_t code = word_or_0(packet.payload, 0);
  if (channel == kStdin) return stdin_ioctl(packet, code, now);
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

// --- The link's owner ---

void V2DeviceSession::received(std::size_t count, Time now) {
  link_.buffer().received(count);
  work(now);
}

void V2DeviceSession::sent(std::size_t count, Time now) {
  link_.sent(count, now);
  if (link_.output().empty()) work(now);
}

void V2DeviceSession::end_script(std::string_view last_words, Time now) {
  if (script_.running()) script_over(last_words);
  work(now);
}

// A SYNC brings the link into its first state; a second one is needed where the first is taken for the rest of a packet
// that was cut off.
void V2DeviceSession::forget_host(Time now) {
  Bytes sync;
  append_packet(sync, {.opcode = static_cast<std::uint8_t>(Opcode::sync)}, {});
  const auto drop_output = [&] {
    while (!output().empty()) sent(output().size(), now);
  };
  drop_output();
  for (int i = 0; i < 2; ++i) {
    receive(sync, now);
    drop_output();
  }
}

}  // namespace omv::camera
