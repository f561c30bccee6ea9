// SPDX-License-Identifier: LGPL-2.1-or-later
// Walks hdrl and its streams, INFO, and stops at the first list of frames.
#include "omv/recording/avi/header_reader.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <string>
#include <string_view>

namespace omv::avi {

namespace {

constexpr std::uint64_t kMostField = 64;   // of avih, strh, strf
constexpr std::uint64_t kMostText = 4096;  // of a tag
constexpr std::size_t kMostTags = 64;
constexpr std::uint64_t kMostSuperIndex = 1 << 20;
constexpr int kMostChunks = 4096;  // in front of the frames

Error invalid(const std::string& message) { return {Errc::invalid, message}; }

std::uint32_t field(const Bytes& bytes, std::size_t number) {
  return bytes.size() >= 4 * number + 4 ? load_le<std::uint32_t>(bytes.data() + 4 * number) : 0;
}

std::string text_of(const Bytes& bytes) {
  std::string_view text = as_text(bytes);
  text = text.substr(0, text.find('\0'));
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
  return std::string(text);
}

// The two shapes that this chunk has in the wild: asctime's, and 2026-11-21 09:30:00 with any separators.
std::optional<Nanoseconds> parse_capture_time(const std::string& text) {
  std::tm parts{};
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  std::array<char, 4> month{};
  if (std::sscanf(text.c_str(), "%*3s %3s %2d %2d:%2d:%2d %4d", month.data(), &parts.tm_mday, &parts.tm_hour,
                  &parts.tm_min, &parts.tm_sec, &parts.tm_year) == 6) {
    const std::size_t at = kMonths.find(month.data());
    if (at == std::string_view::npos || at % 3 != 0) return std::nullopt;
    parts.tm_mon = static_cast<int>(at / 3);
  } else if (std::sscanf(text.c_str(), "%4d%*[-:/]%2d%*[-:/]%2d%*[ T]%2d:%2d:%2d", &parts.tm_year, &parts.tm_mon,
                         &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec) == 6) {
    --parts.tm_mon;
  } else {
    return std::nullopt;
  }
  parts.tm_year -= 1900;
  return capture_seconds(timegm(&parts));
}

class HeaderReader {
 public:
  explicit HeaderReader(ChunkSource& source) : source_(source) {}

  Result<ParsedHeader> read() {
    OMV_TRY(const Chunk riff, source_.chunk(0));
    if (riff.id != kRiff || riff.kind != kAvi) return invalid("the file does not begin like an AVI");
    header_.claims.riff_end = riff.end();
    OMV_CHECK(walk(kListHeader, source_.size(), &HeaderReader::top));
    if (header_.claims.movi == 0) return Error{Errc::truncated, "the file has no list of frames"};
    if (!found_video_) return Error{Errc::unsupported, "the file has no stream of Motion JPEG"};
    return std::move(header_);
  }

 private:
  using Visit = Result<bool> (HeaderReader::*)(const Chunk&);  // false: enough

  Result<void> walk(std::uint64_t at, std::uint64_t end, Visit visit) {
    end = std::min(end, source_.size());
    while (at + kChunkHeader <= end) {
      if (++chunks_ > kMostChunks) return invalid("the header has more chunks than any AVI");
      OMV_TRY(const Chunk chunk, source_.chunk(at));
      OMV_TRY(const bool go_on, (this->*visit)(chunk));
      if (!go_on) return {};
      at = chunk.next();
    }
    return {};
  }

  Result<bool> top(const Chunk& chunk) {
    if (chunk.id != kList) return true;
    const std::uint64_t inside = chunk.data() + 4;
    if (chunk.kind == kMovi) {
      header_.claims.movi = inside;
      header_.movi_end = chunk.next();
      return false;
    }
    if (chunk.kind == four_cc("hdrl")) OMV_CHECK(walk(inside, chunk.end(), &HeaderReader::main));
    if (chunk.kind == four_cc("INFO")) OMV_CHECK(walk(inside, chunk.end(), &HeaderReader::tag));
    return true;
  }

  Result<bool> main(const Chunk& chunk) {
    if (chunk.id == four_cc("avih")) {
      OMV_TRY(const Bytes avih, source_.payload(chunk, kMostField));
      header_.claims.has_old_index = (field(avih, 3) & kHasIndex) != 0;
      microseconds_ = field(avih, 0);
    } else if (chunk.id == kList && chunk.kind == four_cc("strl")) {
      OMV_CHECK(walk(chunk.data() + 4, chunk.end(), &HeaderReader::stream));
      ++streams_;
    } else if (chunk.id == four_cc("IDIT")) {
      OMV_TRY(const Bytes text, source_.payload(chunk, kMostText));
      header_.claims.tags.captured = parse_capture_time(text_of(text));
    }
    return true;
  }

  Result<bool> stream(const Chunk& chunk) {
    if (chunk.id == four_cc("strh")) {
      OMV_TRY(const Bytes strh, source_.payload(chunk, kMostField));
      in_video_ = !found_video_ && field(strh, 0) == four_cc("vids");
      if (in_video_) take_stream_header(strh);
    } else if (in_video_ && chunk.id == four_cc("strf")) {
      OMV_TRY(const Bytes strf, source_.payload(chunk, kMostField));
      OMV_CHECK(take_format(strf));
    } else if (in_video_ && chunk.id == four_cc("indx")) {
      OMV_TRY(const Bytes indx, source_.payload(chunk, kMostSuperIndex));
      take_super_index(indx);
    }
    return true;
  }

  void take_stream_header(const Bytes& strh) {
    header_.stream = streams_;
    header_.claims.rate = {field(strh, 6), field(strh, 5)};
    header_.claims.length = field(strh, 8);
    if (!header_.claims.rate.is_valid()) header_.claims.rate = {microseconds_ > 0 ? 1'000'000u : 0, microseconds_};
  }

  Result<void> take_format(const Bytes& strf) {
    found_video_ = true;
    header_.claims.width = field(strf, 1);
    header_.claims.height = field(strf, 2);
    const std::uint32_t codec = field(strf, 4);
    if (codec == kMjpg || codec == four_cc("mjpg") || codec == four_cc("jpeg") || codec == four_cc("JPEG")) return {};
    return Error{Errc::unsupported, "the video is not Motion JPEG"};
  }

  void take_super_index(const Bytes& indx) {
    constexpr std::uint32_t kOfIndexes = kSuperEntry / 4;  // entries of four words, kind 0
    if (indx.size() < kIndexHeader || field(indx, 0) != kOfIndexes) return;
    const std::size_t count = std::min<std::size_t>(field(indx, 1), (indx.size() - kIndexHeader) / kSuperEntry);
    header_.claims.has_super_index = count > 0;
    for (std::size_t i = 0; i < count; ++i)
      header_.indexes.push_back(load_le<std::uint64_t>(indx.data() + kIndexHeader + i * kSuperEntry));
  }

  Result<bool> tag(const Chunk& chunk) {
    if (header_.claims.tags.info.size() == kMostTags) return false;
    OMV_TRY(const Bytes text, source_.payload(chunk, kMostText));
    Bytes id;
    append_le(id, chunk.id);
    header_.claims.tags.info.push_back({std::string(as_text(id)), text_of(text)});
    return true;
  }

  ChunkSource& source_;
  ParsedHeader header_;
  std::uint32_t streams_ = 0;
  std::uint32_t microseconds_ = 0;
  bool in_video_ = false;
  bool found_video_ = false;
  int chunks_ = 0;
};

}  // namespace

Result<ParsedHeader> read_header(ChunkSource& source) { return HeaderReader(source).read(); }

}  // namespace omv::avi
