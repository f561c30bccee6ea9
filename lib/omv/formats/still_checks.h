// SPDX-License-Identifier: LGPL-2.1-or-later
// What every still codec refuses, in the same words: formats that it can't hold and sizes beyond the limit.
#pragma once

#include <cstdint>
#include <string_view>

#include "omv/base/result.h"
#include "omv/image/image.h"

namespace omv::formats::detail {

/// Errc::unsupported, naming file format and pixel format.
Error cannot_hold(std::string_view name, PixelFormat format);

/// Of a picture to write: 1x1 to kMaxDimension square, else Errc::invalid.
Result<void> check_writable_size(std::string_view name, const FrameInfo& info);

/// Of a picture to read, before anything is allocated. Errc::invalid for no pixels at all, Errc::limit for a side
/// beyond kMaxDimension or more than `max_pixels`.
Result<void> check_readable_size(std::string_view name, std::uint64_t width, std::uint64_t height,
                                 std::uint64_t max_pixels);

/// A raw frame with all its bytes zero. The size has been checked.
Frame make_frame(const FrameInfo& info);

}  // namespace omv::formats::detail
