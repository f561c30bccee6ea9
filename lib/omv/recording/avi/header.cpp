// SPDX-License-Identifier: LGPL-2.1-or-later
// The header as a tree of chunks, filled up to its fixed size by a JUNK chunk.
#include "omv/recording/avi/header.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <limits>

#include "omv/recording/avi/layout.h"

namespace omv::avi {

namespace {

constexpr std::uint32_t kMost32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kDefaultQuality = kMost32;
constexpr std::uint16_t kIndexOfIndexes = 0;
constexpr std::size_t kMostTagText = 255;

std::uint32_t clamp32(std::uint64_t value) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, kMost32));
}

void put(Bytes& to, std::uint32_t value) { append_le<std::uint32_t>(to, value); }
void put16(Bytes& to, std::uint32_t value) { append_le<std::uint16_t>(to, static_cast<std::uint16_t>(value)); }

// A chunk or list that is open while this exists; its size is filled in at the end.
class Open {
 public:
  Open(Bytes& to, std::uint32_t id) : to_(to) {
    put(to, id);
    at_ = to.size();
    put(to, 0);
  }
  Open(Bytes& to, std::uint32_t id, std::uint32_t kind) : Open(to, id) { put(to, kind); }
  Open(const Open&) = delete;
  Open& operator=(const Open&) = delete;
  ~Open() {
    const std::size_t size = to_.size() - at_ - 4;
    store_le(to_.data() + at_, static_cast<std::uint32_t>(size));
    if (size % 2 != 0) to_.push_back(0);
  }

 private:
  Bytes& to_;
  std::size_t at_ = 0;
};

std::uint32_t microseconds_per_slot(Rate rate) {
  return clamp32((1'000'000ull * rate.denominator + rate.numerator / 2) / rate.numerator);
}

std::uint32_t bytes_per_second(const HeaderFields& fields) {
  if (fields.slots == 0) return 0;
  const double mean = static_cast<double>(fields.payload_bytes) / static_cast<double>(fields.slots);
  return static_cast<std::uint32_t>(std::min(mean * fields.rate.per_second(), static_cast<double>(kMost32)));
}

void put_main_header(Bytes& to, const HeaderFields& fields) {
  const Open avih(to, four_cc("avih"));
  put(to, microseconds_per_slot(fields.rate));
  put(to, bytes_per_second(fields));
  put(to, 0);  // padding granularity
  put(to, fields.has_old_index ? kHasIndex : 0);
  put(to, fields.first_slots);
  put(to, 0);  // initial frames
  put(to, 1);  // streams
  put(to, fields.largest_chunk);
  put(to, fields.width);
  put(to, fields.height);
  for (int i = 0; i < 4; ++i) put(to, 0);
}

void put_stream_header(Bytes& to, const HeaderFields& fields) {
  const Open strh(to, four_cc("strh"));
  put(to, four_cc("vids"));
  put(to, kMjpg);
  put(to, 0);  // flags
  put(to, 0);  // priority and language
  put(to, 0);  // initial frames
  put(to, fields.rate.denominator);
  put(to, fields.rate.numerator);
  put(to, 0);  // start
  put(to, clamp32(fields.slots));
  put(to, fields.largest_chunk);
  put(to, kDefaultQuality);
  put(to, 0);  // size of a sample: they differ
  for (const std::uint32_t side : {0u, 0u, fields.width, fields.height}) put16(to, side);
}

void put_format(Bytes& to, const HeaderFields& fields) {
  const Open strf(to, four_cc("strf"));
  put(to, 40);
  put(to, fields.width);
  put(to, fields.height);
  put16(to, 1);   // planes
  put16(to, 24);  // bits
  put(to, kMjpg);
  put(to, clamp32(std::uint64_t{fields.width} * fields.height * 3));
  for (int i = 0; i < 4; ++i) put(to, 0);
}

