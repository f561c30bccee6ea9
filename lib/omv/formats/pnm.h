// SPDX-License-Identifier: LGPL-2.1-or-later
// PGM and PPM: P5 and P6 as the camera writes them, P2, P3, P5 and P6 of anyone (spec: media, section 2.2).
#pragma once

#include <cstdint>

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/image/image.h"

namespace omv::formats {

/// True for bytes that begin with P2 or P5 and white space.
bool looks_like_pgm(ConstByteSpan bytes);
/// True for bytes that begin with P3 or P6 and white space.
bool looks_like_ppm(ConstByteSpan bytes);

/// grayscale, and gray16 as big-endian samples under a maxval of 65535.
bool pgm_holds(PixelFormat format);
/// rgb565 (expanded to 888) and rgb888.
bool ppm_holds(PixelFormat format);

/// Replace the contents of `into` by `P5|P6\n<w> <h>\n<maxval>\n` and the samples. Errc::unsupported for other pixel
/// formats, Errc::invalid for a size outside 1..kMaxDimension; `into` is empty then.
Result<void> encode_pgm(const ImageView& image, Bytes& into);
Result<void> encode_ppm(const ImageView& image, Bytes& into);

/// Any of the four kinds, with comments in the header and any maxval up to 65535, scaled to the full range. Greys
/// become grayscale, or gray16 when maxval is above 255; colours become rgb888. Errc::truncated, Errc::invalid (also
/// for a sample above maxval), Errc::limit. Bytes behind the picture do not matter.
Result<Frame> decode_pnm(ConstByteSpan bytes, std::uint64_t max_pixels);

}  // namespace omv::formats
