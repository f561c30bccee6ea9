// SPDX-License-Identifier: LGPL-2.1-or-later
// Channels, palettes and alpha of OpenMV's drawing functions, pixel by pixel (spec: media, sections 1 and 3.3).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "omv/base/bytes.h"
#include "omv/image/orientation.h"
#include "omv/image/palette.h"

namespace omv {

/// What happens to a pixel, in this order.
struct Recolouring {
  std::optional<unsigned> channel;                 ///< 0, 1, 2: red, green or blue takes the place of the colour
  std::optional<std::array<Rgb888, 256>> colours;  ///< the colour of each luma
  std::optional<AlphaPalette> alphas;              ///< multiply the alpha, by the luma before `colours`
  std::uint8_t alpha = 255;                        ///< multiplies the alpha of every pixel
  bool opaque = false;                             ///< the fourth sample of the source means nothing
  bool blend = false;                              ///< what is transparent shows black, and alpha becomes opaque
};

/// Where red, green, blue and alpha of a pixel of four samples are.
struct SampleOrder {
  std::uint8_t r = 0, g = 1, b = 2, a = 3;
};

/// Recolours pixels of four samples of 8 bit. `to` may be `from`.
void recolour(ConstPixelRows from, Size size, SampleOrder order, const Recolouring& how, PixelRows to);

/// The same with samples of 16 bit in the machine's byte order; strides are even. Colours and lumas count their upper
/// 8 bits.
void recolour_16(ConstPixelRows from, Size size, SampleOrder order, const Recolouring& how, PixelRows to);

/// Sample number `sample` of pixels of four samples of 16 bit; strides are even.
void pick_sample_16(ConstPixelRows from, Size size, std::uint8_t sample, PixelRows to);

/// Where the grey of an 8-bit pixel comes from: the luma of three bytes of every `step`. The same byte thrice is that
/// byte itself.
struct GreyOf {
  std::uint8_t step = 1;
  std::uint8_t r = 0, g = 0, b = 0;
};

/// Pixels of one format for the 256 grey values, one behind the other. `pixel_bytes` is one of can_orient().
struct LookUpTable {
  std::size_t pixel_bytes = 0;
  Bytes pixels;
};

/// Replaces each pixel by the table's for its grey.
void look_up(ConstPixelRows from, Size size, GreyOf grey, const LookUpTable& table, PixelRows to);

}  // namespace omv
