// SPDX-License-Identifier: LGPL-2.1-or-later
// BMP: 8-bit grey, 16-bit 565 and 24-bit, written as the camera writes them (spec: media, section 2.1).
#pragma once

#include <cstdint>

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/image/image.h"

namespace omv::formats {

/// True for bytes that begin with BM.
bool looks_like_bmp(ConstByteSpan bytes);

/// grayscale (8 bit with the identity palette), rgb565 (16 bit, bit fields) and rgb888 (24 bit).
bool bmp_holds(PixelFormat format);

/// Replaces the contents of `into` by the file that the camera writes: rows from the top, a negative height, rows
/// padded with zeros to 4 bytes. Errc::unsupported for other pixel formats, Errc::invalid for a size
/// outside 1..kMaxDimension; `into` is empty then.
Result<void> encode_bmp(const ImageView& image, Bytes& into);

/// Both orders of rows, headers of 40, 52, 56, 108 and 124 bytes, uncompressed. 8 bit becomes grayscale when every
/// colour of the palette is a grey, else rgb888; 16 bit with the masks of 565 becomes rgb565, 24 bit rgb888. Other
/// depths, masks and compressions are Errc::unsupported; damage is Errc::truncated, Errc::invalid or Errc::limit.
/// Sizes that the headers claim for file and pixels are not looked at, nor are bytes behind the pixels.
Result<Frame> decode_bmp(ConstByteSpan bytes, std::uint64_t max_pixels);

}  // namespace omv::formats
