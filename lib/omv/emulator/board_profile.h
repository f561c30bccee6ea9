// SPDX-License-Identifier: LGPL-2.1-or-later
// What makes an emulated camera the board it claims to be, besides the numbers of its protocol (spec: cameras).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "omv/camera/board.h"
#include "omv/emulator/preview.h"

namespace omv::emulator {

struct BoardProfile {
  std::string_view key;     ///< of camera::Board
  QualityRule quality;      ///< of the JPEG preview
  std::uint32_t sensor;     ///< chip id
  std::uint32_t link_rate;  ///< bytes per second over its USB port
};

/// Every board of camera::boards() has one.
const BoardProfile& profile_of(const camera::Board& board);

/// All boards with their values as a table for people, a line each.
std::string describe_boards();

}  // namespace omv::emulator
