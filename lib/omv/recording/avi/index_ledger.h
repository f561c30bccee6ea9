// SPDX-License-Identifier: LGPL-2.1-or-later
// Which frames of the running RIFF are in which index, so that few indexes cover all of them at every sync.
#pragma once

#include <cstdint>
#include <vector>

#include "omv/base/bytes.h"
#include "omv/recording/avi/header.h"

namespace omv::avi {

/// A frame or an empty slot in the running RIFF.
struct IndexedSlot {
  std::uint32_t offset = 0;  ///< of the payload, from the start of the RIFF
  std::uint32_t bytes = 0;   ///< 0: an empty slot
};

/// Every sync writes one index that is never touched again. Four indexes of one size are replaced by the one that
/// covers them all, so that there are at most 3 of each size and a slot is written at most log4(syncs) + 1 times.
/// Indexes of RIFFs that are finished stay, one of each.
class IndexLedger {
 public:
  /// The RIFF that starts at `offset` of the file. What was added before is sealed.
  void begin_segment(std::uint64_t offset);

  void add(IndexedSlot slot) { slots_.push_back(slot); }
  std::size_t slots() const { return slots_.size(); }
  bool has_news() const { return slots_.size() > indexed_; }

  /// The chunk ix00 that is to be appended at `offset` of the file, to cover what no index covers yet.
  Bytes sync(std::uint64_t offset);

  /// The chunk that covers the whole RIFF alone; empty when that is there already.
  Bytes seal(std::uint64_t offset);

  /// idx1 of the running RIFF, whose list of frames has its kind at `movi` of the file.
  Bytes old_index(std::uint64_t movi) const;

  /// In the order of the frames.
  std::vector<IndexReference> references() const;

  /// Whether one more RIFF finds room in the index of indexes.
  bool has_room() const;

 private:
  struct Period {
    std::size_t first = 0;  // slot in the running RIFF
    unsigned level = 0;
    IndexReference reference;
  };

  Bytes chunk_from(std::size_t first) const;
  Bytes cover(std::size_t first, unsigned level, std::uint64_t offset);

  std::uint64_t segment_ = 0;
  std::vector<IndexReference> sealed_;
  std::vector<Period> periods_;
  std::vector<IndexedSlot> slots_;
  std::size_t indexed_ = 0;
};

}  // namespace omv::avi
