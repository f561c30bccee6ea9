// SPDX-License-Identifier: LGPL-2.1-or-later
// Lengths and checksums of chunks.
#include "omv/formats/png_chunks.h"

#include <libdeflate.h>

#include <array>
#include <string>

#include "omv/image/coded_header.h"

namespace omv::formats::detail {

namespace {

constexpr std::array<std::uint8_t, kPngSignatureBytes> kSignature = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
constexpr std::size_t kBeforeData = 8;
constexpr std::size_t kAroundData = 12;

void store_be32(std::uint8_t* to, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) *to++ = static_cast<std::uint8_t>(value >> shift);
}

// Of type and data.
std::uint32_t checksum(ConstByteSpan bytes) { return libdeflate_crc32(0, bytes.data(), bytes.size()); }

}  // namespace

std::uint32_t load_be32(const std::uint8_t* from) {
  return std::uint32_t{from[0]} << 24 | std::uint32_t{from[1]} << 16 | std::uint32_t{from[2]} << 8 | from[3];
}

void append_be32(Bytes& into, std::uint32_t value) {
  into.resize(into.size() + 4);
  store_be32(into.data() + into.size() - 4, value);
}

Result<void> PngChunkReader::read_signature() {
  if (rest_.size() < kPngSignatureBytes) return Error{Errc::truncated, "PNG ends within its signature"};
  if (!looks_like_png(rest_)) return Error{Errc::invalid, "not a PNG file: no signature"};
  rest_ = rest_.subspan(kPngSignatureBytes);
  return {};
}

Result<std::optional<PngChunk>> PngChunkReader::next() {
  if (ended_) return std::optional<PngChunk>();
  const bool first = !begun_;
  if (first) OMV_CHECK(read_signature());
  begun_ = true;
  if (rest_.size() < kAroundData) return Error{Errc::truncated, "PNG ends before its IEND"};
  const std::size_t length = load_be32(rest_.data());
  const std::string_view type = as_text(rest_.subspan(4, 4));
  if (first && type != "IHDR") return Error{Errc::invalid, "PNG does not begin with IHDR"};
  if (length > kMaxPngChunk) return Error{Errc::invalid, "PNG chunk of " + std::to_string(length) + " bytes"};
  if (rest_.size() - kAroundData < length) return Error{Errc::truncated, "PNG ends within a chunk"};
  const PngChunk chunk = {type, rest_.subspan(kBeforeData, length), rest_.first(kAroundData + length)};
  if (checksum(rest_.subspan(4, 4 + length)) != load_be32(rest_.data() + kBeforeData + length))
    return Error{Errc::invalid, "PNG chunk with a wrong checksum"};
  ended_ = type == "IEND";
  rest_ = rest_.subspan(chunk.whole.size());
  return std::optional(chunk);
}

void append_png_signature(Bytes& into) { append(into, kSignature); }

std::size_t begin_png_chunk(std::string_view type, Bytes& into) {
  const std::size_t start = into.size();
  append_be32(into, 0);
  append(into, as_bytes(type));
  return start;
}

void end_png_chunk(std::size_t start, Bytes& into) {
  store_be32(into.data() + start, static_cast<std::uint32_t>(into.size() - start - kBeforeData));
  append_be32(into, checksum(ConstByteSpan(into).subspan(start + 4)));
}

void append_png_chunk(std::string_view type, ConstByteSpan data, Bytes& into) {
  const std::size_t start = begin_png_chunk(type, into);
  append(into, data);
  end_png_chunk(start, into);
}

}  // namespace omv::formats::detail
