// SPDX-License-Identifier: LGPL-2.1-or-later
// What every still codec refuses, in the same words: formats that it can't hold and sizes beyond the limit.
#pragma once

#include <cstdint>
#include <string_view>

#include "omv/base/result.h"
#include "omv/formats/format.h"
#include "omv/image/image.h"

namespace omv::formats::detail {

/// Of a picture to write: Errc::unsupported for a pixel format that `format` does not hold, saying which files do and
/// what to convert to; Errc::invalid unless it is 1x1 to kMaxDimension square.
Result<void> check_writable(const Format& format, const FrameInfo& info);

/// Of a picture to read, before anything is allocated. Errc::invalid for no pixels at all, Errc::limit for a side
/// beyond kMaxDimension or more than `max_pixels`.
Result<void> check_readable_size(std::string_view name, std::uint64_t width, std::uint64_t height,
                                 std::uint64_t max_pixels);

/// A raw frame with all its bytes zero. The size has been checked.
Frame make_frame(const FrameInfo& info);

/// True for one of the 24 and 32 bit formats without alpha.
bool is_opaque_rgb(PixelFormat format);

}  // namespace omv::formats::detail
