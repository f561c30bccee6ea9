// SPDX-License-Identifier: LGPL-2.1-or-later
// Whole zlib streams by libdeflate, which knows their length beforehand and is quicker than zlib for it.
#pragma once

#include <cstddef>
#include <memory>

#include "omv/base/bytes.h"
#include "omv/base/result.h"

struct libdeflate_compressor;

namespace omv::formats::detail {

/// Reuse one from stream to stream; one thread at a time.
class ZlibWriter {
 public:
  /// Appends `bytes`, packed, to `into`. `level` is 0 (stored) to 9. Errc::limit without the memory for it.
  Result<void> append(ConstByteSpan bytes, int level, Bytes& into);

  /// The most that append() adds for so many bytes.
  static std::size_t bound(std::size_t bytes);

 private:
  struct Free {
    void operator()(libdeflate_compressor* compressor) const;
  };

  std::unique_ptr<libdeflate_compressor, Free> compressor_;
  int level_ = -1;
};

/// What a stream unpacks to. Errc::limit for more than `most` bytes, Errc::invalid for damage.
Result<Bytes> unpack_zlib(ConstByteSpan stream, std::size_t most);

}  // namespace omv::formats::detail
