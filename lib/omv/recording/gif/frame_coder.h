// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures as indices: only what has changed, in colours that pack well.
#pragma once

#include <cstdint>
#include <vector>

#include "omv/base/bytes.h"
#include "omv/image/image.h"
#include "omv/recording/gif/change_map.h"
#include "omv/recording/gif/color_mapper.h"
#include "omv/recording/gif/loss_budget.h"
#include "omv/recording/gif/lzw_guide.h"
#include "omv/recording/gif/settings.h"

namespace omv::gif {

/// A picture to code: four bytes R, G, B and any a pixel, rows without padding.
struct Picture {
  const std::uint8_t* rgbx = nullptr;
  const std::uint8_t* opaque = nullptr;  ///< one byte a pixel, 0 = transparent; nullptr: all are opaque
};

/// A part of the screen. An index is one of the mapper's.
struct IndexedFrame {
  Roi area;
  Bytes indices;  ///< area.width * area.height
};

/// Knows what is shown, and the pictures that it was painted from: eight bytes a pixel. One thread at a time.
class FrameCoder {
 public:
  FrameCoder(std::uint32_t width, std::uint32_t height, Dither dither);

  /// Codes what differs by more than `tolerance` (see ChangeMap) from what it was painted from. `table_error` is the
  /// picture's, as LossBudget wants it. The first picture, and any that may be transparent, is coded whole. False:
  /// nothing has changed, and `into` is not valid.
  bool code(const Picture& picture, ColorMapper& mapper, double tolerance, double table_error, IndexedFrame& into);

  /// Mean weighted_distance() of the pixels that the last picture painted, and how many there were.
  double mean_error() const { return painted_ == 0 ? 0 : static_cast<double>(error_) / static_cast<double>(painted_); }
  std::size_t painted() const { return painted_; }

 private:
  struct Pass;

  void choose_nearest(Pass& pass, IndexedFrame& into);
  void choose_dithered(Pass& pass, IndexedFrame& into);
  std::uint8_t choose(Pass& pass, std::size_t i, int allowance);
  bool is_kept(const Pass& pass, std::size_t i) const;
  void paint(std::size_t i, Rgb888 wanted, Rgb888 color);

  std::uint32_t width_;
  Dither dither_;
  bool is_first_ = true;
  Bytes shown_;      // the screen
  Bytes reference_;  // what each pixel was last painted from
  ChangeMap changes_;
  LossBudget losses_;
  std::size_t painted_ = 0;
  std::int64_t error_ = 0;
  std::int64_t least_error_ = 0;  // if each painted pixel had the nearest colour
};

}  // namespace omv::gif
