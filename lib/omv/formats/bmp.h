// SPDX-License-Identifier: LGPL-2.1-or-later
// BMP: 8-bit grey, 16-bit 565 and 24-bit, written as the camera writes them (spec: media, section 2.1).
#pragma once

#include "omv/formats/format.h"

namespace omv::formats {

/// Holds grayscale (8 bit with the identity palette), rgb565 (16 bit, bit fields), and what has 24 or 32 bit and no
/// alpha (24 bit). Written with rows from the top, a negative height, and rows padded with zeros to 4 bytes.
///
/// decode() takes both orders of rows and headers of 40, 52, 56, 108 and 124 bytes, uncompressed. 8 bit becomes
/// grayscale when every colour of the palette is a grey, else rgb888; 16 bit with the masks of 565 becomes rgb565, 24
/// bit rgb888. Other depths, masks and compressions are Errc::unsupported. Sizes that the headers claim for file and
/// pixels are not looked at, nor are bytes behind the pixels.
extern const Format kBmpFormat;

}  // namespace omv::formats
