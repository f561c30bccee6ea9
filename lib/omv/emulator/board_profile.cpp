// SPDX-License-Identifier: LGPL-2.1-or-later
// The rows of cameras.md that the protocol does not care about.
#include "omv/emulator/board_profile.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace omv::emulator {

namespace {

// Orders of magnitude (spec: cameras, section 5; protocol-v2, section 11 "Throughput").
constexpr std::uint32_t kFullSpeed = 1'000'000;
constexpr std::uint32_t kHighSpeed = 8'000'000;

constexpr std::uint32_t kOv5640 = 0x56;
constexpr std::uint32_t kOv7725 = 0x77;
constexpr std::uint32_t kPag7936 = 0x7936;
constexpr std::uint32_t kHm01b0 = 0xB0;
constexpr std::uint32_t kGc2145 = 0x21;

constexpr std::array<BoardProfile, 11> kProfiles = {{
    {"rt1062", {50, 90, 153'600}, kOv5640, kHighSpeed},
    {"m4", {35, 60, 38'400}, kOv7725, kFullSpeed},
    {"m7", {35, 60, 38'400}, kOv7725, kFullSpeed},
    {"h7", {50, 90, 153'600}, kOv7725, kFullSpeed},
    {"h7plus", {50, 90, 4'147'200}, kOv5640, kFullSpeed},
    {"pure-thermal", {50, 90, 4'147'200}, kOv5640, kFullSpeed},
    {"n6", {50, 90, 960'000}, kPag7936, kHighSpeed},
    {"ae3", {50, 68, 153'600}, kPag7936, kHighSpeed},
    {"portenta", {50, 90, 153'600}, kHm01b0, kHighSpeed},
    {"giga", {50, 90, 153'600}, kOv5640, kFullSpeed},
    {"nicla", {50, 90, 153'600}, kGc2145, kHighSpeed},
}};

std::string raw_default(const camera::StreamRequest& request) {
  if (!request.raw) return "jpeg";
  return "raw " + std::to_string(request.max_width) + "x" + std::to_string(request.max_height);
}

std::string describe(const camera::Board& board) {
  const BoardProfile& profile = profile_of(board);
  std::array<char, 256> line = {};
  std::snprintf(line.data(), line.size(), "%-13s%-22.*s%04X:%04X  %7u  %7u  %6u  %-12s  %2d-%2d/%-8llu 0x%-5X %9u\n",
                std::string(board.key).c_str(), static_cast<int>(board.name.size()), board.name.data(), board.vid,
                board.pid, board.max_payload, board.stream_buffer, board.stdout_ring,
                raw_default(board.raw_default).c_str(), profile.quality.low, profile.quality.high,
                static_cast<unsigned long long>(profile.quality.threshold), profile.sensor, profile.link_rate);
  return line.data();
}

}  // namespace

const BoardProfile& profile_of(const camera::Board& board) {
  const auto row = std::find_if(kProfiles.begin(), kProfiles.end(),
                                [&](const BoardProfile& profile) { return profile.key == board.key; });
  return row == kProfiles.end() ? kProfiles.front() : *row;
}

std::string describe_boards() {
  std::string text =
      "BOARD        NAME                  USB ID     PAYLOAD   BUFFER  STDOUT  STREAM        QUALITY/ABOVE  "
      "SENSOR  BYTES/S\n";
  for (const camera::Board& board : camera::boards()) text += describe(board);
  return text;
}

}  // namespace omv::emulator
