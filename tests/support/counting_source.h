// SPDX-License-Identifier: LGPL-2.1-or-later
// A ByteSource over memory that counts what is asked of it, and can fail on demand.
#pragma once

#include <cstdint>
#include <limits>

#include "omv/base/file.h"

namespace omv::test {

class CountingSource final : public ByteSource {
 public:
  explicit CountingSource(ConstByteSpan memory) : source_(memory) {}

  Result<void> read_at(std::uint64_t offset, ByteSpan into) const override {
    if (reads == fail_at) return Error{Errc::io, "the medium is gone"};
    ++reads;
    bytes += into.size();
    return source_.read_at(offset, into);
  }
  Result<std::uint64_t> size() const override { return source_.size(); }

  void reset() { reads = bytes = 0; }

  mutable std::size_t reads = 0;
  mutable std::size_t bytes = 0;
  std::size_t fail_at = std::numeric_limits<std::size_t>::max();

 private:
  MemorySource source_;
};

}  // namespace omv::test
