// SPDX-License-Identifier: LGPL-2.1-or-later
// Any bytes, in pieces of any size, through the packet parser.
#include <algorithm>
#include <cstdlib>

#include "omv/camera/v2/packet.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace omv;
  if (size < 3) return 0;
  camera::PacketParser parser(0);
  parser.buffer().verify_crc((data[0] & 1) != 0);
  parser.set_limit(load_le<std::uint16_t>(data));
  const std::size_t step = data[2] + std::size_t{1};
  for (ConstByteSpan left(data + 3, size - 3); !left.empty();) {
    left = left.subspan(parser.buffer().append(left.first(std::min(step, left.size()))));
    while (parser.next() != camera::PacketParser::Outcome::need_more)
      if (parser.packet().payload.size() > parser.limit()) std::abort();
  }
  return 0;
}
