// SPDX-License-Identifier: LGPL-2.1-or-later
// The numbers and fixed structures of Protocol V2 (spec: protocol-v2, sections 1, 2, 6, 9, 10, 11).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/image/image.h"

namespace omv::camera {

// --- Section 1: packets ---

inline constexpr std::uint16_t kSyncWord = 0xD5AA;
inline constexpr std::size_t kHeaderSize = 10;
inline constexpr std::size_t kPayloadCrcSize = 4;
inline constexpr std::size_t kMaxPayload = 0xFFFF;
inline constexpr std::size_t kMaxPacket = kHeaderSize + kMaxPayload + kPayloadCrcSize;

/// Bits of the flags byte.
namespace packet_flag {
inline constexpr std::uint8_t kAck = 0x01;
inline constexpr std::uint8_t kNak = 0x02;
inline constexpr std::uint8_t kRetransmission = 0x04;
inline constexpr std::uint8_t kAckRequest = 0x08;
inline constexpr std::uint8_t kFragment = 0x10;
inline constexpr std::uint8_t kEvent = 0x20;
}  // namespace packet_flag

// --- Section 2: opcodes and statuses ---

enum class Opcode : std::uint8_t {
  sync = 0x00,
  get_caps = 0x01,
  set_caps = 0x02,
  stats = 0x03,
  version = 0x04,
  reset = 0x10,
  boot = 0x11,
  sys_info = 0x12,
  sys_event = 0x13,
  sys_memory = 0x14,
  list = 0x20,
  poll = 0x21,
  lock = 0x22,
  unlock = 0x23,
  shape = 0x24,
  size = 0x25,
  read = 0x26,
  write = 0x27,
  ioctl = 0x28,
  channel_event = 0x29,
};

/// Upper-case name as in the specification; "0x3F" style for opcodes outside the table.
std::string to_string(Opcode opcode);

enum class Status : std::uint16_t {
  success = 0,
  failed = 1,
  invalid = 2,
  timeout = 3,
  busy = 4,
  checksum = 5,
  sequence = 6,
  overflow = 7,
  fragment = 8,
  unknown = 9,
};

/// "SUCCESS", "FAILED", ...; "UNKNOWN" for numbers outside the table.
const char* to_string(Status status);

// --- Section 6: capabilities ---

/// Both sides' rules after SYNC and until SET_CAPS: everything on, payloads small enough for any board.
struct Caps {
  bool crc = true;
  bool seq = true;
  bool ack = true;
  bool events = true;
  std::uint16_t max_payload = 0;

