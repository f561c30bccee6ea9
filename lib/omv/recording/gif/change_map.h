// SPDX-License-Identifier: LGPL-2.1-or-later
// Which pixels of a picture differ from what is shown by more than noise does.
#pragma once

#include <cstdint>

#include "omv/base/bytes.h"
#include "omv/image/image.h"

namespace omv::gif {

/// One byte a pixel. One thread at a time.
class ChangeMap {
 public:
  ChangeMap(std::uint32_t width, std::uint32_t height);

  /// Marks the pixels of `now` that are farther than `tolerance` (steps in each component, weighted_distance()) from
  /// those of `shown`. A difference of less than twice the tolerance counts only beside others. Pixels of four bytes
  /// R, G, B and any; rows without padding.
  void compare(const std::uint8_t* now, const std::uint8_t* shown, double tolerance);

  /// Marks all.
  void mark_all();

  bool is_marked(std::size_t pixel) const { return marks_[pixel] != 0; }

  /// The smallest rectangle around all marks; without any, its width and height are 0.
  const Roi& bounds() const { return bounds_; }

 private:
  enum Mark : std::uint8_t { kSame, kDoubtful, kChanged };

  void drop_lonely_marks();
  bool has_company(std::size_t x, std::size_t y) const;
  void find_bounds();

  std::uint32_t width_;
  std::uint32_t height_;
  Bytes raw_;  // Mark of each pixel by itself
  Bytes marks_;
  Roi bounds_;
};

}  // namespace omv::gif
