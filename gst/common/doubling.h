// SPDX-License-Identifier: LGPL-2.1-or-later
// When to tell what may happen for ever: a bad cable damages every frame.
#pragma once

#include <bit>
#include <cstdint>

namespace omv::gst {

/// True for a count of 1, 2, 4, 8 …: told once for each doubling.
constexpr bool is_doubling(std::uint64_t count) { return std::has_single_bit(count); }

}  // namespace omv::gst
