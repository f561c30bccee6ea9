// SPDX-License-Identifier: LGPL-2.1-or-later
// Any bytes as an animated GIF: every frame drawn, none beyond the screen or the bytes.
#include <cstdint>
#include <cstdlib>

#include "omv/recording/gif/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto reader = omv::gif::Reader::open({data, size}, 65536);
  if (!reader) return 0;
  for (std::uint64_t end = 0;;) {
    const auto frame = reader->next();
    if (!frame || !*frame) return 0;
    if ((*frame)->end <= end || (*frame)->end > size) std::abort();
    end = (*frame)->end;
    const omv::ImageView screen = reader->screen();
    std::uint8_t sum = 0;
    for (std::uint32_t y = 0; y < screen.info.height; ++y) sum ^= screen.row(y)[screen.stride - 1];
    if (sum != 0 && sum != 255) std::abort();  // alpha of the last column
  }
}
