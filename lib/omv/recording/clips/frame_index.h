// SPDX-License-Identifier: LGPL-2.1-or-later
// The frames that are held, in the order of their delivery: found by number, by time and by key frame.
#pragma once

#include <deque>

#include "omv/recording/clips/frame.h"

namespace omv::clips {

/// Adding and dropping cost the same however many are held; looking up by time is a binary search. Not synchronised.
class FrameIndex {
 public:
  struct Key {
    std::uint64_t sequence;
    Time time;  // never goes back
  };

  /// `frame` comes after all others; gets the next sequence number.
  RingFrame& add(RingFrame frame);

  /// Numbers of the first one held, and of the next one that will come.
  std::uint64_t begin() const { return next_ - frames_.size(); }
  std::uint64_t end() const { return next_; }
  bool empty() const { return frames_.empty(); }
  std::size_t size() const { return frames_.size(); }
  std::uint64_t memory() const { return memory_; }

  RingFrame& operator[](std::uint64_t sequence) { return frames_[sequence - begin()]; }
  const RingFrame& operator[](std::uint64_t sequence) const { return frames_[sequence - begin()]; }

  /// The first frame whose place is at or behind `time`; end() when there is none.
  std::uint64_t first_at(Time time) const;

  const std::deque<Key>& keys() const { return keys_; }

  void drop_front();

 private:
  std::deque<RingFrame> frames_;
  std::deque<Key> keys_;
  std::uint64_t next_ = 0;
  std::uint64_t memory_ = 0;
};

}  // namespace omv::clips
