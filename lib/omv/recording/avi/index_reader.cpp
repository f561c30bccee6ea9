// SPDX-License-Identifier: LGPL-2.1-or-later
// Every entry is checked against the file before it is believed.
#include "omv/recording/avi/index_reader.h"

#include <string>

namespace omv::avi {

namespace {

constexpr std::uint32_t kNotKey = 0x80000000;
constexpr std::uint32_t kStandardKind = 0x01000000 | kIndexEntry / 4;  // of chunks, two words an entry, no fields

Error wrong_entry(std::uint64_t slot, std::uint64_t offset) {
  return {Errc::invalid, "the index places slot " + std::to_string(slot) + " at offset " + std::to_string(offset) +
                             ", outside the file"};
}

Result<void> add_slot(Contents& contents, const ChunkSource& source, std::uint64_t payload, std::uint32_t bytes) {
  if (payload < kChunkHeader || payload > source.size() || bytes > source.size() - payload)
    return wrong_entry(contents.slots, payload);
  if (bytes > 0) contents.frames.push_back({payload - kChunkHeader, bytes, contents.slots});
  ++contents.slots;
  return {};
}

Result<void> read_standard(Contents& contents, ChunkSource& source, const Chunk& index) {
  if ((index.id & 0xFFFF) != (kFrameIndex & 0xFFFF) || !source.fits(index) || index.bytes < kIndexHeader)
    return Error{Errc::invalid, "there is no index at offset " + std::to_string(index.offset)};
  OMV_TRY(const Bytes bytes, source.payload(index, index.bytes));
  const auto count = load_le<std::uint32_t>(bytes.data() + 4);
  if (load_le<std::uint32_t>(bytes.data()) != kStandardKind || count > (bytes.size() - kIndexHeader) / kIndexEntry)
    return Error{Errc::invalid, "the index at offset " + std::to_string(index.offset) + " is not one of chunks"};
  const auto base = load_le<std::uint64_t>(bytes.data() + 12);
  if (base > source.size()) return wrong_entry(contents.slots, base);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint8_t* entry = bytes.data() + kIndexHeader + std::size_t{i} * kIndexEntry;
    const auto size = load_le<std::uint32_t>(entry + 4) & ~kNotKey;
    OMV_CHECK(add_slot(contents, source, base + load_le<std::uint32_t>(entry), size));
  }
  return {};
}

}  // namespace

bool is_picture_of(std::uint32_t stream, std::uint32_t id) {
  const std::uint32_t number = ('0' + stream / 10 % 10) | ('0' + stream % 10) << 8;
  constexpr std::uint32_t kCompressed = 'd' << 16 | 'c' << 24;
  constexpr std::uint32_t kUncompressed = 'd' << 16 | 'b' << 24;
  return id == (number | kCompressed) || id == (number | kUncompressed);
}

Result<Contents> read_standard_indexes(ChunkSource& source, const FramePlace&,
                                       const std::vector<std::uint64_t>& indexes) {
  Contents contents;
  std::uint64_t behind = 0;
  for (const std::uint64_t offset : indexes) {
    if (offset < behind || offset > source.size())
      return Error{Errc::invalid, "the index of indexes names offset " + std::to_string(offset) + ", out of order"};
    OMV_TRY(const Chunk index, source.chunk(offset));
    OMV_CHECK(read_standard(contents, source, index));
    behind = index.end();
  }
  return contents;
}

Result<Contents> read_old_index(ChunkSource& source, const FramePlace& place) {
  const Error none{Errc::unsupported, "the file has no index"};
  if (place.movi_end > source.size() || place.movi_end < place.movi) return none;
  const auto index = source.chunk(place.movi_end);
  if (!index || index->id != kIdx1) return none;
  OMV_TRY(const Bytes bytes, source.payload(*index, index->bytes));
  Contents contents;
  std::uint64_t base = place.movi - 4;
  for (std::size_t at = 0; at + kOldEntry <= bytes.size(); at += kOldEntry) {
    if (!is_picture_of(place.stream, load_le<std::uint32_t>(bytes.data() + at))) continue;
    const auto offset = load_le<std::uint32_t>(bytes.data() + at + 8);
    if (contents.slots == 0 && offset >= place.movi) base = 0;  // counted from the start of the file
    OMV_CHECK(add_slot(contents, source, base + offset + kChunkHeader, load_le<std::uint32_t>(bytes.data() + at + 12)));
  }
  return contents;
}

}  // namespace omv::avi
