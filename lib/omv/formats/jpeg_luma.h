// SPDX-License-Identifier: LGPL-2.1-or-later
// The luma of a JPEG picture at an eighth of its size, from DC coefficients alone.
#pragma once

#include <memory>

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/formats/jpeg.h"
#include "omv/image/image.h"
#include "omv/image/orientation.h"

namespace omv::formats {

/// For whoever looks at pictures without showing them: a value for each block of 8x8 pixels, its mean. Baseline streams
/// in one scan are walked from code to code; all others go through libjpeg, which gives the same values. Reuse one
/// decoder from frame to frame, it remembers tables; one thread at a time.
class JpegLumaDecoder {
 public:
  JpegLumaDecoder();
  JpegLumaDecoder(JpegLumaDecoder&&) noexcept;
  JpegLumaDecoder& operator=(JpegLumaDecoder&&) noexcept;
  ~JpegLumaDecoder();

  /// `into` becomes grayscale of an eighth of the size, rounded up; its memory is reused. Returns the size of the
  /// picture. Errors as decode_jpeg(); what `into` holds then is without meaning.
  Result<Size> decode(ConstByteSpan jpeg, Frame& into, const JpegDecodeLimits& limits = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace omv::formats
