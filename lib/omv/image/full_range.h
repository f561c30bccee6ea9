// SPDX-License-Identifier: LGPL-2.1-or-later
// Limited-range Y Cb Cr, as television has it, to the full range of JPEG and of the camera; both BT.601.
#pragma once

#include <cstddef>
#include <cstdint>

namespace omv {

/// 16..235 to 0..255, rounded; what lies outside is cut. `out` may be `in`; other overlaps are not allowed.
void expand_luma(const std::uint8_t* in, std::size_t count, std::uint8_t* out);

/// 16..240 around 128 to 0..255.
void expand_chroma(const std::uint8_t* in, std::size_t count, std::uint8_t* out);

/// Pixels of Y, Cb, Cr.
void expand_ycbcr(const std::uint8_t* in, std::size_t count, std::uint8_t* out);

}  // namespace omv
