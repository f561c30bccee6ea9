// SPDX-License-Identifier: LGPL-2.1-or-later
// The header, then what the two ways to find frames share.
#include "omv/recording/avi/reader.h"

#include <algorithm>
#include <utility>

#include "omv/recording/avi/header_reader.h"
#include "omv/recording/avi/index_reader.h"
#include "omv/recording/avi/scanner.h"

namespace omv::avi {

namespace {

constexpr Rate kPlayersRate{25, 1};

// It belongs to the last frame that is there, and no time has passed since it was stored, which empty slots would tell.
bool is_last_end(Nanoseconds end, const Contents& contents, Rate rate) {
  if (contents.frames.empty() || contents.times.size() < contents.frames.size()) return false;
  const std::uint64_t slots = std::max(contents.frames.back().slot + 1, nearest_slot(rate, end));
  return contents.slots <= slots && end >= contents.times.back();
}

}  // namespace

Result<Reader> Reader::open(const ByteSource& source) {
  OMV_TRY(const std::uint64_t size, source.size());
  ChunkSource chunks(source, size);
  OMV_TRY(ParsedHeader parsed, read_header(chunks));
  Reader reader(source, size);
  reader.header_ = std::move(parsed.claims);
  reader.place_ = {parsed.stream, reader.header_.movi, parsed.movi_end};
  reader.indexes_ = std::move(parsed.indexes);
  return reader;
}

Result<Contents> Reader::scan() const {
  ChunkSource chunks(*source_, size_);
  OMV_TRY(Contents contents, scan_frames(chunks, place_));
  if (contents.end && !is_last_end(*contents.end, contents, rate())) contents.end.reset();
  return contents;
}

Result<Contents> Reader::read_indexes() const {
  ChunkSource chunks(*source_, size_);
  if (!indexes_.empty()) return read_standard_indexes(chunks, place_, indexes_);
  return read_old_index(chunks, place_);
}

Rate Reader::rate() const { return header_.rate.is_valid() ? header_.rate : kPlayersRate; }

Result<void> Reader::read(const StoredFrame& frame, Bytes& into) const {
  if (frame.payload() > size_ || frame.bytes > size_ - frame.payload())
    return Error{Errc::truncated, "the frame at offset " + std::to_string(frame.offset) + " is not whole"};
  into.resize(frame.bytes);
  return source_->read_at(frame.payload(), into);
}

}  // namespace omv::avi
