// SPDX-License-Identifier: LGPL-2.1-or-later
// The walk over chunk headers.
#include "omv/recording/imageio_index.h"

#include <algorithm>
#include <limits>
#include <string>

namespace omv::imageio {

Microseconds Index::duration(std::size_t frame) const {
  if (frame + 1 < entries_.size()) return entries_[frame + 1].time - entries_[frame].time;
  if (frame > 0) return entries_[frame].time - entries_[frame - 1].time;
  return first_interval_;
}

Microseconds Index::end_time() const {
  if (entries_.empty()) return Microseconds(0);
  return entries_.back().time + duration(entries_.size() - 1);
}

// Full length is final: no firmware that stored it went back to quarters.
BinaryLength Index::binary_length_before(std::size_t frame) const {
  if (frame > first_full_) return BinaryLength::full;
  return frame > first_quarter_ ? BinaryLength::quarter : BinaryLength::unknown;
}

void Index::append(const Chunk& chunk) {
  const BinaryLength length = binary_length(chunk);
  if (length == BinaryLength::full) first_full_ = std::min(first_full_, size());
  if (length == BinaryLength::quarter) first_quarter_ = std::min(first_quarter_, size());
  if (entries_.empty()) first_interval_ = chunk.interval;
  const Microseconds time = entries_.empty() ? Microseconds(0) : entries_.back().time + chunk.interval;
  entries_.push_back({chunk.offset, time});
  next_offset_ = chunk.next_offset();
  latest_ = chunk;
}

void Index::truncate(std::size_t frame) {
  if (frame >= size()) return;
  next_offset_ = entries_[frame].offset;
  entries_.resize(frame);
  if (first_full_ >= frame) first_full_ = kNone;
  if (first_quarter_ >= frame) first_quarter_ = kNone;
  reopen_end();
}

Result<void> Index::step(const ByteSource& source) {
  auto chunk = read_chunk(source, version_, next_offset_, binary_length_before(size()));
  if (chunk) {
    append(*chunk);
    complete_ = chunk->pad_missing;
    return {};
  }
  switch (chunk.error().code) {
    case Errc::end: complete_ = true; return {};
    case Errc::truncated:
    case Errc::invalid:
      complete_ = true;
      damage_ = Error{chunk.error().code, "frame " + std::to_string(size()) + " at offset " +
                                              std::to_string(next_offset_) + ": " + chunk.error().message};
      return {};
    default: return std::move(chunk).error();
  }
}

Result<void> Index::extend_to(const ByteSource& source, std::size_t frame) {
  while (size() <= frame && !complete_) OMV_CHECK(step(source));
  if (size() <= frame)
    return Error{Errc::end,
                 "frame " + std::to_string(frame) + " is beyond the end: there are " + std::to_string(size())};
  return {};
}

Result<Chunk> Index::chunk(const ByteSource& source, std::size_t frame) {
  OMV_CHECK(extend_to(source, frame));
  const std::uint64_t offset = entries_[frame].offset;
  if (latest_.offset == offset) return latest_;
  return read_chunk(source, version_, offset, binary_length_before(frame));
}

Result<void> Index::extend_to_time(const ByteSource& source, Microseconds time) {
  while ((entries_.empty() || entries_.back().time <= time) && !complete_) OMV_CHECK(step(source));
  return {};
}

Result<void> Index::extend_all(const ByteSource& source) {
  while (!complete_) OMV_CHECK(step(source));
  return {};
}

std::size_t Index::frame_at(Microseconds time) const {
  const auto after = std::upper_bound(entries_.begin(), entries_.end(), time,
                                      [](Microseconds t, const IndexEntry& entry) { return t < entry.time; });
  return after == entries_.begin() ? 0 : static_cast<std::size_t>(after - entries_.begin()) - 1;
}

}  // namespace omv::imageio
