// SPDX-License-Identifier: LGPL-2.1-or-later
// Any bytes as a still: the first one picks the format, two more the size of files without a header, and whether the
// checksums of a PNG are mended, which no fuzzer finds. What is decoded is whole and can be written again; a file that
// metadata was added to says it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "omv/formats/format.h"
#include "omv/formats/png_chunks.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace omv;

void require(bool condition) {
  if (!condition) std::abort();
}

void decode(const formats::Format& format, ConstByteSpan bytes, const FrameInfo& geometry) {
  const auto frame = format.decode(bytes, {.max_pixels = 1 << 20, .geometry = geometry});
  if (!frame) return;
  require(frame->data.size() == payload_bytes(frame->info));
  Bytes again;
  if (format.holds(frame->info.format))
    require(format.encode(packed_view(frame->info, ConstByteSpan(frame->data)), {}, again).has_value());
}

void splice(const formats::Format& format, ConstByteSpan bytes) {
  auto metadata = format.read_metadata(bytes);
  if (!metadata) return;
  metadata->comments.emplace_back("fuzz");
  Bytes out;
  if (format.add_metadata(bytes, *metadata, out)) require(format.read_metadata(out).has_value());
}

Bytes with_checksums(ConstByteSpan png) {
  Bytes out;
  std::size_t at = std::min(png.size(), formats::detail::kPngSignatureBytes);
  append(out, png.first(at));
  while (png.size() - at >= 12) {
    const std::size_t length = formats::detail::load_be32(png.data() + at);
    if (length > png.size() - at - 12) break;
    formats::detail::append_png_chunk(as_text(png.subspan(at + 4, 4)), png.subspan(at + 8, length), out);
    at += 12 + length;
  }
  append(out, png.subspan(at));
  return out;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const auto all = formats::formats();
  const formats::Format& format = *all[data[0] % all.size()];
  Bytes bytes(data + 3, data + size);
  if (format.coded == PixelFormat::png && data[1] % 2 != 0) bytes = with_checksums(bytes);
  decode(format, bytes, {PixelFormat::bayer_grbg, data[1], data[2]});
  if (format.read_metadata != nullptr) splice(format, bytes);
  return 0;
}
