// SPDX-License-Identifier: LGPL-2.1-or-later
// The AVI reader on arbitrary bytes: header, walk, indexes; whatever is said to be a frame can be read.
#include <cstdint>
#include <cstdlib>

#include "omv/recording/avi/layout.h"
#include "omv/recording/avi/reader.h"

namespace {

using omv::avi::Contents;
using omv::avi::Reader;

// Frames are in the file, their slots in order.
void check(const Reader& reader, const Contents& contents, std::size_t bytes) {
  omv::Bytes payload;
  std::uint64_t slots = 0;
  for (const auto& frame : contents.frames) {
    if (frame.slot < slots || frame.slot >= contents.slots) std::abort();
    slots = frame.slot + 1;
    if (!reader.read(frame, payload) || payload.empty()) std::abort();
  }
  if (contents.slots > bytes / omv::avi::kChunkHeader + 1) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const omv::MemorySource source({data, size});
  const auto reader = Reader::open(source);
  if (!reader) return 0;
  if (!reader->rate().is_valid()) std::abort();
  const auto walked = reader->scan();
  if (!walked || walked->times.size() > walked->frames.size()) std::abort();
  if (walked->end && (walked->times.size() < walked->frames.size() || *walked->end < walked->times.back()))
    std::abort();
  check(*reader, *walked, size);
  if (const auto indexed = reader->read_indexes()) check(*reader, *indexed, size);
  return 0;
}
