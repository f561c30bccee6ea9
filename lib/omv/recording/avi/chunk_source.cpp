// SPDX-License-Identifier: LGPL-2.1-or-later
// One page in front of the source.
#include "omv/recording/avi/chunk_source.h"

#include <algorithm>
#include <string>

namespace omv::avi {

Result<ConstByteSpan> ChunkSource::page(std::uint64_t offset, std::size_t wanted) {
  const std::uint64_t there = offset < size_ ? size_ - offset : 0;
  const auto enough = static_cast<std::size_t>(std::min<std::uint64_t>({there, wanted, page_.size()}));
  if (enough == 0) return ConstByteSpan();
  if (offset < page_at_ || offset + enough > page_at_ + page_bytes_) {
    const auto bytes = static_cast<std::size_t>(std::min<std::uint64_t>(there, page_.size()));
    page_bytes_ = 0;
    OMV_CHECK(source_->read_at(offset, ByteSpan(page_).first(bytes)));
    page_at_ = offset;
    page_bytes_ = bytes;
  }
  return ConstByteSpan(page_).subspan(static_cast<std::size_t>(offset - page_at_), page_at_ + page_bytes_ - offset);
}

Result<Chunk> ChunkSource::chunk(std::uint64_t offset) {
  OMV_TRY(const ConstByteSpan bytes, page(offset, kListHeader));
  if (bytes.size() < kChunkHeader)
    return Error{Errc::truncated, "the file ends within the header of a chunk, at offset " + std::to_string(offset)};
  Chunk chunk{load_le<std::uint32_t>(bytes.data()), load_le<std::uint32_t>(bytes.data() + 4), offset, 0};
  if (bytes.size() >= kListHeader) chunk.kind = load_le<std::uint32_t>(bytes.data() + kChunkHeader);
  return chunk;
}

Result<Bytes> ChunkSource::payload(const Chunk& chunk, std::uint64_t most) {
  const std::uint64_t there = chunk.data() < size_ ? size_ - chunk.data() : 0;
  Bytes bytes(static_cast<std::size_t>(std::min<std::uint64_t>({there, most, chunk.bytes})));
  OMV_CHECK(source_->read_at(chunk.data(), bytes));
  return bytes;
}

}  // namespace omv::avi
