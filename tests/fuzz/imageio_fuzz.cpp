// SPDX-License-Identifier: LGPL-2.1-or-later
// The container reader on arbitrary bytes: magic, walk, every frame forwards and again by number, damage.
#include <cstdint>
#include <cstdlib>

#include "omv/recording/imageio_reader.h"

namespace {

using omv::imageio::Reader;

// A frame that the walk has met is there, aligned, and no bigger than its bytes allow.
void read_frames(Reader& reader, std::size_t bytes) {
  omv::Frame frame;
  for (std::size_t n = 0;; ++n) {
    const auto chunk = reader.chunk(n);
    if (!chunk) return;
    if (!reader.read(*chunk, frame)) std::abort();
    if (chunk->next_offset() % omv::imageio::kAlignment != 0 || frame.data.size() > 4 * bytes) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const omv::MemorySource source({data, size});
  auto reader = Reader::open(source, omv::imageio::Rgb565Order::by_smoothness);
  if (!reader) return 0;
  read_frames(*reader, size);
  const auto count = reader->count();
  if (!count || *count != reader->frames_seen() || !reader->damage()) std::abort();
  read_frames(*reader, size);
  return 0;
}
