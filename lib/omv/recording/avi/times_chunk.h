// SPDX-License-Identifier: LGPL-2.1-or-later
// Exact times of frames and of the end, in a JUNK chunk that other readers skip (docs/avi.md).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "omv/base/bytes.h"
#include "omv/recording/avi/rate.h"

namespace omv::avi {

/// Times since the first frame of the recording, of consecutive frames; empty slots have none.
struct FrameTimes {
  std::uint64_t first_frame = 0;
  std::optional<Nanoseconds> captured;  ///< of frame 0, since 1970 in UTC
  std::vector<Nanoseconds> times;       ///< may be none
  std::optional<Nanoseconds> end;       ///< of the last frame so far
};

/// The whole chunk, header included.
Bytes make_times_chunk(const FrameTimes& times);

/// The payload of a JUNK chunk; nullopt when it is something else, or says times that can't be:
/// negative, going back, beyond a lifetime.
std::optional<FrameTimes> read_times_chunk(ConstByteSpan payload);

}  // namespace omv::avi
