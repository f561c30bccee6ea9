// SPDX-License-Identifier: LGPL-2.1-or-later
// What each request does, in the order of the specification's table of opcodes.
#include "omv/camera/device_session.h"

#include <algorithm>
#include <utility>

#include "omv/camera/device_state.h"

namespace omv::camera {

namespace {

constexpr Version kVersion = {{1, 0, 2}, {1, 0, 3}, {5, 0, 0}};
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
  return "OpenMV v5.0.0; MicroPython v1.28.0; " + std::string(options.board->name) + " (emulated)";
}

std::uint32_t word_or_0(ConstByteSpan payload, std::size_t offset) {
  return payload.size() < offset + 4 ? 0 : load_le<std::uint32_t>(payload.data() + offset);
}

}  // namespace

DeviceSession::State::State(DeviceOptions options, FrameProvider& provider)
    : link(options.max_payload.value_or(options.board->max_payload)),
      options_(std::move(options)),
      provider_(provider),
      stream_(options_.stream_buffer.value_or(options_.board->stream_buffer), options_.min_lock_interval,
              options_.board->raw_default),
      stdout_(options_.board->stdout_ring) {
  options_.banner = banner_of(options_);
}

void DeviceSession::State::start(Time now) {
  if (options_.main_script) {
    upload_ = *options_.main_script;
    start_script(now);
  }
  work(now);
}

// Waiting for an acknowledgement stops everything else (section 4).
void DeviceSession::State::work(Time now) {
  while (!request) {
    if (link.check_ack(now)) stream_.release_lock();
    if (link.waiting_for_ack()) return;
    if (link.has_room()) {
      run(now);
      notify_text(now);
    }
    const std::optional<Packet> packet = link.next(now);
    if (packet)
      handle(*packet, now);
    else if (!link.waiting_for_ack())
      return;
  }
}

Time DeviceSession::State::next_deadline() const {
  if (request) return kNever;
  if (link.waiting_for_ack()) return link.deadline();
  if (!link.has_room()) return kNever;
  return std::min(script_due_, notify_due_);
}

void DeviceSession::State::settle(const PacketHeader& header, Status status, Time now) {
  if (status == Status::success)
    link.acknowledge(header, now);
  else
    link.refuse(header, status, now);
}

void DeviceSession::State::handle(const Packet& packet, Time now) {
  if (packet.header.opcode <= static_cast<std::uint8_t>(Opcode::sys_memory))
    handle_system(packet, now);
  else
    handle_channel(packet, now);
}

// --- Opcodes up to SYS_MEMORY ---

void DeviceSession::State::handle_system(const Packet& packet, Time now) {
  const PacketHeader& header = packet.header;
  if (header.channel != 0) return link.refuse(header, Status::invalid, now);
  switch (static_cast<Opcode>(header.opcode)) {
    case Opcode::sync:
      stream_.release_lock();
      synchronised_ = true;
      return link.answer_sync(now);
    case Opcode::get_caps: return link.answer(header, encode(link.caps()), now);
    case Opcode::set_caps: return set_caps(packet, now);
    case Opcode::stats: return link.answer(header, encode(link.stats()), now);
    case Opcode::version: return link.answer(header, encode(kVersion), now);
    case Opcode::reset: request = DeviceRequest::reset; return;
    case Opcode::boot: request = DeviceRequest::bootloader; return;
    case Opcode::sys_info: return link.answer(header, encode(sys_info()), now);
    case Opcode::sys_memory: return link.answer(header, encode(memory_pools(*options_.board)), now);
    default: return link.refuse(header, Status::invalid, now);
  }
}

void DeviceSession::State::set_caps(const Packet& packet, Time now) {
  const Result<Caps> caps = decode_caps(packet.payload);
  if (!caps || packet.payload.size() != kCapsSize || caps->max_payload < kMinPayload ||
      caps->max_payload > link.board_max_payload())
    return link.refuse(packet.header, Status::invalid, now);
  link.apply(*caps);
  link.acknowledge(packet.header, now);
}

