// SPDX-License-Identifier: LGPL-2.1-or-later
// A walk over chunks; lists are entered, other streams passed over.
#include "omv/recording/avi/scanner.h"

#include <string>

#include "omv/image/coded_header.h"
#include "omv/recording/avi/index_reader.h"
#include "omv/recording/avi/times_chunk.h"

namespace omv::avi {

namespace {

constexpr std::uint64_t kMostTimes = 1ull << 28;  // bytes of one chunk of times
constexpr std::size_t kLook = kChunkHeader + 4;   // of a chunk that may be a picture

bool is_digit(std::uint32_t byte) { return byte >= '0' && byte <= '9'; }

// "01wb": a chunk of some stream.
bool is_stream_chunk(std::uint32_t id) { return is_digit(id & 0xFF) && is_digit(id >> 8 & 0xFF) && id >> 24 >= 'a'; }

bool is_filling(std::uint32_t id) {
  return id == kJunk || id == kIdx1 || id == four_cc("indx") || (id & 0xFFFF) == (kFrameIndex & 0xFFFF);
}

bool is_known(std::uint32_t id) { return is_filling(id) || is_stream_chunk(id) || id == kList; }

class Scanner {
 public:
  Scanner(ChunkSource& source, const FramePlace& place) : source_(source), place_(place) {}

  Result<Contents> scan() {
    std::uint64_t at = place_.movi;
    while (at < source_.size()) {
      OMV_TRY(const std::uint64_t next, step(at));
      at = next;
    }
    keep_usable_times();
    return std::move(contents_);
  }

 private:
  // Takes what is at `at` and returns where the next thing is.
  Result<std::uint64_t> step(std::uint64_t at) {
    if (source_.size() - at < kChunkHeader) return leave_tail(at);
    OMV_TRY(const Chunk chunk, source_.chunk(at));
    if (chunk.id == kRiff && (chunk.kind == kAvix || chunk.kind == kAvi)) return at + kListHeader;
    if (chunk.id == kList && (chunk.kind == kMovi || chunk.kind == four_cc("rec "))) return at + kListHeader;
    if (is_picture_of(place_.stream, chunk.id)) return take_picture(chunk);
    if (!is_known(chunk.id) || !source_.fits(chunk)) return skip_damage(at);
    if (chunk.id == kJunk && chunk.kind == kTimes) OMV_CHECK(take_times(chunk));
    return chunk.next();
  }

  Result<std::uint64_t> take_picture(const Chunk& chunk) {
    if (!source_.fits(chunk)) return skip_damage(chunk.offset);
    if (chunk.bytes > 0) {
      OMV_TRY(const bool jpeg, begins_like_jpeg(chunk));
      if (!jpeg) return skip_damage(chunk.offset);
      OMV_TRY(const bool too_long, swallows_pictures(chunk));
      if (too_long) return skip_damage(chunk.offset);
      contents_.frames.push_back({chunk.offset, chunk.bytes, contents_.slots});
    }
    ++contents_.slots;
    return chunk.next();
  }

  Result<bool> begins_like_jpeg(const Chunk& chunk) {
    OMV_TRY(const ConstByteSpan bytes, source_.page(chunk.offset, kLook));
    return bytes.size() >= kLook && looks_like_jpeg(bytes.subspan(kChunkHeader));
  }

  // A size that is wrong leads into the middle of something, past pictures.
  Result<bool> swallows_pictures(const Chunk& chunk) {
    if (source_.size() < chunk.next() + kChunkHeader) return false;
    OMV_TRY(const Chunk next, source_.chunk(chunk.next()));
    if (next.id == kRiff || is_known(next.id)) return false;
    OMV_TRY(const std::uint64_t picture, find_picture(chunk.data()));
    return picture < chunk.end();
  }

  // Up to the next whole picture. A picture that was damaged keeps its slot.
  Result<std::uint64_t> skip_damage(std::uint64_t from) {
    OMV_TRY(const Chunk lost, source_.chunk(from));
    if (is_picture_of(place_.stream, lost.id) && lost.bytes > 0) ++contents_.slots;
    OMV_TRY(const std::uint64_t to, find_picture(from + 1));
    const std::uint64_t bytes = to - from;
    contents_.damage.push_back({from, bytes,
                                std::to_string(bytes) + " bytes from offset " + std::to_string(from) +
                                    " on, before frame " + std::to_string(contents_.frames.size()) +
                                    ", are no frames"});
    return to;
  }

  Result<std::uint64_t> find_picture(std::uint64_t from) {
    while (from + kLook <= source_.size()) {
      OMV_TRY(const ConstByteSpan bytes, source_.page(from, kLook));
      const std::size_t end = bytes.size() - kLook + 1;
      for (std::size_t i = 0; i < end; ++i) {
        const std::uint8_t* p = bytes.data() + i;
        if (p[2] != 'd' || !is_picture_of(place_.stream, load_le<std::uint32_t>(p))) continue;
        const Chunk chunk{load_le<std::uint32_t>(p), load_le<std::uint32_t>(p + 4), from + i, 0};
        if (source_.fits(chunk) && looks_like_jpeg({p + kChunkHeader, 4})) return chunk.offset;
      }
      from += end;
    }
    return source_.size();
  }

  Result<std::uint64_t> leave_tail(std::uint64_t at) {
    const std::uint64_t bytes = source_.size() - at;
    contents_.damage.push_back({at, bytes, std::to_string(bytes) + " bytes at the end are no chunk"});
    return source_.size();
  }

  // Chunks of times have to follow one another without a hole.
  Result<void> take_times(const Chunk& chunk) {
    OMV_TRY(const Bytes bytes, source_.payload(chunk, kMostTimes));
    const auto stored = read_times_chunk(bytes);
    std::vector<Nanoseconds>& times = contents_.times;
    if (!stored || stored->first_frame != times.size()) return {};
    if (!times.empty() && !stored->times.empty() && stored->times.front() < times.back()) return {};
    if (stored->first_frame == 0) contents_.captured = stored->captured;
    times.insert(times.end(), stored->times.begin(), stored->times.end());
    contents_.end = stored->end;
    return {};
  }

  // Behind damage nobody knows which frame a time belongs to; before it they do.
  void keep_usable_times() {
    std::size_t usable = contents_.frames.size();
    if (!contents_.damage.empty()) {
      usable = 0;
      while (usable < contents_.frames.size() && contents_.frames[usable].offset < contents_.damage.front().offset)
        ++usable;
    }
    if (contents_.times.size() > usable) contents_.times.resize(usable);
  }

  ChunkSource& source_;
  FramePlace place_;
  Contents contents_;
};

}  // namespace

Result<Contents> scan_frames(ChunkSource& source, const FramePlace& place) { return Scanner(source, place).scan(); }

}  // namespace omv::avi
