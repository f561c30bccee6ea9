// SPDX-License-Identifier: LGPL-2.1-or-later
// Y Cb Cr of any range and matrix as the still codecs take it: BT.601, full range, which is what JPEG means.
#pragma once

#include <gst/video/video.h>

#include <memory>
#include <mutex>
#include <vector>

#include "common/picture.h"
#include "omv/base/result.h"

namespace omv::gst {

/// What is to be done about limited-range BT.601 and 8-bit grey.
enum class LimitedRange {
  stretched,
  left,  ///< it passes: the codec stretches it itself, which is faster
};

/// Made once for the caps of a stream; convert() may run on any number of threads at once.
class FullRange {
 public:
  /// For caps that picture_layout() has read. Pass as they are: full-range BT.601 and grey, RGB (taken as full range),
  /// 16-bit grey, Bayer, and what does not say its range. Limited-range BT.601 and grey are stretched; other matrices
  /// go through GStreamer's converter. The format, and with it the sampling of chroma, stays.
  FullRange(const PictureLayout& layout, LimitedRange limited);

  /// The same pictures with their meaning changed, as they are behind convert() and the codec.
  const PictureLayout& layout() const { return output_; }

  /// The codec has to stretch what convert() gives.
  bool is_limited() const { return limited_; }

  /// Another reference to `buffer` (which stays the caller's) when nothing is to be done, else a new buffer with its
  /// pixels and nothing else of it. Errc::truncated when the buffer is smaller than its caps say.
  Result<GstBuffer*> convert(GstBuffer* buffer) const;

 private:
  enum class Way { verbatim, stretch, matrix };
  struct FreeConverter {
    void operator()(GstVideoConverter* converter) const { gst_video_converter_free(converter); }
  };
  using Converter = std::unique_ptr<GstVideoConverter, FreeConverter>;

  static Way way_of(const GstVideoInfo& video);
  void apply(const GstVideoFrame& from, GstVideoFrame& to) const;
  Converter take_converter() const;
  void put_back(Converter converter) const;

  GstVideoInfo input_;
  PictureLayout output_;
  Way way_;
  bool limited_ = false;
  mutable std::mutex mutex_;
  mutable std::vector<Converter> idle_;  // a converter serves one thread at a time
};

}  // namespace omv::gst
