// SPDX-License-Identifier: LGPL-2.1-or-later
// The registry of still formats: one row each, found by the extension of a file name or by the bytes of a file.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/formats/jpeg_settings.h"
#include "omv/formats/metadata.h"
#include "omv/formats/png_settings.h"
#include "omv/image/image.h"

namespace omv::formats {

struct EncodeOptions {
  JpegSettings jpeg;
  PngSettings png;
  const Metadata* metadata = nullptr;  ///< borrowed; formats that hold none leave it out
};

struct DecodeOptions {
  std::uint64_t max_pixels = 100'000'000;  ///< more is Errc::limit, before anything is allocated
  std::optional<FrameInfo> geometry;       ///< what a file without a header shows (.raw, .yuv, .rgb)
};

/// A still format. All functions may be called from any thread at once; none keeps anything.
struct Format {
  std::string_view name;                         ///< as messages say it: "BMP"
  std::span<const std::string_view> extensions;  ///< in lower case and without the dot, the usual one first
  std::string_view media_type;                   ///< "image/bmp"
  std::optional<PixelFormat> coded;              ///< jpeg or png: a frame that is coded already is such a file
  bool (*sniff)(ConstByteSpan bytes);            ///< nullptr: a file without a header can't be told by its bytes
  bool (*holds)(PixelFormat format);             ///< what encode() takes

  /// Replaces the contents of `into` by a whole file. Errc::unsupported for a pixel format that holds() denies,
  /// Errc::invalid for a size or a setting outside its range; `into` is empty then.
  Result<void> (*encode)(const ImageView& image, const EncodeOptions& options, Bytes& into);

  /// The picture in the file's own pixel format and packed rows. Errc::truncated, Errc::invalid, Errc::limit,
  /// Errc::unsupported: no half pictures. Files without a header need options.geometry (Errc::invalid without).
  Result<Frame> (*decode)(ConstByteSpan bytes, const DecodeOptions& options);

  /// What the file says besides its pixels; nullptr for formats that hold nothing else.
  Result<Metadata> (*read_metadata)(ConstByteSpan bytes);

  /// Replaces `into` by the file `bytes` with `metadata` added, its pixels untouched. What is there already stays as it
  /// is and wins. nullptr for formats that hold nothing else.
  Result<void> (*add_metadata)(ConstByteSpan bytes, const Metadata& metadata, Bytes& into);
};

/// All formats, those with a sniffer first.
std::span<const Format* const> formats();

/// By an extension without its dot, in any case; nullptr when no format has it.
const Format* format_by_extension(std::string_view extension);

/// By the name of a file, of which only the last part counts. Errc::invalid names the path and lists the known
/// extensions, for a name without an extension too.
Result<const Format*> format_for_path(std::string_view path);

/// By what the bytes begin with; nullptr when no sniffer knows them.
const Format* format_by_content(ConstByteSpan bytes);

/// ".bmp .pgm …" for messages and documentation.
std::string known_extensions();

}  // namespace omv::formats
