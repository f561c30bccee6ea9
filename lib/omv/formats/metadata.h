// SPDX-License-Identifier: LGPL-2.1-or-later
// What a still file says besides its pixels: EXIF, XMP, an ICC profile, comments, texts and resolution.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "omv/base/bytes.h"

namespace omv::formats {

/// Empty members are not there. JPEG holds all but `texts`, PNG all but `comments` (which become texts under the
/// keyword Comment); the other formats hold none of it.
struct Metadata {
  Bytes exif;                         ///< a TIFF block, beginning with II or MM; without the JPEG marker "Exif\0\0"
  std::string xmp;                    ///< one packet, UTF-8
  Bytes icc;                          ///< the whole profile
  std::vector<std::string> comments;  ///< COM segments, at most 65533 bytes each
  std::vector<std::pair<std::string, std::string>> texts;  ///< keyword (1..79 Latin-1 characters) and UTF-8 text
  std::uint32_t dots_per_metre = 0;                        ///< in both directions; 0 = not said

  bool operator==(const Metadata&) const = default;
  bool empty() const { return *this == Metadata{}; }
};

}  // namespace omv::formats
