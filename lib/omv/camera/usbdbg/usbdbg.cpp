// SPDX-License-Identifier: LGPL-2.1-or-later
// In the order of the specification's sections.
#include "omv/camera/usbdbg/usbdbg.h"

#include <algorithm>
#include <cctype>
#include <cstdio>

#include "omv/camera/coded_frame.h"

namespace omv::camera::usbdbg {

namespace {

constexpr std::size_t kSerialDigits = 24;

Error bad_shape(const FrameShape& shape) {
  return {Errc::invalid, "frame of " + std::to_string(shape.width) + "x" + std::to_string(shape.height) +
                             " with the third word " + std::to_string(shape.depth)};
}

// What the firmware calls the type of a board: "RT1062", "H7 Plus".
std::string_view board_type(const Board& board) {
  const std::size_t space = board.name.find(' ');
  return space == std::string_view::npos ? board.name : board.name.substr(space + 1);
}

// "…:<24 hex digits>]" at the end; empty when there is none.
std::string serial_in(std::string_view text) {
  if (text.size() < kSerialDigits + 2 || text.back() != ']') return {};
  std::string digits(text.substr(text.size() - 1 - kSerialDigits, kSerialDigits));
  const auto is_hex = [](unsigned char c) { return std::isxdigit(c) != 0; };
  const bool follows_colon = text[text.size() - kSerialDigits - 2] == ':';
  if (!follows_colon || !std::all_of(digits.begin(), digits.end(), is_hex)) return {};
  std::transform(digits.begin(), digits.end(), digits.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return digits;
}

PixelFormat format_of(std::uint32_t depth) {
  if (depth == 1) return PixelFormat::grayscale;
  return depth == 2 ? PixelFormat::rgb565 : PixelFormat::jpeg;
}

}  // namespace

// --- Section 2: commands ---

std::string to_string(Request request) {
  switch (request) {
    case Request::fw_version: return "FW_VERSION";
    case Request::frame_size: return "FRAME_SIZE";
    case Request::frame_dump: return "FRAME_DUMP";
    case Request::arch_string: return "ARCH_STR";
    case Request::learn_mtu: return "LEARN_MTU";
    case Request::script_exec: return "SCRIPT_EXEC";
    case Request::script_stop: return "SCRIPT_STOP";
    case Request::script_save: return "SCRIPT_SAVE";
    case Request::script_running: return "SCRIPT_RUNNING";
    case Request::template_save: return "TEMPLATE_SAVE";
    case Request::descriptor_save: return "DESCRIPTOR_SAVE";
    case Request::attr_read: return "ATTR_READ";
    case Request::attr_write: return "ATTR_WRITE";
    case Request::sys_reset: return "SYS_RESET";
    case Request::fb_enable: return "FB_ENABLE";
    case Request::sys_reset_to_bootloader: return "SYS_RESET_TO_BL";
    case Request::tx_buf_len: return "TX_BUF_LEN";
    case Request::tx_buf: return "TX_BUF";
    case Request::sensor_id: return "SENSOR_ID";
    case Request::tx_input: return "TX_INPUT";
    case Request::set_time: return "SET_TIME";
    case Request::get_state: return "GET_STATE";
    case Request::profile_size: return "PROFILE_SIZE";
    case Request::profile_dump: return "PROFILE_DUMP";
    case Request::profile_mode: return "PROFILE_MODE";
    case Request::profile_event: return "PROFILE_EVENT";
    case Request::profile_reset: return "PROFILE_RESET";
  }
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "request %02X", static_cast<unsigned>(request));
  return text.data();
}

std::array<std::uint8_t, kCommandSize> encode(const Command& command) {
  std::array<std::uint8_t, kCommandSize> bytes = {kMarker, static_cast<std::uint8_t>(command.request)};
  store_le(bytes.data() + 2, command.length);
  return bytes;
}

Result<Command> decode_command(ConstByteSpan bytes) {
  if (!bytes.empty() && bytes[0] != kMarker)
    return Error{Errc::invalid, "a command begins with 0x30, not with " + std::to_string(bytes[0])};
  if (bytes.size() < kCommandSize) return Error{Errc::again, "a command has 6 bytes"};
  return Command{static_cast<Request>(bytes[1]), load_le<std::uint32_t>(bytes.data() + 2)};
}

// --- FW_VERSION ---

std::array<std::uint8_t, kVersionSize> encode_firmware(const FirmwareVersion& version) {
  std::array<std::uint8_t, kVersionSize> bytes{};
  for (std::size_t i = 0; i < version.size(); ++i) store_le(bytes.data() + 4 * i, std::uint32_t{version[i]});
  return bytes;
}

Result<FirmwareVersion> decode_firmware(ConstByteSpan bytes) {
  if (bytes.size() < kVersionSize) return Error{Errc::truncated, "FW_VERSION has 12 bytes"};
  FirmwareVersion version{};
  for (std::size_t i = 0; i < version.size(); ++i) {
    const auto number = load_le<std::uint32_t>(bytes.data() + 4 * i);
    if (number > 255) return Error{Errc::unsupported, "no firmware has the version number " + std::to_string(number)};
    version[i] = static_cast<std::uint8_t>(number);
  }
  return version;
}

// --- ARCH_STR ---

Result<ArchString> decode_arch(ConstByteSpan bytes) {
  const std::string_view all = as_text(bytes);
  const std::string_view text = all.substr(0, all.find('\0'));
  const auto is_printable = [](unsigned char c) { return c >= 0x20 && c < 0x7F; };
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_printable))
    return Error{Errc::unsupported, "the camera's ARCH_STR is no text"};
  const std::size_t bracket = text.rfind(" [");
  return ArchString{std::string(text.substr(0, bracket)), serial_in(text)};
}

