// SPDX-License-Identifier: LGPL-2.1-or-later
// The hint bits of OpenMV's drawing functions and what they say (spec: media, section 3.3).
#pragma once

#include <cstdint>

#include "omv/image/geometry.h"
#include "omv/image/orientation.h"

namespace omv {

/// The values are the camera's.
namespace draw_hint {
inline constexpr std::uint32_t kArea = 0x1;
inline constexpr std::uint32_t kBilinear = 0x2;
inline constexpr std::uint32_t kBicubic = 0x4;
inline constexpr std::uint32_t kHmirror = 0x10;
inline constexpr std::uint32_t kVflip = 0x20;
inline constexpr std::uint32_t kTranspose = 0x40;
inline constexpr std::uint32_t kCenter = 0x80;
inline constexpr std::uint32_t kExtractRgbChannelFirst = 0x100;
inline constexpr std::uint32_t kApplyColorPaletteFirst = 0x200;
inline constexpr std::uint32_t kScaleAspectKeep = 0x400;
inline constexpr std::uint32_t kScaleAspectExpand = 0x800;
inline constexpr std::uint32_t kScaleAspectIgnore = 0x1000;
inline constexpr std::uint32_t kBlackBackground = 0x80000000;
inline constexpr std::uint32_t kRotate90 = kVflip | kTranspose;
inline constexpr std::uint32_t kRotate180 = kHmirror | kVflip;
inline constexpr std::uint32_t kRotate270 = kHmirror | kTranspose;
}  // namespace draw_hint

constexpr Orientation orientation_of(std::uint32_t hints) {
  return {(hints & draw_hint::kHmirror) != 0, (hints & draw_hint::kVflip) != 0, (hints & draw_hint::kTranspose) != 0};
}

/// The first one of keep and expand that is there.
constexpr Aspect aspect_of(std::uint32_t hints) {
  if ((hints & draw_hint::kScaleAspectKeep) != 0) return Aspect::keep;
  return (hints & draw_hint::kScaleAspectExpand) != 0 ? Aspect::expand : Aspect::ignore;
}

/// How pixels that were not there are made up.
enum class Interpolation { nearest, area, bilinear, bicubic };

/// For a picture that grows or shrinks from one size to the other. Area is for pictures that shrink, and becomes
/// nearest when neither side does; bicubic wants more than 3 pixels a side, else it becomes bilinear, and that more
/// than one.
constexpr Interpolation interpolation_of(std::uint32_t hints, Size from, Size to) {
  const std::uint32_t shorter = from.width < from.height ? from.width : from.height;
  const bool shrinks = to.width < from.width || to.height < from.height;
  if ((hints & draw_hint::kArea) != 0) return shrinks ? Interpolation::area : Interpolation::nearest;
  const bool bicubic = (hints & draw_hint::kBicubic) != 0;
  if (bicubic && shorter > 3) return Interpolation::bicubic;
  if ((bicubic || (hints & draw_hint::kBilinear) != 0) && shorter > 1) return Interpolation::bilinear;
  return Interpolation::nearest;
}

}  // namespace omv
