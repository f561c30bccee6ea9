// SPDX-License-Identifier: LGPL-2.1-or-later
// Strings as nodes: single indices first, then the two special codes, then what was added.
#include "omv/recording/gif/lzw_guide.h"

namespace omv::gif {

LzwGuide::LzwGuide(unsigned index_bits, std::uint8_t transparent)
    : first_free_(static_cast<std::uint16_t>((1U << index_bits) + 2)), transparent_(transparent) {
  begin();
}

void LzwGuide::begin() {
  current_ = kNone;
  forget();
}

void LzwGuide::forget() {
  next_ = first_free_;
  for (std::uint16_t i = 0; i < first_free_; ++i) nodes_[i] = {0, 0, 0, static_cast<std::uint8_t>(i)};
}

void LzwGuide::start(std::uint8_t index) {
  if (current_ != kNone) {
    if (next_ < kCodes) {
      add(index);
    } else {
      forget();
    }
  }
  current_ = index;
}

void LzwGuide::add(std::uint8_t index) {
  Node& parent = nodes_[current_];
  nodes_[next_] = {0, parent.first_child, 0, index};
  parent.first_child = next_;
  if (index == transparent_) parent.transparent_child = next_;
  ++next_;
}

}  // namespace omv::gif
