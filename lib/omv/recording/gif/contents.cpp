// SPDX-License-Identifier: LGPL-2.1-or-later
// A GIF needs nothing but its frames and one byte behind them.
#include "omv/recording/gif/contents.h"

#include <array>
#include <cstring>

namespace omv::gif {

namespace {

constexpr std::size_t kSignature = 6;
constexpr std::uint8_t kTrailer = 0x3B;

}  // namespace

std::uint64_t Contents::duration() const {
  std::uint64_t sum = 0;
  for (const ReadFrame& frame : frames) sum += frame.delay;
  return sum;
}

bool looks_like_gif(ConstByteSpan bytes) {
  if (bytes.size() < kSignature) return false;
  return std::memcmp(bytes.data(), "GIF89a", kSignature) == 0 || std::memcmp(bytes.data(), "GIF87a", kSignature) == 0;
}

Result<Contents> read_contents(ConstByteSpan bytes) {
  OMV_TRY(Reader reader, Reader::open(bytes));
  Contents contents;
  contents.width = reader.width();
  contents.height = reader.height();
  contents.begin = reader.position();
  for (;;) {
    auto frame = reader.next();
    if (frame && *frame) {
      contents.frames.push_back(**frame);
      continue;
    }
    contents.has_trailer = frame.has_value();
    if (!frame) contents.damage = std::move(frame).error();
    break;
  }
  contents.plays = reader.plays();
  if (!contents.has_trailer) contents.damaged_bytes = bytes.size() - contents.end();
  if (contents.damaged_bytes == 0) contents.damage.reset();
  return contents;
}

Result<void> recover(ConstByteSpan bytes, const Contents& contents, File& output) {
  if (contents.frames.empty()) return Error{Errc::end, "there is no whole frame in it"};
  const std::array parts = {bytes.first(static_cast<std::size_t>(contents.end())), ConstByteSpan(&kTrailer, 1)};
  OMV_CHECK(output.write_at(0, parts));
  return output.sync();
}

}  // namespace omv::gif
