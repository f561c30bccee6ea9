// SPDX-License-Identifier: LGPL-2.1-or-later
// Commands and structures of the USB debug protocol, to and from bytes (spec: protocol-usbdbg, sections 2 to 4).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/camera/board.h"
#include "omv/image/image.h"

namespace omv::camera::usbdbg {

/// First byte of every command.
inline constexpr std::uint8_t kMarker = 0x30;
inline constexpr std::size_t kCommandSize = 6;

/// Bit 7 set: `length` bytes come back. Clear: as many follow from the host, in a write of their own.
enum class Request : std::uint8_t {
  fw_version = 0x80,
  frame_size = 0x81,
  frame_dump = 0x82,
  arch_string = 0x83,
  learn_mtu = 0x84,
  script_exec = 0x05,
  script_stop = 0x06,
  script_save = 0x07,
  script_running = 0x87,
  template_save = 0x08,
  descriptor_save = 0x09,
  attr_read = 0x8A,
  attr_write = 0x0B,
  sys_reset = 0x0C,
  fb_enable = 0x0D,
  sys_reset_to_bootloader = 0x0E,
  tx_buf_len = 0x8E,
  tx_buf = 0x8F,
  sensor_id = 0x90,
  tx_input = 0x11,
  set_time = 0x12,
  get_state = 0x93,
  profile_size = 0x94,
  profile_dump = 0x95,
  profile_mode = 0x16,
  profile_event = 0x17,
  profile_reset = 0x18,
};

/// "FRAME_DUMP"; "request A5" for one outside the table.
std::string to_string(Request request);

constexpr bool is_answered(Request request) { return (static_cast<std::uint8_t>(request) & 0x80) != 0; }

struct Command {
  Request request = Request::fw_version;
  std::uint32_t length = 0;

  bool operator==(const Command&) const = default;
};

std::array<std::uint8_t, kCommandSize> encode(const Command& command);
/// Errc::again: fewer than kCommandSize bytes; Errc::invalid: they do not begin with kMarker.
Result<Command> decode_command(ConstByteSpan bytes);

// --- Versions ---

using FirmwareVersion = std::array<std::uint8_t, 3>;

inline constexpr std::size_t kVersionSize = 12;
inline constexpr FirmwareVersion kLatest = {4, 8, 1};
inline constexpr FirmwareVersion kLastBigEndian = {3, 9, 1};  ///< up to it, RGB565 is big endian
inline constexpr FirmwareVersion kFirstSensorId = {4, 0, 0};
inline constexpr FirmwareVersion kFirstGetState = {4, 6, 0};
inline constexpr FirmwareVersion kLastFatal = {4, 7, 0};  ///< up to it, stray bytes halt a TinyUSB board
inline constexpr FirmwareVersion kFirst48 = {4, 8, 0};    ///< of the last generation: profiler, appended uploads …

std::array<std::uint8_t, kVersionSize> encode_firmware(const FirmwareVersion& version);
/// Errc::unsupported for numbers that no firmware has, Errc::truncated.
Result<FirmwareVersion> decode_firmware(ConstByteSpan bytes);

// --- Who it is ---

inline constexpr std::size_t kArchSize = 64;
inline constexpr std::uint32_t kNoSensor = 0xFF;

struct ArchString {
  std::string arch;    ///< "OMV4P H7 32768 SDRAM"
  std::string serial;  ///< the unique id, 24 hexadecimal digits in upper case; empty when the text holds none
};

/// NUL-terminated "<arch> [<board type>:<24 hex digits>]". Errc::unsupported when it is no text.
Result<ArchString> decode_arch(ConstByteSpan bytes);
std::array<std::uint8_t, kArchSize> encode_arch(const Board& board, const std::array<std::uint32_t, 3>& unique_id);

// --- Frames ---

inline constexpr std::size_t kFrameSizeSize = 12;

/// Width, height and the third word of FRAME_SIZE and GET_STATE. All 0: no frame.
struct FrameShape {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t depth = 0;  ///< 1 GRAYSCALE, 2 RGB565, more: bytes of a JPEG

  bool operator==(const FrameShape&) const = default;
};

std::array<std::uint8_t, kFrameSizeSize> encode(const FrameShape& shape);
/// Of at least kFrameSizeSize bytes.
FrameShape decode_shape(ConstByteSpan bytes);

/// The shape of a frame as this protocol can say it; nullopt for formats that it has no word for.
std::optional<FrameShape> shape_of(const FrameInfo& info, std::size_t size);

struct ShapedFrame {
  FrameInfo info;
  std::uint32_t size = 0;  ///< bytes to dump
};
/// Errc::invalid, limit: no camera has such a frame.
Result<ShapedFrame> check_shape(const FrameShape& shape);

// --- GET_STATE ---

inline constexpr std::size_t kStateHead = 16;  ///< the text follows
inline constexpr std::size_t kMaxState = 512;

namespace state_flag {
inline constexpr std::uint32_t kScript = 1u << 0;
inline constexpr std::uint32_t kText = 1u << 1;
inline constexpr std::uint32_t kFrame = 1u << 2;  ///< present and locked
}  // namespace state_flag

struct State {
  std::uint32_t flags = 0;
  FrameShape shape;
  ConstByteSpan text;  ///< points into what was decoded; without its NUL

  bool has(std::uint32_t flag) const { return (flags & flag) != 0; }
};

/// `length` bytes, at least kStateHead + 1; text that does not fit is cut.
Bytes encode(const State& state, std::size_t length);
/// Of at least kStateHead bytes.
State decode_state(ConstByteSpan bytes);

}  // namespace omv::camera::usbdbg
