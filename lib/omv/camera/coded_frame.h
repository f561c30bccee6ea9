// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether the bytes of a received frame are what its geometry promises.
#pragma once

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/image/image.h"

namespace omv::camera {

/// Frames beyond this are not read: no camera has the memory.
inline constexpr std::uint32_t kMaxFrameBlob = 64u * 1024 * 1024;

/// How many bytes of `data` are the frame: a JPEG's end at EOI, all of them in other formats (whose number the caller
/// has checked). Errc::invalid, truncated: no JPEG, one of another size or without its end, a PNG without signature.
Result<std::size_t> check_coded_frame(const FrameInfo& info, ConstByteSpan data);

}  // namespace omv::camera
