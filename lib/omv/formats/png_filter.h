// SPDX-License-Identifier: LGPL-2.1-or-later
// The row filters of PNG (PNG specification, section 9), in loops that compilers turn into vector instructions.
#pragma once

#include <cstddef>
#include <cstdint>

#include "omv/base/bytes.h"
#include "omv/formats/png_settings.h"

namespace omv::formats::detail {

/// Writes 1 + `bytes` bytes to `out`: the type of the filter and the filtered row. `above` is the row above it, zeros
/// for the first one; `pixel` the bytes of a pixel, at least 1; `trial` holds a row while filters are compared.
void filter_png_row(PngFilter filter, const std::uint8_t* row, const std::uint8_t* above, std::size_t bytes,
                    std::size_t pixel, Bytes& trial, std::uint8_t* out);

}  // namespace omv::formats::detail
