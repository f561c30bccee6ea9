// SPDX-License-Identifier: LGPL-2.1-or-later
// What can be learned from a JPEG or PNG stream without decoding it: size, components, where it ends.
#pragma once

#include <cstddef>
#include <cstdint>

#include "omv/base/bytes.h"
#include "omv/base/result.h"

namespace omv {

struct CodedSize {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint8_t components = 0;  ///< 1 = grey, 3 = colour (PNG: channels)
};

/// True for bytes that begin like a JPEG stream (FF D8 FF).
bool looks_like_jpeg(ConstByteSpan bytes);
/// True for bytes that begin with the PNG signature.
bool looks_like_png(ConstByteSpan bytes);

/// Size from the frame header (SOFn). Accepts several tables in one segment, COM segments and fill bytes anywhere.
/// Errc::truncated when the bytes end before SOF, Errc::invalid when they are not JPEG.
Result<CodedSize> read_jpeg_size(ConstByteSpan bytes);

/// Size from IHDR. Errors as above.
Result<CodedSize> read_png_size(ConstByteSpan bytes);

/// Walks marker by marker and through entropy-coded data; returns the offset just behind EOI.
/// Bytes after EOI do not matter. Errc::truncated when EOI is not there.
Result<std::size_t> find_jpeg_end(ConstByteSpan bytes);

}  // namespace omv
