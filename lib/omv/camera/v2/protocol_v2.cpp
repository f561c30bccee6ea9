// SPDX-License-Identifier: LGPL-2.1-or-later
// Encoding and decoding of the fixed structures.
#include "omv/camera/v2/protocol_v2.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>

namespace omv::camera {

namespace {

constexpr std::size_t kVersionSize = 16;
constexpr std::size_t kSysInfoSize = 76;
constexpr std::size_t kStatsSize = 32;
constexpr std::size_t kMemoryHeaderSize = 4;
constexpr std::size_t kMemoryEntrySize = 24;
constexpr std::size_t kChannelEntrySize = 16;
constexpr std::size_t kChannelNameSize = 14;

Result<void> need(ConstByteSpan payload, std::size_t size, const char* what) {
  if (payload.size() >= size) return {};
  return Error{Errc::truncated, std::string(what) + " has " + std::to_string(payload.size()) + " bytes instead of " +
                                    std::to_string(size)};
}

template <std::size_t N>
std::array<std::uint8_t, 3> load_triple(std::span<const std::uint8_t, N> from) {
  return {from[0], from[1], from[2]};
}

template <std::size_t N>
void append_words(Bytes& to, const std::array<std::uint32_t, N>& words) {
  for (const std::uint32_t word : words) append_le(to, word);
}

std::uint32_t word_at(ConstByteSpan payload, std::size_t offset) {
  return load_le<std::uint32_t>(payload.data() + offset);
}

}  // namespace

std::string to_string(Opcode opcode) {
  switch (opcode) {
    case Opcode::sync: return "SYNC";
    case Opcode::get_caps: return "GET_CAPS";
    case Opcode::set_caps: return "SET_CAPS";
    case Opcode::stats: return "STATS";
    case Opcode::version: return "VERSION";
    case Opcode::reset: return "RESET";
    case Opcode::boot: return "BOOT";
    case Opcode::sys_info: return "SYS_INFO";
    case Opcode::sys_event: return "SYS_EVENT";
    case Opcode::sys_memory: return "SYS_MEMORY";
    case Opcode::list: return "LIST";
    case Opcode::poll: return "POLL";
    case Opcode::lock: return "LOCK";
    case Opcode::unlock: return "UNLOCK";
    case Opcode::shape: return "SHAPE";
    case Opcode::size: return "SIZE";
    case Opcode::read: return "READ";
    case Opcode::write: return "WRITE";
    case Opcode::ioctl: return "IOCTL";
    case Opcode::channel_event: return "CHANNEL_EVENT";
  }
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "0x%02X", static_cast<unsigned>(opcode));
  return text.data();
}

const char* to_string(Status status) {
  switch (status) {
    case Status::success: return "SUCCESS";
    case Status::failed: return "FAILED";
    case Status::invalid: return "INVALID";
    case Status::timeout: return "TIMEOUT";
    case Status::busy: return "BUSY";
    case Status::checksum: return "CHECKSUM";
    case Status::sequence: return "SEQUENCE";
    case Status::overflow: return "OVERFLOW";
    case Status::fragment: return "FRAGMENT";
    case Status::unknown: break;
  }
  return "UNKNOWN";
}

Bytes encode(const Caps& caps) {
  Bytes out;
  append_le(out, static_cast<std::uint32_t>((caps.crc ? 1u : 0u) | (caps.seq ? 2u : 0u) | (caps.ack ? 4u : 0u) |
                                            (caps.events ? 8u : 0u)));
  append_le(out, caps.max_payload);
  out.resize(kCapsSize);
  return out;
}

Result<Caps> decode_caps(ConstByteSpan payload) {
  OMV_CHECK(need(payload, kCapsSize, "capabilities"));
  const std::uint32_t flags = word_at(payload, 0);
  return Caps{(flags & 1u) != 0, (flags & 2u) != 0, (flags & 4u) != 0, (flags & 8u) != 0,
              load_le<std::uint16_t>(payload.data() + 4)};
}

Bytes encode(const Version& version) {
  Bytes out;
  append(out, version.protocol);
  append(out, version.bootloader);
  append(out, version.firmware);
  out.resize(kVersionSize);
  return out;
}

Result<Version> decode_version(ConstByteSpan payload) {
  OMV_CHECK(need(payload, kVersionSize, "VERSION"));
  return Version{load_triple(payload.subspan(0)), load_triple(payload.subspan(3)), load_triple(payload.subspan(6))};
}

Bytes encode(const SysInfo& info) {
  Bytes out;
  append_le(out, info.cpu_id);
  append_words(out, info.unique_id);
  append_le(out, info.usb_id);
  append_words(out, info.sensors);
  out.resize(40);
  append_words(out, info.hw_caps);
  append_words(out, std::array{info.flash_kb, info.ram_kb, info.frame_buffer_kb, info.stream_buffer_kb});
  out.resize(kSysInfoSize);
  return out;
}

