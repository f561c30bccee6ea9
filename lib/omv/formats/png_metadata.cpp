// SPDX-License-Identifier: LGPL-2.1-or-later
// Metadata in chunks, one pair of functions for each kind: eXIf, iCCP, texts, pHYs (PNG specification, section 11.3).
#include "omv/formats/png_metadata.h"

#include <algorithm>
#include <optional>
#include <string>

#include "omv/formats/png.h"
#include "omv/formats/png_chunks.h"
#include "omv/formats/zlib_stream.h"

namespace omv::formats {

namespace {

using detail::PngChunk;

constexpr std::string_view kXmpKeyword = "XML:com.adobe.xmp";
constexpr std::string_view kCommentKeyword = "Comment";
constexpr std::string_view kProfileName = "ICC profile";
constexpr std::size_t kMaxKeyword = 79;
constexpr std::size_t kMaxUnpacked = 16U << 20;
constexpr int kLevel = 6;
constexpr std::uint8_t kMetre = 1;  // of pHYs
constexpr std::string_view kZero("\0", 1);

// Texts

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
}

std::string utf8_from_latin1(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 128) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | code >> 6);
      out += static_cast<char>(0x80 | (code & 63));
    }
  }
  return out;
}

// The part in front of the next zero byte, which is dropped; nullopt when there is none.
std::optional<std::string_view> take_string(std::string_view& rest) {
  const std::size_t end = rest.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return part;
}

// The byte that names the method of compression, of which there is one.
bool take_zero(std::string_view& rest) {
  const bool good = !rest.empty() && rest.front() == '\0';
  if (good) rest.remove_prefix(1);
  return good;
}

Error malformed(const PngChunk& chunk) { return {Errc::invalid, "malformed PNG chunk " + std::string(chunk.type)}; }

Result<std::string> unpack_text(std::string_view packed) {
  OMV_TRY(const Bytes text, detail::unpack_zlib(as_bytes(packed), kMaxUnpacked));
  return std::string(as_text(text));
}

// Keyword, zero, text.
Result<void> read_plain_text(const PngChunk& chunk, Metadata& into) {
  std::string_view rest = as_text(chunk.data);
  const auto keyword = take_string(rest);
  if (!keyword) return malformed(chunk);
  into.texts.emplace_back(*keyword, utf8_from_latin1(rest));
  return {};
}

// Keyword, zero, method, packed text.
Result<void> read_packed_text(const PngChunk& chunk, Metadata& into) {
  std::string_view rest = as_text(chunk.data);
  const auto keyword = take_string(rest);
  if (!keyword || !take_zero(rest)) return malformed(chunk);
  OMV_TRY(const std::string text, unpack_text(rest));
  into.texts.emplace_back(*keyword, utf8_from_latin1(text));
  return {};
}

// Keyword, zero, packed or not, method, language, zero, translated keyword, zero, text.
Result<void> read_international_text(const PngChunk& chunk, Metadata& into) {
  std::string_view rest = as_text(chunk.data);
  const auto keyword = take_string(rest);
  if (!keyword || rest.empty()) return malformed(chunk);
  const bool packed = rest.front() != '\0';
  rest.remove_prefix(1);
  if (!take_zero(rest) || !take_string(rest) || !take_string(rest)) return malformed(chunk);
  std::string text(rest);
  if (packed) {
    OMV_TRY(text, unpack_text(rest));
  }
  if (*keyword == kXmpKeyword)
    into.xmp = std::move(text);
  else
    into.texts.emplace_back(*keyword, std::move(text));
  return {};
}

Result<void> append_text(std::string_view keyword, std::string_view text, Bytes& into) {
  if (keyword.empty() || keyword.size() > kMaxKeyword || keyword.find('\0') != std::string_view::npos)
    return Error{Errc::invalid, "PNG keyword of " + std::to_string(keyword.size()) +
                                    " bytes or with a zero byte; it has 1 to 79 characters"};
  if (text.find('\0') != std::string_view::npos || text.size() > detail::kMaxPngChunk - 2 * kMaxKeyword)
    return Error{Errc::invalid, "PNG text under " + std::string(keyword) + " is too long or has a zero byte"};
  // Latin-1 is not the same as UTF-8 beyond ASCII, so such texts and XMP go where UTF-8 is at home.
  const bool plain = keyword != kXmpKeyword && is_ascii(text);
  const std::size_t chunk = detail::begin_png_chunk(plain ? "tEXt" : "iTXt", into);
  append(into, as_bytes(keyword));
  append(into, as_bytes(kZero));
  if (!plain) into.resize(into.size() + 4);  // not packed; no language, no translated keyword
  append(into, as_bytes(text));
  detail::end_png_chunk(chunk, into);
  return {};
}

// The colour profile

// Name, zero, method, packed profile.
Result<void> read_profile(const PngChunk& chunk, Metadata& into) {
  std::string_view rest = as_text(chunk.data);
  if (!take_string(rest) || !take_zero(rest)) return malformed(chunk);
  OMV_TRY(into.icc, detail::unpack_zlib(as_bytes(rest), kMaxUnpacked));
  return {};
}