void put_super_index(Bytes& to, const std::vector<IndexReference>& indexes) {
  const Open indx(to, four_cc("indx"));
  put16(to, kSuperEntry / 4);
  put16(to, kIndexOfIndexes);
  put(to, static_cast<std::uint32_t>(indexes.size()));
  put(to, kFrame);
  for (int i = 0; i < 3; ++i) put(to, 0);
  for (const IndexReference& index : indexes) {
    append_le<std::uint64_t>(to, index.offset);
    put(to, index.bytes);
    put(to, index.slots);
  }
  to.resize(to.size() + (kSuperEntries - indexes.size()) * kSuperEntry);
}

void put_stream_list(Bytes& to, const HeaderFields& fields) {
  const Open strl(to, kList, four_cc("strl"));
  put_stream_header(to, fields);
  put_format(to, fields);
  put_super_index(to, fields.indexes);
}

void put_total(Bytes& to, std::uint64_t slots) {
  const Open odml(to, kList, four_cc("odml"));
  const Open dmlh(to, four_cc("dmlh"));
  put(to, clamp32(slots));
}

// As the C library's asctime writes it: what other writers of this chunk do, and readers expect.
void put_capture_time(Bytes& to, Nanoseconds captured) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(captured).count();
  std::tm parts{};
  if (gmtime_r(&seconds, &parts) == nullptr) return;
  std::array<char, 64> text{};
  if (std::strftime(text.data(), text.size(), "%a %b %d %H:%M:%S %Y\n", &parts) == 0) return;
  const Open idit(to, four_cc("IDIT"));
  append(to, as_bytes(text.data()));
  to.push_back(0);
}

// Never cuts a UTF-8 character in two.
std::string_view cut(std::string_view text, std::size_t room) {
  if (text.size() <= room) return text;
  while (room > 0 && (static_cast<unsigned char>(text[room]) & 0xC0) == 0x80) --room;
  return text.substr(0, room);
}

void put_tags(Bytes& to, const std::vector<Tag>& tags) {
  if (tags.empty()) return;
  const std::size_t limit = kFileHeader - kListHeader - kChunkHeader;
  const Open info(to, kList, four_cc("INFO"));
  for (const Tag& tag : tags) {
    const std::size_t used = to.size() + kChunkHeader + 2;  // its zero and padding
    if (tag.id.size() != 4 || tag.text.empty() || used >= limit) continue;
    append(to, as_bytes(tag.id));
    const std::string_view text = cut(tag.text, std::min(kMostTagText, limit - used));
    put(to, static_cast<std::uint32_t>(text.size() + 1));
    append(to, as_bytes(text));
    to.resize(to.size() + 1 + (text.size() + 1) % 2);
  }
}

void fill_up(Bytes& to) {
  const std::size_t end = kFileHeader - kListHeader;
  put(to, kJunk);
  put(to, static_cast<std::uint32_t>(end - to.size() - 4));
  to.resize(end);
}

void put_list(Bytes& to, std::uint32_t id, std::uint32_t size, std::uint32_t kind) {
  for (const std::uint32_t field : {id, size, kind}) put(to, field);
}

}  // namespace

Bytes make_file_header(const HeaderFields& fields, const Tags& tags) {
  Bytes header;
  header.reserve(kFileHeader);
  put_list(header, kRiff, fields.riff_bytes, kAvi);
  {
    const Open hdrl(header, kList, four_cc("hdrl"));
    put_main_header(header, fields);
    put_stream_list(header, fields);
    put_total(header, fields.slots);
    if (tags.captured) put_capture_time(header, *tags.captured);
  }
  put_tags(header, tags.info);
  fill_up(header);
  put_list(header, kList, fields.movi_bytes, kMovi);
  return header;
}

Bytes make_segment_header(std::uint32_t movi_bytes) {
  Bytes header;
  header.reserve(kSegmentHeader);
  put_list(header, kRiff, movi_bytes + kSegmentHeader - kListHeader, kAvix);
  put_list(header, kList, movi_bytes, kMovi);
  return header;
}

}  // namespace omv::avi