SysInfo DeviceSession::State::sys_info() const {
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

void DeviceSession::State::handle_channel(const Packet& packet, Time now) {
  const PacketHeader& header = packet.header;
  const auto opcode = static_cast<Opcode>(header.opcode);
  if (opcode == Opcode::list) return link.answer(header, encode(channel_list()), now);
  if (opcode == Opcode::poll) {
    Bytes bits;
    append_le(bits, poll_bits());
    return link.answer(header, std::move(bits), now);
  }
  if (header.channel >= channel_list().size()) return link.refuse(header, Status::invalid, now);
  switch (opcode) {
    case Opcode::lock: return lock(header, now);
    case Opcode::unlock: return unlock(header, now);
    case Opcode::size: return size(header, now);
    case Opcode::read: return read(packet, now);
    case Opcode::write: return write(packet, now);
    case Opcode::ioctl: return ioctl(packet, now);
    case Opcode::shape:
      if (header.channel == kStream) return link.answer(header, stream_.shape(), now);
      break;
    default: break;
  }
  link.refuse(header, Status::invalid, now);
}

std::uint32_t DeviceSession::State::poll_bits() const {
  return (running_ ? 1u << kStdin : 0u) | (stdout_.size() > 0 ? 1u << kStdout : 0u) |
         (stream_.occupied() ? 1u << kStream : 0u);
}

void DeviceSession::State::lock(const PacketHeader& header, Time now) {
  settle(header, header.channel == kStream ? stream_.lock(now) : Status::busy, now);
}

void DeviceSession::State::unlock(const PacketHeader& header, Time now) {
  if (header.channel != kStream) return link.refuse(header, Status::busy, now);
  stream_.unlock();
  link.acknowledge(header, now);
}

void DeviceSession::State::size(const PacketHeader& header, Time now) {
  if (header.channel != kStdout && header.channel != kStream) return link.refuse(header, Status::invalid, now);
  Bytes bytes;
  append_le(bytes, header.channel == kStream ? stream_.size() : static_cast<std::uint32_t>(stdout_.size()));
  link.answer(header, std::move(bytes), now);
}

void DeviceSession::State::read(const Packet& packet, Time now) {
  const PacketHeader& header = packet.header;
  const std::uint32_t offset = word_or_0(packet.payload, 0);
  const std::uint32_t length = word_or_0(packet.payload, 4);
  if ((header.channel != kStdout && header.channel != kStream) || length == 0)
    return link.refuse(header, Status::invalid, now);
  if (header.channel == kStdout) return read_text(header, length, now);
  const ConstByteSpan data = stream_.read(offset, length);
  if (data.empty()) return link.refuse(header, Status::failed, now);
  link.answer_in_place(header, data, now);
}

void DeviceSession::State::read_text(const PacketHeader& header, std::uint32_t length, Time now) {
  Bytes text = stdout_.read(length);
  if (text.empty()) return link.refuse(header, Status::failed, now);
  const bool runs_dry = text.size() < length;
  link.answer(header, std::move(text), now, kTextPiece, runs_dry);
}

void DeviceSession::State::write(const Packet& packet, Time now) {
  const std::uint32_t length = word_or_0(packet.payload, 4);
  if (packet.header.channel != kStdin || length == 0) return link.refuse(packet.header, Status::invalid, now);
  if (word_or_0(packet.payload, 0) == 0) upload_.clear();
  const ConstByteSpan data = packet.payload.subspan(std::min<std::size_t>(8, packet.payload.size()));
  const std::string_view text = as_text(data.first(std::min<std::size_t>(data.size(), length)));
  upload_.append(text.substr(0, kMaxScript - std::min(kMaxScript, upload_.size())));
  link.acknowledge(packet.header, now);
}

void DeviceSession::State::ioctl(const Packet& packet, Time now) {
  const std::uint8_t channel = packet.header.channel;
  if ((channel != kStdin && channel != kStream) || packet.payload.size() < 4)
    return link.refuse(packet.header, Status::invalid, now);
  const std::uint32_t code = word_or_0(packet.payload, 0);
  if (channel == kStdin) return stdin_ioctl(packet, code, now);
  stream_ioctl(packet, code, now);
}

void DeviceSession::State::stdin_ioctl(const Packet& packet, std::uint32_t code, Time now) {
  const PacketHeader& header = packet.header;
  const auto what = static_cast<StdinRequest>(code);
  const bool known = what == StdinRequest::stop || what == StdinRequest::exec || what == StdinRequest::reset;
  if (!known || packet.payload.size() != 4) return link.refuse(header, Status::invalid, now);
  if (what == StdinRequest::exec && upload_.empty()) return link.refuse(header, Status::failed, now);
  link.acknowledge(header, now);
  if (what == StdinRequest::reset) return upload_.clear();
  // EXEC of a second script aborts the first, and the cleanup forgets the second (section 14.4).
  interrupt(now);
}

void DeviceSession::State::stream_ioctl(const Packet& packet, std::uint32_t code, Time now) {
  const auto what = static_cast<StreamIoctl>(code);
  const std::size_t expected = what == StreamIoctl::raw_config ? 12 : 8;
  if (code > static_cast<std::uint32_t>(StreamIoctl::source) || packet.payload.size() != expected)
    return link.refuse(packet.header, Status::invalid, now);
  const std::uint32_t first = word_or_0(packet.payload, 4);
  switch (what) {
    case StreamIoctl::enable: stream_.enable(first != 0); break;
    case StreamIoctl::raw_enable: stream_.set_raw(first != 0); break;
    case StreamIoctl::raw_config: stream_.set_raw_limit(first, word_or_0(packet.payload, 8)); break;
    case StreamIoctl::source: source_ = first; break;
  }
  link.acknowledge(packet.header, now);
}

// --- The class itself ---

DeviceSession::DeviceSession(DeviceOptions options, FrameProvider& provider)
    : state_(std::make_unique<State>(std::move(options), provider)) {}
DeviceSession::~DeviceSession() = default;
DeviceSession::DeviceSession(DeviceSession&&) noexcept = default;
DeviceSession& DeviceSession::operator=(DeviceSession&&) noexcept = default;

void DeviceSession::start(Time now) { state_->start(now); }
ByteSpan DeviceSession::space() { return state_->link.buffer().space(); }

void DeviceSession::received(std::size_t count, Time now) {
  state_->link.buffer().received(count);
  state_->work(now);
}

std::size_t DeviceSession::receive(ConstByteSpan bytes, Time now) {
  const ByteSpan room = space();
  const std::size_t count = std::min(room.size(), bytes.size());
  std::copy_n(bytes.begin(), count, room.begin());
  received(count, now);
  return count;
}

void DeviceSession::poll(Time now) { state_->work(now); }
Time DeviceSession::next_deadline() const { return state_->next_deadline(); }
ConstByteSpan DeviceSession::output() const { return state_->link.output(); }

void DeviceSession::sent(std::size_t count, Time now) {
  state_->link.sent(count, now);
  if (state_->link.output().empty()) state_->work(now);
}

std::optional<DeviceRequest> DeviceSession::request() const { return state_->request; }
bool DeviceSession::script_running() const { return state_->script_running(); }
const Stats& DeviceSession::stats() const { return state_->link.stats(); }

}  // namespace omv::camera
