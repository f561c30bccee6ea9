// SPDX-License-Identifier: LGPL-2.1-or-later
// Power-up, time, and the requests to the camera as a whole.
#include "omv/camera/v2/device_session.h"

#include <algorithm>
#include <utility>

namespace omv::camera {

namespace {

constexpr std::array<std::uint8_t, 3> kFirmware = {5, 0, 0};

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

// Event counters of the processor (spec: protocol-v2, section 9, hw_caps).
std::uint8_t event_counters(const Board& board) { return static_cast<std::uint8_t>(board.hw_caps >> 8); }

}  // namespace

V2DeviceSession::V2DeviceSession(DeviceOptions options, FrameProvider& provider)
    : link_(Caps{.ack = options.ack, .max_payload = options.max_payload.value_or(options.board->max_payload)}),
      options_(std::move(options)),
      provider_(provider),
      stream_(options_.stream_buffer.value_or(options_.board->stream_buffer), options_.board->raw_default),
      script_(provider, options_.board->stdout_ring, banner_of(options_)),
      pacer_(options_.min_lock_interval) {
  if (options_.profiler) profile_.emplace(event_counters(*options_.board));
}

void V2DeviceSession::start(Time now) {
  if (options_.main_script) {
    upload_ = *options_.main_script;
    start_script(now);
  }
  work(now);
}

// Waiting for an acknowledgement stops everything else (section 4).
void V2DeviceSession::work(Time now) {
  while (!request_ && !hung_) {
    if (link_.check_ack(now)) release_locks();
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
  if (request_ || hung_) return kNever;
  if (link_.waiting_for_ack()) return link_.deadline();
  if (!link_.has_room()) return kNever;
  return std::min(script_.due(), notify_due_);
}

void V2DeviceSession::release_locks() {
  stream_.release_lock();
  if (profile_) profile_->unlock();
  dynamic_.release_locks();
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
    case Opcode::sync: release_locks(); return link_.answer_sync(now);
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
  if (script_.running()) script_over(last_words, now);
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