Result<void> append_profile(const Bytes& profile, Bytes& into) {
  const std::size_t chunk = detail::begin_png_chunk("iCCP", into);
  append(into, as_bytes(kProfileName));
  into.resize(into.size() + 2);
  detail::ZlibWriter writer;
  OMV_CHECK(writer.append(profile, kLevel, into));
  detail::end_png_chunk(chunk, into);
  return {};
}

// The resolution

Result<void> read_resolution(const PngChunk& chunk, Metadata& into) {
  if (chunk.data.size() != 9) return malformed(chunk);
  const std::uint32_t x = detail::load_be32(chunk.data.data());
  const std::uint32_t y = detail::load_be32(chunk.data.data() + 4);
  if (x == y && chunk.data[8] == kMetre) into.dots_per_metre = x;
  return {};
}

void append_resolution(std::uint32_t dots_per_metre, Bytes& into) {
  const std::size_t chunk = detail::begin_png_chunk("pHYs", into);
  detail::append_be32(into, dots_per_metre);
  detail::append_be32(into, dots_per_metre);
  into.push_back(kMetre);
  detail::end_png_chunk(chunk, into);
}

// All of them

Result<void> read_chunk(const PngChunk& chunk, Metadata& into) {
  if (chunk.type == "eXIf") into.exif.assign(chunk.data.begin(), chunk.data.end());
  if (chunk.type == "iCCP") return read_profile(chunk, into);
  if (chunk.type == "tEXt") return read_plain_text(chunk, into);
  if (chunk.type == "zTXt") return read_packed_text(chunk, into);
  if (chunk.type == "iTXt") return read_international_text(chunk, into);
  if (chunk.type == "pHYs") return read_resolution(chunk, into);
  return {};
}

bool has_text(const Metadata& metadata, std::string_view keyword) {
  return std::any_of(metadata.texts.begin(), metadata.texts.end(),
                     [keyword](const auto& text) { return text.first == keyword; });
}

struct Contents {
  Metadata metadata;
  std::size_t behind_header = 0;  // offset in the file
  bool has_colours = false;       // said by a chunk that a profile would contradict
  bool has_resolution = false;    // in whatever unit
};

Result<Contents> read_contents(ConstByteSpan bytes) {
  Contents contents;
  detail::PngChunkReader reader(bytes);
  while (true) {
    OMV_TRY(const auto chunk, reader.next());
    if (!chunk) return contents;
    if (contents.behind_header == 0) contents.behind_header = detail::kPngSignatureBytes + chunk->whole.size();
    if (chunk->type == "iCCP" || chunk->type == "sRGB" || chunk->type == "cICP") contents.has_colours = true;
    if (chunk->type == "pHYs") contents.has_resolution = true;
    OMV_CHECK(read_chunk(*chunk, contents.metadata));
  }
}

// What of `wanted` a file with these contents does not say yet.
Metadata missing_in(const Contents& contents, const Metadata& wanted) {
  const Metadata& there = contents.metadata;
  Metadata missing = wanted;
  if (!there.exif.empty()) missing.exif.clear();
  if (!there.xmp.empty()) missing.xmp.clear();
  if (contents.has_colours) missing.icc.clear();
  if (contents.has_resolution) missing.dots_per_metre = 0;
  if (has_text(there, kCommentKeyword)) missing.comments.clear();
  std::erase_if(missing.texts, [&there](const auto& text) { return has_text(there, text.first); });
  return missing;
}

}  // namespace

Result<void> detail::append_png_metadata(const Metadata& metadata, Bytes& into) {
  if (metadata.dots_per_metre > kMaxPngChunk)
    return Error{Errc::invalid, "PNG resolution of " + std::to_string(metadata.dots_per_metre) + " dots per metre"};
  if (!metadata.icc.empty()) OMV_CHECK(append_profile(metadata.icc, into));
  if (metadata.dots_per_metre != 0) append_resolution(metadata.dots_per_metre, into);
  if (!metadata.exif.empty()) append_png_chunk("eXIf", metadata.exif, into);
  if (!metadata.xmp.empty()) OMV_CHECK(append_text(kXmpKeyword, metadata.xmp, into));
  for (const std::string& comment : metadata.comments) OMV_CHECK(append_text(kCommentKeyword, comment, into));
  for (const auto& [keyword, text] : metadata.texts) OMV_CHECK(append_text(keyword, text, into));
  return {};
}

Result<Metadata> read_png_metadata(ConstByteSpan bytes) {
  OMV_TRY(Contents contents, read_contents(bytes));
  return std::move(contents.metadata);
}

Result<void> add_png_metadata(ConstByteSpan bytes, const Metadata& metadata, Bytes& into) {
  into.clear();
  OMV_TRY(const Contents contents, read_contents(bytes));
  Bytes added;
  OMV_CHECK(detail::append_png_metadata(missing_in(contents, metadata), added));
  into.reserve(bytes.size() + added.size());
  append(into, bytes.first(contents.behind_header));
  append(into, added);
  append(into, bytes.subspan(contents.behind_header));
  return {};
}

}  // namespace omv::formats
