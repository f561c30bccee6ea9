// SPDX-License-Identifier: LGPL-2.1-or-later
// Room that deleted files will leave, although the file system does not say so yet.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <limits>

#include "omv/base/clock.h"

namespace omv::runner {

/// Some file systems give room back with their next transaction, and all of them keep it while somebody has the file
/// open. What was deleted is counted as free until the disk says so, for kPatience at most. Not synchronised.
class FreedSpace {
 public:
  static constexpr Time kPatience = std::chrono::minutes(1);

  static constexpr std::uint64_t kUnknown = std::numeric_limits<std::uint64_t>::max();

  /// The file system says that so many bytes are free; kUnknown: it can't be asked, and has room enough.
  void look(std::uint64_t free, Time now) {
    std::uint64_t risen = free != kUnknown && free > free_ ? free - free_ : 0;
    free_ = free;
    while (!awaited_.empty() && (risen > 0 || now - awaited_.front().since >= kPatience)) {
      Deletion& oldest = awaited_.front();
      const bool is_given_up = now - oldest.since >= kPatience;
      const std::uint64_t taken = is_given_up ? 0 : std::min(risen, oldest.bytes);
      risen -= taken;
      forget(is_given_up ? oldest.bytes : taken);
    }
  }

  /// A file of so many bytes was deleted.
  void add(std::uint64_t bytes, Time now) {
    if (bytes == 0) return;
    awaited_.push_back({bytes, now});
    sum_ += bytes;
  }

  /// Another file system is looked at from now on.
  void clear() { *this = {}; }

  /// Bytes that are free, or will be.
  std::uint64_t free() const { return free_ + std::min(sum_, kUnknown - free_); }

 private:
  struct Deletion {
    std::uint64_t bytes = 0;
    Time since{0};
  };

  // Of the oldest.
  void forget(std::uint64_t bytes) {
    sum_ -= bytes;
    awaited_.front().bytes -= bytes;
    if (awaited_.front().bytes == 0) awaited_.pop_front();
  }

  std::uint64_t free_ = kUnknown;  // as of the last look
  std::uint64_t sum_ = 0;          // of those that are awaited
  std::deque<Deletion> awaited_;   // the oldest first
};

}  // namespace omv::runner
