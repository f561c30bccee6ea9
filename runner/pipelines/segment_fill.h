// SPDX-License-Identifier: LGPL-2.1-or-later
// How much is in the file that is being written, although word of its beginning comes late.
#pragma once

#include <cstdint>
#include <deque>

#include "omv/base/clock.h"

namespace omv::runner {

/// Not synchronised. What it holds is bounded by `most`, not by the number of frames; it may count up to a 4096th of
/// `most` too much.
class SegmentFill {
 public:
  /// `most`: bytes of a file.
  explicit SegmentFill(std::uint64_t most) : grain_(most / kPieces) {}

  /// Of the frames since the file began.
  std::uint64_t bytes() const { return bytes_; }

  /// A frame of this running time.
  void add(Time time, std::uint64_t bytes);

  /// The next frame begins a file.
  void cut();

  /// The file began with the frame of this time: frames before it were in another one.
  void begin_at(Time start);

 private:
  static constexpr std::uint64_t kPieces = 4096;

  // Frames that follow each other.
  struct Piece {
    Time last;  // of them
    std::uint64_t bytes;
  };

  std::uint64_t grain_;  // bytes of a piece, at least
  std::uint64_t bytes_ = 0;
  std::deque<Piece> pieces_;
};

}  // namespace omv::runner
