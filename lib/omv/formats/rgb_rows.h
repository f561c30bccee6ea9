// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows of any raw picture as R, G, B triples, for the formats that store nothing else.
#pragma once

#include <cstdint>

#include "omv/base/bytes.h"
#include "omv/image/image.h"

namespace omv::formats::detail {

/// Of one picture, which outlives this. One thread at a time.
class RgbRows {
 public:
  explicit RgbRows(const ImageView& image);

  /// Row `y`, width * 3 bytes; valid until the next call. Alpha is dropped, chroma converted (see unpack_row_rgbx).
  const std::uint8_t* row(std::uint32_t y);

 private:
  ImageView image_;
  Bytes row_;  // with room for four bytes a pixel, which are packed in place
};

}  // namespace omv::formats::detail
