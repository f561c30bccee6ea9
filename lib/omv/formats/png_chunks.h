// SPDX-License-Identifier: LGPL-2.1-or-later
// The chunks of a PNG file (PNG specification, section 5): walked over and written.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "omv/base/bytes.h"
#include "omv/base/result.h"

namespace omv::formats::detail {

inline constexpr std::size_t kPngSignatureBytes = 8;
inline constexpr std::size_t kMaxPngChunk = 0x7FFFFFFF;

/// Borrowed from the file.
struct PngChunk {
  std::string_view type;  ///< "IHDR"
  ConstByteSpan data;
  ConstByteSpan whole;  ///< with length, type and checksum
};

/// Walks from IHDR to IEND.
class PngChunkReader {
 public:
  explicit PngChunkReader(ConstByteSpan file) : rest_(file) {}

  /// nullopt behind IEND. Errc::truncated when the file ends before, Errc::invalid without the signature, when IHDR is
  /// not first, for a length beyond kMaxPngChunk and for a wrong checksum.
  Result<std::optional<PngChunk>> next();

 private:
  Result<void> read_signature();

  ConstByteSpan rest_;
  bool begun_ = false;
  bool ended_ = false;
};

void append_png_signature(Bytes& into);

/// Appends length, type and room for the data that the caller appends; end_png_chunk() sets length and checksum.
/// Returns what end_png_chunk() wants.
std::size_t begin_png_chunk(std::string_view type, Bytes& into);
void end_png_chunk(std::size_t start, Bytes& into);

void append_png_chunk(std::string_view type, ConstByteSpan data, Bytes& into);

std::uint32_t load_be32(const std::uint8_t* from);
void append_be32(Bytes& into, std::uint32_t value);

}  // namespace omv::formats::detail
