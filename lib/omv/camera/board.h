// SPDX-License-Identifier: LGPL-2.1-or-later
// The one table of boards: USB ids, buffer sizes, stream defaults (spec: cameras, section 1; protocol-v2, section 6;
// protocol-usbdbg, section 6).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "omv/camera/frame_provider.h"

namespace omv::camera {

struct Board {
  std::string_view key;   ///< for options and command lines: "rt1062"
  std::string_view name;  ///< for people: "OpenMV RT1062"
  std::uint16_t vid;
  std::uint16_t pid;
  std::uint32_t cpu_id;
  std::uint16_t max_payload;    ///< protocol buffer - 14
  std::uint32_t stream_buffer;  ///< bytes, header included
  std::uint16_t stdout_ring;    ///< bytes, one of them never used
  StreamRequest raw_default;    ///< what the stream sends before anyone configures it
  std::uint32_t hw_caps;
  std::string_view arch;  ///< what ARCH_STR of firmware up to 4.8 begins with: "OMV4 H7 1024"
  bool tiny_usb;          ///< that firmware's USB stack is TinyUSB
};

std::span<const Board> boards();

/// The default of the emulator.
const Board& default_board();

const Board* find_board(std::string_view key);
const Board* find_board(std::uint16_t vid, std::uint16_t pid);
/// By the text of an ARCH_STR: the row with the longest beginning of it.
const Board* find_board_by_arch(std::string_view arch);

}  // namespace omv::camera
