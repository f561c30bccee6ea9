// SPDX-License-Identifier: LGPL-2.1-or-later
// A recording needs nothing behind its last frame: what is whole is copied.
#include "omv/recording/imageio_recover.h"

#include <algorithm>

namespace omv::imageio {

namespace {

constexpr std::uint64_t kPiece = 1u << 20;

Result<void> copy(const ByteSource& source, std::uint64_t bytes, File& output,
                  const std::function<void(std::uint64_t)>& progress) {
  Bytes piece(static_cast<std::size_t>(std::min(bytes, kPiece)));
  for (std::uint64_t done = 0; done < bytes;) {
    const ByteSpan part = ByteSpan(piece).first(static_cast<std::size_t>(std::min(bytes - done, kPiece)));
    OMV_CHECK(source.read_at(done, part));
    OMV_CHECK(output.write_at(done, part));
    done += part.size();
    if (progress) progress(done);
  }
  return {};
}

}  // namespace

Result<Recovered> recover(Reader& reader, const ByteSource& source, File& output,
                          const std::function<void(std::uint64_t)>& progress) {
  OMV_TRY(const std::size_t frames, reader.count());
  if (frames == 0) return Error{Errc::end, "there is no whole frame"};
  OMV_TRY(const auto damage, reader.damage());
  OMV_TRY(const std::uint64_t size, source.size());
  const std::uint64_t end = damage ? damage->offset : size;
  OMV_CHECK(copy(source, std::min(end, size), output, progress));
  OMV_CHECK(output.truncate(end));  // adds the zeros of missing padding
  OMV_CHECK(output.sync());
  OMV_TRY(const Microseconds last, reader.time(frames - 1));
  OMV_TRY(const Microseconds duration, reader.duration(frames - 1));
  return Recovered{frames, size - std::min(end, size), last + duration};
}

}  // namespace omv::imageio
