// SPDX-License-Identifier: LGPL-2.1-or-later
// What an LZW coder has seen so far, so that whoever chooses colours can choose those that make its strings longer.
#pragma once

#include <array>
#include <cstdint>

namespace omv::gif {

/// Grows its strings exactly as a GIF coder with a table of 4096 codes does that starts anew when the table is full.
/// The choice of what comes next is the caller's. One thread at a time.
class LzwGuide {
 public:
  /// Bits of an index, 2..8. `transparent` is the index whose string is followed most.
  LzwGuide(unsigned index_bits, std::uint8_t transparent);

  /// Of a new image.
  void begin();

  /// Of the strings one longer than the present one: the one whose last index has the least cost(index), 0 when that is
  /// above `limit` for all. None costs less than `least_possible`.
  template <typename Cost>
  std::uint16_t best_child(int least_possible, int limit, Cost cost) const;

  std::uint8_t index_of(std::uint16_t child) const { return nodes_[child].index; }

  /// The coder goes on with a string that best_child() has named.
  void follow(std::uint16_t child) { current_ = child; }

  /// A transparent pixel, in whatever string.
  void add_transparent() {
    const std::uint16_t child = current_ == kNone ? std::uint16_t{0} : nodes_[current_].transparent_child;
    if (child != 0) {
      follow(child);
    } else {
      start(transparent_);
    }
  }

  /// The coder writes the present string; the next begins with `index`.
  void start(std::uint8_t index);

 private:
  static constexpr std::uint16_t kCodes = 4095;  // one is never given, as in giflib
  static constexpr std::uint16_t kNone = 0xFFFF;

  struct Node {
    std::uint16_t first_child;  // 0: none
    std::uint16_t sibling;
    std::uint16_t transparent_child;
    std::uint8_t index;
  };

  void forget();
  void add(std::uint8_t index);

  std::uint16_t first_free_;
  std::uint8_t transparent_;
  std::uint16_t next_ = 0;
  std::uint16_t current_ = kNone;
  std::array<Node, kCodes + 1> nodes_ = {};
};

template <typename Cost>
std::uint16_t LzwGuide::best_child(int least_possible, int limit, Cost cost) const {
  if (current_ == kNone) return 0;
  std::uint16_t best = 0;
  int least = limit + 1;
  for (std::uint16_t child = nodes_[current_].first_child; child != 0; child = nodes_[child].sibling) {
    const int value = cost(nodes_[child].index);
    best = value < least ? child : best;  // no branches: nobody can foresee them
    least = value < least ? value : least;
    if (least <= least_possible) break;
  }
  return best;
}

}  // namespace omv::gif