std::array<std::uint8_t, kArchSize> encode_arch(const Board& board, const std::array<std::uint32_t, 3>& unique_id) {
  std::array<char, kSerialDigits + 1> id{};
  std::snprintf(id.data(), id.size(), "%08X%08X%08X", unique_id[0], unique_id[1], unique_id[2]);
  const std::string tail = ":" + std::string(id.data()) + "]";
  std::string head = std::string(board.arch) + " [" + std::string(board_type(board));
  head.resize(std::min(head.size(), kArchSize - 1 - tail.size()));
  const std::string text = head + tail;
  std::array<std::uint8_t, kArchSize> bytes{};
  std::copy(text.begin(), text.end(), bytes.begin());
  return bytes;
}

// --- Section 3: frames ---

std::array<std::uint8_t, kFrameSizeSize> encode(const FrameShape& shape) {
  std::array<std::uint8_t, kFrameSizeSize> bytes{};
  store_le(bytes.data(), shape.width);
  store_le(bytes.data() + 4, shape.height);
  store_le(bytes.data() + 8, shape.depth);
  return bytes;
}

FrameShape decode_shape(ConstByteSpan bytes) {
  return {load_le<std::uint32_t>(bytes.data()), load_le<std::uint32_t>(bytes.data() + 4),
          load_le<std::uint32_t>(bytes.data() + 8)};
}

std::optional<FrameShape> shape_of(const FrameInfo& info, std::size_t size) {
  switch (info.format) {
    case PixelFormat::grayscale: return FrameShape{info.width, info.height, 1};
    case PixelFormat::rgb565: return FrameShape{info.width, info.height, 2};
    case PixelFormat::jpeg:
      if (size <= 2) return std::nullopt;
      return FrameShape{info.width, info.height, static_cast<std::uint32_t>(size)};
    default: return std::nullopt;
  }
}

Result<ShapedFrame> check_shape(const FrameShape& shape) {
  if (shape.width == 0 || shape.height == 0 || shape.depth == 0 || shape.width > kMaxDimension ||
      shape.height > kMaxDimension)
    return bad_shape(shape);
  const FrameInfo info{format_of(shape.depth), shape.width, shape.height};
  const std::uint64_t size = info.format == PixelFormat::jpeg ? shape.depth : payload_bytes(info);
  if (size > kMaxFrameBlob) return Error{Errc::limit, bad_shape(shape).message};
  return ShapedFrame{info, static_cast<std::uint32_t>(size)};
}

// --- Section 4: GET_STATE ---

Bytes encode(const State& state, std::size_t length) {
  Bytes bytes(length);
  store_le(bytes.data(), state.flags);
  const auto shape = encode(state.shape);
  std::copy(shape.begin(), shape.end(), bytes.begin() + 4);
  const std::size_t count = std::min(state.text.size(), length - kStateHead - 1);
  std::copy_n(state.text.begin(), count, bytes.begin() + kStateHead);
  return bytes;
}

State decode_state(ConstByteSpan bytes) {
  State state;
  state.flags = load_le<std::uint32_t>(bytes.data());
  state.shape = decode_shape(bytes.subspan(4));
  const ConstByteSpan rest = bytes.subspan(kStateHead);
  const auto end = std::find(rest.begin(), rest.end(), 0);
  state.text = rest.first(static_cast<std::size_t>(end - rest.begin()));
  return state;
}

}  // namespace omv::camera::usbdbg
