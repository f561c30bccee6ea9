// SPDX-License-Identifier: LGPL-2.1-or-later
// Any bytes as pictures behind their lengths: nothing larger than allowed is asked for, and it comes to an end.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "omv/recording/length_stream.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint32_t kMost = 1000;
  omv::ConstByteSpan bytes(data, size);
  omv::LengthStream stream(kMost);
  while (stream.part() != omv::LengthStream::Part::end && bytes.size() >= stream.wanted()) {
    const std::size_t taken = stream.wanted();
    if (taken == 0 || taken > kMost) std::abort();
    if (stream.part() == omv::LengthStream::Part::picture)
      stream.take_picture();
    else if (!stream.take_length(bytes.first<omv::kLengthBytes>()))
      return 0;
    bytes = bytes.subspan(taken);
  }
  return 0;
}
