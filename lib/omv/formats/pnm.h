// SPDX-License-Identifier: LGPL-2.1-or-later
// PGM and PPM: P5 and P6 as the camera writes them, P2, P3, P5 and P6 of anyone (spec: media, section 2.2).
#pragma once

#include "omv/formats/format.h"

namespace omv::formats {

/// Greys. Holds grayscale, and gray16 as big-endian samples under a maxval of 65535; written as
/// `P5\n<w> <h>\n<maxval>\n` and the samples.
///
/// decode() of both takes any of the four kinds, with comments in the header and any maxval up to 65535, scaled to the
/// full range. Greys become grayscale, or gray16 when maxval is above 255; colours become rgb888. A sample above maxval
/// is Errc::invalid. Bytes behind the picture do not matter.
extern const Format kPgmFormat;

/// Colours. Holds rgb565 (expanded to 888) and what has 24 or 32 bit and no alpha; written as P6 with a maxval of 255.
extern const Format kPpmFormat;

}  // namespace omv::formats
