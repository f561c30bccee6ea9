// SPDX-License-Identifier: LGPL-2.1-or-later
// One function over a row, written so that compilers make vector instructions of it without being asked to.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace omv {

/// Stores function(unit) for each of `count` units of type In at `in`, which may be unaligned, as units of type Out.
/// The rows do not overlap. What In and Out mean in memory is up to the function: little or big endian, as the host is.
template <typename In, typename Out, typename Function>
void map_units(const std::uint8_t* in, std::size_t count, std::uint8_t* out, Function function) {
  // Blocks of a fixed count, from and to arrays that nothing else can point to, are what GCC vectorizes at -O2.
  constexpr std::size_t kAtOnce = 32;
  std::array<In, kAtOnce> from;
  std::array<Out, kAtOnce> to;
  for (; count >= kAtOnce; count -= kAtOnce, in += sizeof from, out += sizeof to) {
    std::memcpy(from.data(), in, sizeof from);
    for (std::size_t i = 0; i < kAtOnce; ++i) to[i] = function(from[i]);
    std::memcpy(out, to.data(), sizeof to);
  }
  for (; count > 0; --count, in += sizeof(In), out += sizeof(Out)) {
    std::memcpy(&from[0], in, sizeof(In));
    to[0] = function(from[0]);
    std::memcpy(out, &to[0], sizeof(Out));
  }
}

}  // namespace omv
