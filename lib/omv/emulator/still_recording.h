// SPDX-License-Identifier: LGPL-2.1-or-later
// A still as a recording of one frame, for a camera that looks at a photograph.
#pragma once

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/formats/format.h"

namespace omv::emulator {

/// An ImageIO file of a single frame at 30 frames per second, in the pixel format of a camera: binary and grayscale as
/// they are, deeper greys as grayscale, colours as rgb565 (by truncation, as the firmware reads such files), without
/// alpha. Errors as Format::decode().
Result<Bytes> record_still(const formats::Format& format, ConstByteSpan file);

}  // namespace omv::emulator
