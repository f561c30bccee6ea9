// SPDX-License-Identifier: LGPL-2.1-or-later
// Chunks of a RIFF file one by one, each checked against the bytes that are there.
#pragma once

#include <array>
#include <cstdint>

#include "omv/base/file.h"
#include "omv/recording/avi/layout.h"

namespace omv::avi {

struct Chunk {
  std::uint32_t id = 0;
  std::uint32_t bytes = 0;   ///< as claimed
  std::uint64_t offset = 0;  ///< of the chunk header
  std::uint32_t kind = 0;    ///< of a list: the four bytes behind the size, which is 0 in lists that were never closed

  std::uint64_t data() const { return offset + kChunkHeader; }
  std::uint64_t end() const { return data() + bytes; }
  std::uint64_t next() const { return end() + bytes % 2; }
};

/// Reads small pieces through a page that it keeps, because chunks of a paused recording are 8 bytes long.
class ChunkSource {
 public:
  ChunkSource(const ByteSource& source, std::uint64_t size) : source_(&source), size_(size) {}

  std::uint64_t size() const { return size_; }

  /// The chunk at `offset`. Errc::truncated: its header is not there. Its payload may not be there either.
  Result<Chunk> chunk(std::uint64_t offset);

  bool fits(const Chunk& chunk) const { return chunk.end() <= size_; }

  /// The bytes of a chunk's payload that are there, at most `most`.
  Result<Bytes> payload(const Chunk& chunk, std::uint64_t most);

  /// The first bytes from `offset` on that are in reach without another read after one: up to a page.
  Result<ConstByteSpan> page(std::uint64_t offset, std::size_t wanted);

 private:
  const ByteSource* source_;
  std::uint64_t size_;
  std::uint64_t page_at_ = 0;
  std::size_t page_bytes_ = 0;
  std::array<std::uint8_t, 4096> page_{};
};

}  // namespace omv::avi
