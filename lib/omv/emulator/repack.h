// SPDX-License-Identifier: LGPL-2.1-or-later
// From a painted picture to the other raw formats of a camera.
#pragma once

#include "omv/image/image.h"

namespace omv::emulator {

/// The raw format (grayscale or rgb565) in which a picture that shall become `format` is painted.
PixelFormat painted_format(PixelFormat format);

/// Converts a picture in painted_format(to.info.format) to any raw format: BINARY by threshold, Bayer by taking one
/// colour per pixel, 4:2:2 by the firmware's formulas (spec: media, section 1). Same size.
void repack(const ImageView& from, const MutableImageView& to);

}  // namespace omv::emulator
