// SPDX-License-Identifier: LGPL-2.1-or-later
// What a camera makes of a picture before it sends it: raw, scaled, or JPEG at a quality of its own
// (spec: protocol-v2, section 11 "What the camera sends").
#pragma once

#include <cstdint>
#include <optional>

#include "omv/camera/frame_provider.h"
#include "omv/formats/jpeg.h"

namespace omv::emulator {

/// The JPEG preview of a board (spec: cameras, section 1 "JPEG preview parameters").
struct QualityRule {
  int low = 50;                       ///< ceiling for pictures whose raw size is above the threshold
  int high = 90;                      ///< ceiling for all others
  std::uint64_t threshold = 153'600;  ///< bytes
};

struct PreviewOptions {
  QualityRule rule;
  std::optional<int> quality;                      ///< fixed, 1..100; else automatic
  std::uint64_t stream_buffer = 64 * 1024 * 1024;  ///< bytes; a frame with its header of 32 must fit
};

/// Used by one thread.
class Preview {
 public:
  explicit Preview(const PreviewOptions& options);

  /// Forgets the quality reached so far. `quality` is fixed from now on; nullopt: what the options say.
  void restart(std::optional<int> quality);

  /// The picture as the camera sends it: compressed pictures verbatim; binary, grayscale and rgb565 raw when asked for
  /// and scaled down if need be; everything else as JPEG. `picture` is not copied unless it must change.
  /// The result refers to `picture` or to memory that is valid until the next call.
  /// A result without data: the camera shows nothing, because the JPEG does not fit into the stream buffer or a side
  /// would be scaled to 0. Errc::invalid: `picture` has not the size that `info` says.
  Result<camera::CapturedFrame> make(const FrameInfo& info, ConstByteSpan picture,
                                     const camera::StreamRequest& request);

  /// Quality of the next automatic JPEG, for tests.
  int quality() const { return quality_; }

 private:
  bool fits(std::uint64_t size) const;
  Result<camera::CapturedFrame> make_jpeg(const FrameInfo& info, ConstByteSpan picture);
  camera::CapturedFrame scale(const FrameInfo& info, ConstByteSpan picture, const FrameInfo& target);
  void adapt(std::uint64_t raw_size);

  PreviewOptions options_;
  std::optional<int> fixed_quality_;
  int quality_;
  int hold_ = 0;  // frames for which the quality does not rise
  formats::JpegEncoder encoder_;
  Bytes buffer_;
};

}  // namespace omv::emulator
