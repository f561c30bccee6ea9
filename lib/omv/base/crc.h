// SPDX-License-Identifier: LGPL-2.1-or-later
// The two checksums of Protocol V2 (spec: protocol-v2, section 1 "CRCs").
#pragma once

#include <cstdint>

#include "omv/base/bytes.h"

namespace omv {

/// Both are MSB first, not reflected, initial value all ones, no final xor.
/// Neither is the CCITT or zlib checksum of the same width.
std::uint16_t crc16(ConstByteSpan bytes);  ///< polynomial 0xF94F
std::uint32_t crc32(ConstByteSpan bytes);  ///< polynomial 0xFA567D89

namespace detail {
/// The portable implementation of crc32, for comparison with the accelerated one.
std::uint32_t crc32_portable(ConstByteSpan bytes);
}  // namespace detail

}  // namespace omv
