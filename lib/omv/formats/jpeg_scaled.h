// SPDX-License-Identifier: LGPL-2.1-or-later
// libjpeg's decoder at an eighth of the size, and the limit that all decoders keep.
#pragma once

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/formats/jpeg.h"
#include "omv/image/image.h"
#include "omv/image/orientation.h"

namespace omv::formats::detail {

/// As JpegLumaDecoder::decode(), for any stream that libjpeg reads.
Result<Size> decode_scaled_luma(ConstByteSpan bytes, Frame& into, const JpegDecodeLimits& limits);

/// Errc::limit for more pixels than allowed.
Result<void> check_jpeg_size(Size size, const JpegDecodeLimits& limits);

}  // namespace omv::formats::detail
