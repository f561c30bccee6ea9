// SPDX-License-Identifier: LGPL-2.1-or-later
// What a key frame of H.264 or H.265 needs besides itself, in streams with start codes.
#pragma once

#include <cstddef>

#include "omv/base/bytes.h"

namespace omv::runner {

/// Where a frame (byte stream, ITU-T H.264 and H.265 annex B) has a sequence parameter set in front of its first slice:
/// how many bytes there are in front of that slice. 0: there is none, or no slice within `frame`, which may be the
/// beginning of a frame alone.
std::size_t parameter_set_bytes(ConstByteSpan frame, bool is_h265);

}  // namespace omv::runner
