// SPDX-License-Identifier: LGPL-2.1-or-later
// A counter to the base four, whose digits are indexes.
#include "omv/recording/avi/index_ledger.h"

#include "omv/recording/avi/layout.h"

namespace omv::avi {

namespace {

constexpr std::size_t kMergedAtOnce = 4;
constexpr std::size_t kMostPeriods = 36;  // 3 of each of the 11 sizes that kMostSlots syncs make, and some
constexpr std::uint8_t kIndexOfChunks = 1;

}  // namespace

void IndexLedger::begin_segment(std::uint64_t offset) {
  for (const Period& period : periods_) sealed_.push_back(period.reference);
  periods_.clear();
  slots_.clear();
  indexed_ = 0;
  segment_ = offset;
}

Bytes IndexLedger::chunk_from(std::size_t first) const {
  const std::size_t count = slots_.size() - first;
  Bytes chunk;
  chunk.reserve(kChunkHeader + kIndexHeader + count * kIndexEntry);
  append_le<std::uint32_t>(chunk, kFrameIndex);
  append_le<std::uint32_t>(chunk, static_cast<std::uint32_t>(kIndexHeader + count * kIndexEntry));
  append_le<std::uint16_t>(chunk, kIndexEntry / 4);
  chunk.push_back(0);  // not one of fields
  chunk.push_back(kIndexOfChunks);
  append_le<std::uint32_t>(chunk, static_cast<std::uint32_t>(count));
  append_le<std::uint32_t>(chunk, kFrame);
  append_le<std::uint64_t>(chunk, segment_);
  append_le<std::uint32_t>(chunk, 0);
  chunk.resize(chunk.size() + count * kIndexEntry);
  std::uint8_t* to = chunk.data() + kChunkHeader + kIndexHeader;
  for (std::size_t i = first; i < slots_.size(); ++i, to += kIndexEntry) {
    store_le(to, slots_[i].offset);
    store_le(to + 4, slots_[i].bytes);
  }
  return chunk;
}

Bytes IndexLedger::cover(std::size_t first, unsigned level, std::uint64_t offset) {
  Bytes chunk = chunk_from(first);
  periods_.push_back(
      {first,
       level,
       {offset, static_cast<std::uint32_t>(chunk.size()), static_cast<std::uint32_t>(slots_.size() - first)}});
  indexed_ = slots_.size();
  return chunk;
}

Bytes IndexLedger::sync(std::uint64_t offset) {
  std::size_t first = indexed_;
  unsigned level = 0;
  const auto is_full = [&] {
    return periods_.size() >= kMergedAtOnce - 1 && periods_[periods_.size() - (kMergedAtOnce - 1)].level == level;
  };
  while (is_full()) {
    first = periods_[periods_.size() - (kMergedAtOnce - 1)].first;
    periods_.resize(periods_.size() - (kMergedAtOnce - 1));
    ++level;
  }
  return cover(first, level, offset);
}

Bytes IndexLedger::seal(std::uint64_t offset) {
  if (slots_.empty() || (periods_.size() == 1 && !has_news())) return {};
  periods_.clear();
  return cover(0, 0, offset);
}

Bytes IndexLedger::old_index(std::uint64_t movi) const {
  Bytes chunk;
  chunk.reserve(kChunkHeader + slots_.size() * kOldEntry);
  append_le<std::uint32_t>(chunk, kIdx1);
  append_le<std::uint32_t>(chunk, static_cast<std::uint32_t>(slots_.size() * kOldEntry));
  const auto from_movi = static_cast<std::uint32_t>(movi - segment_ + kChunkHeader);
  for (const IndexedSlot& slot : slots_) {
    append_le<std::uint32_t>(chunk, kFrame);
    append_le<std::uint32_t>(chunk, kKeyFrame);
    append_le<std::uint32_t>(chunk, slot.offset - from_movi);
    append_le<std::uint32_t>(chunk, slot.bytes);
  }
  return chunk;
}

std::vector<IndexReference> IndexLedger::references() const {
  std::vector<IndexReference> all = sealed_;
  for (const Period& period : periods_) all.push_back(period.reference);
  return all;
}

bool IndexLedger::has_room() const { return sealed_.size() + 1 + kMostPeriods < kSuperEntries; }

}  // namespace omv::avi
