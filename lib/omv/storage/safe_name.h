// SPDX-License-Identifier: LGPL-2.1-or-later
// Text from outside as a part of a file name: it stays one, in the directory where it belongs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace omv::storage {

/// A value in a name is cut down to so many bytes, between two characters of UTF-8.
inline constexpr std::size_t kMaxValueBytes = 64;

/// Any bytes as a part of a file name. '/', NUL and control characters, characters that a FAT card refuses
/// (\ : * ? " < > |), and a dot in front become '_'; nothing at all becomes "_". What names a file or a directory
/// within its directory alone does so in any place of a name.
std::string safe_name(std::string_view value);

}  // namespace omv::storage
