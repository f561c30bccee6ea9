// SPDX-License-Identifier: LGPL-2.1-or-later
// PNG: a quick encoder on libdeflate, a decoder on libpng, and the metadata of its chunks.
#pragma once

#include <cstdint>
#include <memory>

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/formats/format.h"
#include "omv/formats/metadata.h"
#include "omv/formats/png_settings.h"
#include "omv/image/image.h"

namespace omv::formats {

/// Reuse one encoder from picture to picture; one thread at a time.
class PngEncoder {
 public:
  PngEncoder();
  PngEncoder(PngEncoder&&) noexcept;
  PngEncoder& operator=(PngEncoder&&) noexcept;
  ~PngEncoder();

  /// Replaces the contents of `into` by the coded picture; its capacity is reused. Binary gives 1 bit grey, which is
  /// never filtered; grayscale and gray16 8 and 16 bit grey; formats with alpha RGBA; all others 8 bit RGB. Those with
  /// chroma are converted, Bayer is interpolated, 565 expanded: the picture that PNG can hold, without further loss.
  /// Errc::invalid for a size or level outside its range or metadata that PNG forbids, Errc::unsupported for compressed
  /// formats and argb8, Errc::limit for pixels of 2 GiB. After an error `into` is empty.
  Result<void> encode(const ImageView& image, const PngSettings& settings, Bytes& into,
                      const Metadata* metadata = nullptr);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Decodes a whole file, whose IEND must be there: no half pictures. 1 bit grey becomes binary, up to 8 bit grayscale,
/// 16 bit gray16; colours and palettes rgb888; any of them with alpha or a transparent colour rgba8888. 16 bit colours
/// are rounded to 8. Errc::truncated, Errc::invalid, Errc::limit. Bytes behind IEND do not matter.
Result<Frame> decode_png(ConstByteSpan bytes, std::uint64_t max_pixels = DecodeOptions{}.max_pixels);

/// eXIf, iCCP, tEXt, zTXt, iTXt (XMP under its own keyword) and pHYs. Errc::truncated, Errc::invalid; Errc::limit for a
/// chunk that unpacks to more than 16 MiB.
Result<Metadata> read_png_metadata(ConstByteSpan bytes);

/// See Format::add_metadata; of texts those whose keyword is there stay. A profile is not added to a file that says its
/// colours by sRGB or cICP. Errc::invalid for a keyword that is not 1 to 79 characters long, a text with a zero byte.
Result<void> add_png_metadata(ConstByteSpan bytes, const Metadata& metadata, Bytes& into);

/// The registry's row.
extern const Format kPngFormat;

}  // namespace omv::formats
