// SPDX-License-Identifier: LGPL-2.1-or-later
// Real time on the one rate that an AVI has: which slot a frame takes, and how many stay empty before it.
#pragma once

#include <cstdint>
#include <optional>

#include "omv/recording/avi/rate.h"

namespace omv::avi {

/// What did not go by the rules; frames that are stored count under one heading at most.
struct GridCounts {
  std::uint64_t moved = 0;    ///< stored, but later than their own slot, which was taken
  std::uint64_t dropped = 0;  ///< not stored: more than kMostSlotsLate behind their own slot
  std::uint64_t untimed = 0;  ///< without a timestamp: stored behind the frame before, as long after it as that lasts
  std::uint64_t back = 0;     ///< timestamps that went back: stored in the next slot
  std::uint64_t jumps = 0;    ///< timestamps that went forward by more than kMostGap: stored in the next slot
};

/// Slots are taken one after the other. The first frame takes slot 0. A frame takes the slot nearest to its time, so
/// that it is at most half a slot away; if that one is taken, the next free one, up to kMostSlotsLate later, and after
/// that it is dropped. Behind a jump of time (back beyond that many slots, or forward by more than kMostGap) time goes
/// on from the next free slot. Not synchronised.
class FrameGrid {
 public:
  static constexpr std::uint64_t kMostSlotsLate = 4;
  static constexpr Nanoseconds kMostGap = std::chrono::hours(24);

  struct Place {
    std::uint64_t empty = 0;  ///< slots to leave empty before the frame
    bool stored = true;       ///< false: dropped, nothing is left empty either
    Nanoseconds time{0};      ///< exact time of the frame since the first one
  };

  /// `rate` is valid.
  explicit FrameGrid(Rate rate) : rate_(rate) {}

  /// Takes a slot for the frame. `time` may have any origin; `duration` ends the recording when it is the last frame.
  Place place(std::optional<Nanoseconds> time, std::optional<Nanoseconds> duration);

  /// Time passes without a frame until `until`: the slots that can be left empty already.
  std::uint64_t pass(Nanoseconds until);

  /// The slots that are left empty behind the last frame, for its duration or the time that passed.
  std::uint64_t finish();

  /// Slots so far, empty ones included.
  std::uint64_t slots() const { return slots_; }
  Nanoseconds length() const { return slot_time(rate_, slots_); }

  /// Exact end of the last frame since the first one; nullopt where neither a duration nor time that passed tells it.
  std::optional<Nanoseconds> end() const { return end_ > latest_ ? std::optional(end_) : std::nullopt; }
  const GridCounts& counts() const { return counts_; }

 private:
  Nanoseconds time_in_order(Nanoseconds time);
  std::uint64_t advance_to(std::uint64_t slot);

  Rate rate_;
  std::uint64_t slots_ = 0;
  std::optional<Nanoseconds> origin_;  // what is subtracted from timestamps
  Nanoseconds latest_{0};              // time of the latest frame
  Nanoseconds end_{0};                 // until when the recording lasts
  GridCounts counts_;
};

}  // namespace omv::avi
