// SPDX-License-Identifier: LGPL-2.1-or-later
// JPEG pictures by libjpeg-turbo: encoder with the camera's quality and subsampling rules, decoder for stills.
#pragma once

#include <cstdint>
#include <memory>

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/formats/format.h"
#include "omv/formats/jpeg_settings.h"
#include "omv/image/image.h"

namespace omv::formats {

/// Baseline JPEG with the standard tables (spec: media, section 3.2; the order of the tables is libjpeg's).
/// Reuse one encoder from frame to frame; one thread at a time.
class JpegEncoder {
 public:
  JpegEncoder();
  JpegEncoder(JpegEncoder&&) noexcept;
  JpegEncoder& operator=(JpegEncoder&&) noexcept;
  ~JpegEncoder();

  /// Replaces the contents of `into` by the coded picture; its capacity is reused. Any raw format of 1x1 and up:
  /// grayscale and binary give one component, all others three. Errc::invalid for a quality or size outside the
  /// range, Errc::unsupported for a compressed format or argb8. After an error `into` is empty.
  Result<void> encode(const ImageView& image, const JpegSettings& settings, Bytes& into);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct JpegDecodeLimits {
  std::uint64_t max_pixels = 100'000'000;  ///< more is Errc::limit, before anything is allocated
  int max_scans = 500;                     ///< a progressive stream with more is Errc::limit
};

/// Decodes a whole stream to `format` (grayscale or rgb565; others are Errc::unsupported) in packed rows.
/// Errc::truncated when the stream ends early, Errc::invalid when it is damaged: no half pictures.
/// Bytes behind EOI do not matter.
Result<Frame> decode_jpeg(ConstByteSpan bytes, PixelFormat format, const JpegDecodeLimits& limits = {});

/// Packed R, G, B triples.
struct RgbPicture {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  Bytes data;
};

/// The same to 24 bit, for tools that show pictures.
Result<RgbPicture> decode_jpeg_rgb(ConstByteSpan bytes, const JpegDecodeLimits& limits = {});

/// The registry's row. Holds every raw format of 8 bit a sample without alpha; decode() gives grayscale or rgb888.
extern const Format kJpegFormat;

}  // namespace omv::formats
