// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames as what a format can hold: decoded, in another pixel format, coded anew.
#pragma once

#include "omv/base/result.h"
#include "omv/formats/format.h"
#include "omv/image/image.h"

namespace omv::convert {

/// The pixels of a frame: of JPEG and PNG decoded, of others the frame itself. Errc::unsupported for argb8, which has
/// none.
Result<Frame> decoded(const Frame& frame);

/// Raw pixels as grayscale, rgb565, binary, rgb888, rgbx8888 or rgba8888 (without alpha where there is none). Bayer is
/// interpolated. Errc::unsupported for any other format.
Result<Frame> converted(const Frame& raw, PixelFormat format);

/// A frame as the file of a still. Coded frames of this format stay as they are; a picture that the format does not
/// hold becomes colour or grey, of 8 bits.
Result<Bytes> coded(const Frame& frame, const formats::Format& format, int quality);

}  // namespace omv::convert
