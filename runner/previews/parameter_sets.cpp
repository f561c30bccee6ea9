// SPDX-License-Identifier: LGPL-2.1-or-later
// Start codes and the types of NAL units behind them.
#include "runner/previews/parameter_sets.h"

namespace omv::runner {

namespace {

enum class Unit { slice, sequence_set, other };

// H.264 table 7-1, H.265 table 7-1.
Unit unit_of(std::uint8_t header, bool is_h265) {
  const unsigned type = is_h265 ? (header >> 1) & 0x3F : header & 0x1F;
  if (type == (is_h265 ? 33 : 7)) return Unit::sequence_set;
  const bool is_slice = is_h265 ? type < 32 : type >= 1 && type <= 5;
  return is_slice ? Unit::slice : Unit::other;
}

bool is_start_code(ConstByteSpan at) { return at[0] == 0 && at[1] == 0 && at[2] == 1; }

}  // namespace

std::size_t parameter_set_bytes(ConstByteSpan frame, bool is_h265) {
  constexpr std::size_t kStartCode = 3;
  bool has_sets = false;
  for (std::size_t at = 0; at + kStartCode < frame.size(); ++at) {
    if (!is_start_code(frame.subspan(at, kStartCode))) continue;
    const Unit unit = unit_of(frame[at + kStartCode], is_h265);
    if (unit == Unit::slice) return has_sets ? at : 0;
    has_sets = has_sets || unit == Unit::sequence_set;
  }
  return 0;
}

}  // namespace omv::runner
