// SPDX-License-Identifier: LGPL-2.1-or-later
// JPEG pictures by libjpeg-turbo: encoder with the camera's quality and subsampling rules, decoder for stills.
#pragma once

#include <cstdint>
#include <memory>

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/formats/format.h"
#include "omv/formats/jpeg_settings.h"
#include "omv/formats/metadata.h"
#include "omv/image/image.h"

namespace omv::formats {

/// JPEG with the camera's quantisation (spec: media, section 3.2; the order of the tables is libjpeg's). Pictures that
/// have the chroma of the stream already (spec: media, section 3.1) go in as they are; RGB is read in its own order,
/// 565 row by row; nothing makes a second picture of the first. Formats with chroma are BT.601, full range. Reuse one
/// encoder from frame to frame; one thread at a time.
class JpegEncoder {
 public:
  JpegEncoder();
  JpegEncoder(JpegEncoder&&) noexcept;
  JpegEncoder& operator=(JpegEncoder&&) noexcept;
  ~JpegEncoder();

  /// Replaces the contents of `into` by the coded picture; its capacity is reused. Any raw format of 8 bit a sample
  /// without alpha, 1x1 and up: grayscale and binary give one component, all others three. Errc::invalid for a setting
  /// or size outside its range, Errc::unsupported for what JPEG can't hold (coded pictures, alpha, 16 bit), Errc::limit
  /// for metadata that is too long (jpeg_segments()). After an error `into` is empty.
  Result<void> encode(const ImageView& image, const JpegSettings& settings, Bytes& into, const Metadata& metadata = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct JpegDecodeLimits {
  std::uint64_t max_pixels = 100'000'000;  ///< more is Errc::limit, before anything is allocated
  int max_scans = 500;                     ///< a progressive stream with more is Errc::limit
};

/// Decodes a whole stream to `format` (grayscale, rgb565 or rgb888; others are Errc::unsupported) in packed rows.
/// Errc::truncated when the stream ends early, Errc::invalid when it is damaged: no half pictures.
/// Bytes behind EOI do not matter.
Result<Frame> decode_jpeg(ConstByteSpan bytes, PixelFormat format, const JpegDecodeLimits& limits = {});

/// The registry's row. Holds every raw format of 8 bit a sample without alpha; decode() gives grayscale or rgb888.
extern const Format kJpegFormat;

}  // namespace omv::formats
