// SPDX-License-Identifier: LGPL-2.1-or-later
// The rows of the board table.
#include "omv/camera/board.h"

#include <algorithm>
#include <array>

namespace omv::camera {

namespace {

constexpr std::uint32_t kCortexM4 = 0x410FC241;
constexpr std::uint32_t kCortexM7 = 0x411FC271;
constexpr std::uint32_t kCortexM55 = 0x411FD221;

// Bits of hw_caps (spec: protocol-v2, section 9).
constexpr std::uint32_t kGpu = 1u << 0;
constexpr std::uint32_t kNpu = 1u << 1;
constexpr std::uint32_t kIsp = 1u << 2;
constexpr std::uint32_t kVideoEncoder = 1u << 3;
constexpr std::uint32_t kJpeg = 1u << 4;
constexpr std::uint32_t kDram = 1u << 5;
constexpr std::uint32_t kEightEventCounters = 1u << 7 | 8u << 8;  // of a Cortex-M55
constexpr std::uint32_t kWifi = 1u << 16;
constexpr std::uint32_t kSdCard = 1u << 18;
constexpr std::uint32_t kHighSpeed = 1u << 20;
constexpr std::uint32_t kMulticore = 1u << 21;

constexpr std::uint32_t k1M = 1024 * 1024;
constexpr StreamRequest kJpegDefault = {};
constexpr StreamRequest kRawN6 = {true, 512, 512};
constexpr StreamRequest kRawAe3 = {true, 512, 320};

constexpr std::array<Board, 11> kBoards = {{
    {"rt1062", "OpenMV RT1062", 0x37C5, 0x1060, kCortexM7, 4082, k1M, 1024, kJpegDefault,
     kDram | kWifi | kSdCard | kHighSpeed, "OMVRT1060 32768 SDRAM", true},
    {"m4", "OpenMV M4", 0x37C5, 0x1202, kCortexM4, 498, 8 * 1024, 512, kJpegDefault, kSdCard, "OMV2 F4 256 JPEG",
     false},
    {"m7", "OpenMV M7", 0x37C5, 0x1203, kCortexM7, 498, 22 * 1024, 512, kJpegDefault, kSdCard, "OMV3 F7 512", false},
    {"h7", "OpenMV H7", 0x37C5, 0x1204, kCortexM7, 498, 32 * 1024, 512, kJpegDefault, kJpeg | kSdCard, "OMV4 H7 1024",
     false},
    {"h7plus", "OpenMV H7 Plus", 0x37C5, 0x124A, kCortexM7, 4082, k1M, 1024, kJpegDefault, kJpeg | kDram | kSdCard,
     "OMV4P H7 32768 SDRAM", false},
    {"pure-thermal", "OpenMV Pure Thermal", 0x37C5, 0x1205, kCortexM7, 4082, k1M, 1024, kJpegDefault,
     kJpeg | kDram | kSdCard, "OPENMVPT 65536 SDRAM", false},
    {"n6", "OpenMV N6", 0x37C5, 0x1206, kCortexM55, 8178, k1M, 2048, kRawN6,
     kGpu | kNpu | kIsp | kVideoEncoder | kJpeg | kDram | kEightEventCounters | kWifi | kSdCard | kHighSpeed,
     "OpenMV N6", false},
    {"ae3", "OpenMV AE3", 0x37C5, 0x16E3, kCortexM55, 8178, k1M, 2048, kRawAe3,
     kGpu | kNpu | kIsp | kEightEventCounters | kWifi | kHighSpeed | kMulticore, "OPENMV AE3", true},
    {"portenta", "Arduino Portenta H7", 0x2341, 0x045B, kCortexM7, 4082, k1M, 1024, kJpegDefault,
     kJpeg | kDram | kWifi | kHighSpeed, "PORTENTA H7 8192 SDRAM", true},
    {"giga", "Arduino Giga", 0x2341, 0x0466, kCortexM7, 4082, k1M, 1024, kJpegDefault, kJpeg | kDram | kWifi,
     "GIGA H7 8192 SDRAM", true},
    {"nicla", "Arduino Nicla Vision", 0x2341, 0x045F, kCortexM7, 4082, 32 * 1024, 512, kJpegDefault,
     kJpeg | kWifi | kHighSpeed, "NICLAV H7 1024", true},
}};

}  // namespace

std::span<const Board> boards() { return kBoards; }

const Board& default_board() { return kBoards.front(); }

const Board* find_board(std::string_view key) {
  const auto row = std::find_if(kBoards.begin(), kBoards.end(), [key](const Board& board) { return board.key == key; });
  return row == kBoards.end() ? nullptr : &*row;
}

const Board* find_board(std::uint16_t vid, std::uint16_t pid) {
  const auto row = std::find_if(kBoards.begin(), kBoards.end(),
                                [=](const Board& board) { return board.vid == vid && board.pid == pid; });
  return row == kBoards.end() ? nullptr : &*row;
}

const Board* find_board_by_arch(std::string_view arch) {
  const Board* found = nullptr;
  for (const Board& board : kBoards) {
    const bool is_longer = found == nullptr || board.arch.size() > found->arch.size();
    if (!board.arch.empty() && arch.starts_with(board.arch) && is_longer) found = &board;
  }
  return found;
}

}  // namespace omv::camera
