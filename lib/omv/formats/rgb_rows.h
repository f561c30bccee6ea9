// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows of any raw picture as R, G, B triples, for the formats that store nothing else.
#pragma once

#include <cstdint>

#include "omv/base/bytes.h"
#include "omv/image/image.h"

namespace omv::formats::detail {

/// Row `y`, width * 3 bytes: where it lies if it is R, G, B already, else unpacked into `buffer`, which may be empty at
/// first and is reused. Alpha is dropped, chroma converted (see unpack_row_rgbx).
const std::uint8_t* rgb_row(const ImageView& image, std::uint32_t y, Bytes& buffer);

}  // namespace omv::formats::detail
