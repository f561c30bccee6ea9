// SPDX-License-Identifier: LGPL-2.1-or-later
// Raw pictures between GStreamer and the codecs: which caps the library reads, and buffers as views of their pixels.
#pragma once

#include <gst/video/video.h>

#include "omv/base/result.h"
#include "omv/image/image.h"

namespace omv::gst {

/// Caps of the raw pictures (video/x-raw, Bayer, 1 bit a pixel) whose pixel format `wanted` accepts, 1x1 to
/// kMaxDimension square; `most` for video/x-raw.
GstCaps* picture_caps(bool (*wanted)(PixelFormat), std::uint32_t most = kMaxDimension);

/// What caps say of raw pictures.
struct PictureLayout {
  FrameInfo info;
  GstVideoInfo video = {};  ///< all zero for what is no video/x-raw
};

/// Errc::unsupported names the field that does not fit.
Result<PictureLayout> picture_layout(const GstCaps* caps);

/// The layout of a picture in one plane whose rows have no padding. Errc::unsupported: GStreamer has no such format.
Result<PictureLayout> packed_layout(const FrameInfo& info);

/// A buffer's pixels, mapped for reading as long as this lives. Strides and offsets are those of its GstVideoMeta, if
/// it has one. Holds no reference: the buffer outlives it.
class MappedPicture {
 public:
  /// Errc::truncated when the buffer is smaller than its caps say; Errc::io when it can't be mapped.
  static Result<MappedPicture> map(GstBuffer* buffer, const PictureLayout& layout);

  MappedPicture(MappedPicture&& other) noexcept;
  MappedPicture& operator=(MappedPicture&&) = delete;
  ~MappedPicture();

  /// The samples as the buffer has them: 4:2:x formats may have any range and matrix, as the caps say.
  const ImageView& view() const { return view_; }

 private:
  MappedPicture() = default;
  Result<void> map_video(GstBuffer* buffer, const PictureLayout& layout);
  Result<void> map_plain(GstBuffer* buffer, const PictureLayout& layout);

  ImageView view_;
  GstVideoFrame frame_ = {};    // mapped when its buffer is set
  GstBuffer* plain_ = nullptr;  // of Bayer and 1-bit pictures, which GstVideoFrame does not know
  GstMapInfo plain_map_ = {};
};

}  // namespace omv::gst