Result<SysInfo> decode_sys_info(ConstByteSpan payload) {
  OMV_CHECK(need(payload, kSysInfoSize, "SYS_INFO"));
  SysInfo info;
  info.cpu_id = word_at(payload, 0);
  info.usb_id = word_at(payload, 16);
  for (std::size_t i = 0; i < 3; ++i) {
    info.unique_id[i] = word_at(payload, 4 + 4 * i);
    info.sensors[i] = word_at(payload, 20 + 4 * i);
  }
  info.hw_caps = {word_at(payload, 40), word_at(payload, 44)};
  info.flash_kb = word_at(payload, 48);
  info.ram_kb = word_at(payload, 52);
  info.frame_buffer_kb = word_at(payload, 56);
  info.stream_buffer_kb = word_at(payload, 60);
  return info;
}

Bytes encode(const Stats& stats) {
  Bytes out;
  append_words(out, std::array{stats.sent, stats.received, stats.checksum_errors, stats.sequence_errors,
                               stats.retransmits, stats.transport_errors, stats.events_sent});
  out.resize(kStatsSize);
  return out;
}

Result<Stats> decode_stats(ConstByteSpan payload) {
  OMV_CHECK(need(payload, kStatsSize, "STATS"));
  return Stats{word_at(payload, 0),  word_at(payload, 4),  word_at(payload, 8), word_at(payload, 12),
               word_at(payload, 16), word_at(payload, 20), word_at(payload, 24)};
}

Bytes encode(const std::vector<MemoryPool>& pools) {
  Bytes out(kMemoryHeaderSize);
  out[0] = static_cast<std::uint8_t>(pools.size());
  for (const MemoryPool& pool : pools) {
    out.push_back(pool.type);
    out.push_back(0);
    append_le(out, pool.flags);
    append_words(out, std::array{pool.total, pool.used, pool.free, pool.persistent, pool.peak});
  }
  static_assert(kMemoryEntrySize == 4 + 5 * sizeof(std::uint32_t));
  return out;
}

Bytes encode(const std::vector<ChannelEntry>& channels) {
  Bytes out;
  for (const ChannelEntry& channel : channels) {
    const std::size_t at = out.size();
    out.resize(at + kChannelEntrySize);
    out[at] = channel.id;
    out[at + 1] = channel.flags;
    const std::size_t size = std::min(channel.name.size(), kChannelNameSize - 1);
    std::copy_n(channel.name.begin(), size, out.begin() + static_cast<std::ptrdiff_t>(at + 2));
  }
  return out;
}

Result<std::vector<ChannelEntry>> decode_channels(ConstByteSpan payload) {
  if (payload.size() % kChannelEntrySize != 0)
    return Error{Errc::invalid, "LIST has " + std::to_string(payload.size()) + " bytes, not a multiple of 16"};
  std::vector<ChannelEntry> channels;
  for (std::size_t at = 0; at < payload.size(); at += kChannelEntrySize) {
    const std::string_view field = as_text(payload.subspan(at + 2, kChannelNameSize));
    channels.push_back({payload[at], payload[at + 1], std::string(field.substr(0, field.find('\0')))});
  }
  return channels;
}

std::array<std::uint8_t, kFrameHeaderSize> encode(const FrameHeader& header) {
  std::array<std::uint8_t, kFrameHeaderSize> out{};
  const std::array<std::uint32_t, 6> words = {header.width,
                                              header.height,
                                              header.pixformat,
                                              header.depth,
                                              static_cast<std::uint32_t>(kFrameHeaderSize),
                                              std::bit_cast<std::uint32_t>(header.fps)};
  for (std::size_t i = 0; i < words.size(); ++i) store_le(out.data() + 4 * i, words[i]);
  return out;
}

Result<FrameHeader> decode_frame_header(ConstByteSpan bytes) {
  OMV_CHECK(need(bytes, kFrameHeaderMin, "frame header"));
  FrameHeader header{word_at(bytes, 0), word_at(bytes, 4), word_at(bytes, 8), word_at(bytes, 12), word_at(bytes, 16)};
  if (header.offset < kFrameHeaderMin)
    return Error{Errc::invalid, "frame data offset " + std::to_string(header.offset)};
  if (header.offset >= kFrameHeaderUsed && bytes.size() >= kFrameHeaderUsed)
    header.fps = std::bit_cast<float>(word_at(bytes, 20));
  return header;
}

Result<FrameInfo> check_frame_header(const FrameHeader& header, std::uint64_t data_size) {
  if (find_pixel_format(header.pixformat) == nullptr)
    return Error{Errc::unsupported, "frame pixformat " + std::to_string(header.pixformat)};
  const FrameInfo info{static_cast<PixelFormat>(header.pixformat), header.width, header.height};
  const std::string size = std::to_string(header.width) + "x" + std::to_string(header.height);
  if (header.width == 0 || header.height == 0 || header.width > kMaxDimension || header.height > kMaxDimension)
    return Error{Errc::invalid, "frame size " + size};
  const std::uint64_t expected = is_compressed(info.format) ? header.depth : payload_bytes(info);
  // Compressed data may be followed by padding; raw data is exactly what the geometry says.
  const bool fits = is_compressed(info.format) ? expected <= data_size && expected >= 4 : expected == data_size;
  if (!fits || data_size == 0)
    return Error{Errc::invalid, "frame of " + std::to_string(data_size) + " bytes instead of " +
                                    std::to_string(expected) + " (" + size + " " + std::string(to_string(info.format)) +
                                    ")"};
  return info;
}

}  // namespace omv::camera