  bool operator==(const Caps&) const = default;
};

inline constexpr std::size_t kCapsSize = 16;
inline constexpr std::uint16_t kMinPayload = 50;         ///< smallest max_payload a device accepts
inline constexpr std::uint16_t kUnnegotiatedLimit = 52;  ///< what a host accepts before SET_CAPS

Bytes encode(const Caps& caps);
Result<Caps> decode_caps(ConstByteSpan payload);

// --- Section 9: fixed structures. Decoders accept longer payloads than they know and ignore the rest. ---

struct Version {
  std::array<std::uint8_t, 3> protocol{};
  std::array<std::uint8_t, 3> bootloader{};
  std::array<std::uint8_t, 3> firmware{};
};

Bytes encode(const Version& version);
Result<Version> decode_version(ConstByteSpan payload);

struct SysInfo {
  std::uint32_t cpu_id = 0;
  std::array<std::uint32_t, 3> unique_id{};
  std::uint32_t usb_id = 0;                ///< VID << 16 | PID
  std::array<std::uint32_t, 3> sensors{};  ///< chip ids, 0 = none
  std::array<std::uint32_t, 2> hw_caps{};
  std::uint32_t flash_kb = 0;
  std::uint32_t ram_kb = 0;
  std::uint32_t frame_buffer_kb = 0;
  std::uint32_t stream_buffer_kb = 0;
};

Bytes encode(const SysInfo& info);
Result<SysInfo> decode_sys_info(ConstByteSpan payload);

struct Stats {
  std::uint32_t sent = 0;      ///< packets without events and repetitions
  std::uint32_t received = 0;  ///< requests, without acknowledgements
  std::uint32_t checksum_errors = 0;
  std::uint32_t sequence_errors = 0;
  std::uint32_t retransmits = 0;
  std::uint32_t transport_errors = 0;
  std::uint32_t events_sent = 0;
};

Bytes encode(const Stats& stats);
Result<Stats> decode_stats(ConstByteSpan payload);

/// SYS_MEMORY: one pool of the device.
struct MemoryPool {
  std::uint8_t type = 0;  ///< 0 garbage-collected heap, 1 UMA pool
  std::uint16_t flags = 0;
  std::uint32_t total = 0, used = 0, free = 0, persistent = 0, peak = 0;
};

Bytes encode(const std::vector<MemoryPool>& pools);

// --- Section 10: channels ---

namespace channel_flag {
inline constexpr std::uint8_t kRead = 0x01;
inline constexpr std::uint8_t kWrite = 0x02;
inline constexpr std::uint8_t kExec = 0x04;
inline constexpr std::uint8_t kLock = 0x08;
inline constexpr std::uint8_t kStream = 0x10;
inline constexpr std::uint8_t kDynamic = 0x20;
inline constexpr std::uint8_t kPhysical = 0x40;
}  // namespace channel_flag

/// One entry of LIST. Channels are looked up by name, the first match; their ids may change.
struct ChannelEntry {
  std::uint8_t id = 0;
  std::uint8_t flags = 0;
  std::string name;  ///< at most 13 bytes

  bool operator==(const ChannelEntry&) const = default;
};

Bytes encode(const std::vector<ChannelEntry>& channels);
Result<std::vector<ChannelEntry>> decode_channels(ConstByteSpan payload);

enum class StdinRequest : std::uint32_t { stop = 1, exec = 2, reset = 3 };
enum class StreamIoctl : std::uint32_t { enable = 0, raw_enable = 1, raw_config = 2, source = 3 };

/// Codes of events on channel 0, on stdin, and the notification that any channel sends without payload.
namespace event_code {
inline constexpr std::uint16_t kChannelRegistered = 0;
inline constexpr std::uint16_t kChannelUnregistered = 1;
inline constexpr std::uint16_t kSoftReboot = 2;
inline constexpr std::uint16_t kScriptEnded = 0;
inline constexpr std::uint16_t kScriptStarted = 1;
inline constexpr std::uint16_t kNotify = 0xFFFF;
}  // namespace event_code

// --- Section 11: the header in front of a frame's bytes ---

struct FrameHeader {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t pixformat = 0;  ///< id of PixelFormat, not yet checked
  std::uint32_t depth = 0;      ///< compressed: bytes of data; raw: bytes per pixel (BINARY 0)
  std::uint32_t offset = 0;     ///< where the data begins
  float fps = 0;                ///< capture rate, 0 = unknown
};

inline constexpr std::size_t kFrameHeaderMin = 20;   ///< of pre-release builds, without fps
inline constexpr std::size_t kFrameHeaderSize = 32;  ///< of firmware 5.0.0
inline constexpr std::size_t kFrameHeaderUsed = 24;  ///< bytes of it that mean something

/// kFrameHeaderSize bytes with offset = kFrameHeaderSize, whatever header.offset says.
std::array<std::uint8_t, kFrameHeaderSize> encode(const FrameHeader& header);

/// Needs kFrameHeaderMin bytes; fps is read when `offset` and the bytes reach that far.
Result<FrameHeader> decode_frame_header(ConstByteSpan bytes);

/// The checks that need no data: a known format, plausible width and height, `data_size` as the geometry demands.
Result<FrameInfo> check_frame_header(const FrameHeader& header, std::uint64_t data_size);

}  // namespace omv::camera
