// SPDX-License-Identifier: LGPL-2.1-or-later
// The beginning of any frame of H.264 or H.265: what is in front of the first slice lies within it, and ends at a start
// code.
#include <cstddef>
#include <cstdint>

#include "runner/previews/parameter_sets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const omv::ConstByteSpan frame(data, size);
  for (const bool is_h265 : {false, true}) {
    const std::size_t sets = omv::runner::parameter_set_bytes(frame, is_h265);
    if (sets == 0) continue;
    if (sets + 3 >= size || frame[sets] != 0 || frame[sets + 1] != 0 || frame[sets + 2] != 1) __builtin_trap();
    // What was found is found again, with a slice of the same kind behind it.
    if (omv::runner::parameter_set_bytes(frame.first(sets + 4), is_h265) != sets) __builtin_trap();
  }
  return 0;
}
