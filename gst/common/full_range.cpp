// SPDX-License-Identifier: LGPL-2.1-or-later
// Which pictures pass, which are left to the codec, and which are converted.
#include "common/full_range.h"

#include <string>
#include <utility>

namespace omv::gst {

namespace {

bool has_other_matrix(const GstVideoInfo& video) {
  const GstVideoColorMatrix matrix = video.colorimetry.matrix;
  return GST_VIDEO_INFO_IS_YUV(&video) && matrix != GST_VIDEO_COLOR_MATRIX_BT601 &&
         matrix != GST_VIDEO_COLOR_MATRIX_UNKNOWN;
}

// What a codec that stretches can stretch.
bool is_limited_601(const GstVideoInfo& video) {
  return !GST_VIDEO_INFO_IS_RGB(&video) && GST_VIDEO_INFO_COMP_DEPTH(&video, 0) == 8 && !has_other_matrix(video) &&
         video.colorimetry.range == GST_VIDEO_COLOR_RANGE_16_235;
}

bool needs_nothing(const GstVideoInfo& video) {
  const bool raw = video.finfo != nullptr && GST_VIDEO_INFO_FORMAT(&video) != GST_VIDEO_FORMAT_ENCODED;
  const GstVideoColorRange range = video.colorimetry.range;
  return !raw || range == GST_VIDEO_COLOR_RANGE_UNKNOWN ||
         (range == GST_VIDEO_COLOR_RANGE_0_255 && !has_other_matrix(video));
}

Error unmappable(GstBuffer* buffer) {
  return {Errc::truncated,
          "the buffer of " + std::to_string(gst_buffer_get_size(buffer)) + " bytes is smaller than its caps say"};
}

}  // namespace

FullRange::FullRange(const PictureLayout& layout, LimitedRange limited)
    : input_(layout.video), output_(layout), verbatim_(needs_nothing(layout.video)) {
  if (verbatim_) return;
  limited_ = limited == LimitedRange::left && is_limited_601(input_);
  verbatim_ = limited_;
  output_.video.colorimetry.range = GST_VIDEO_COLOR_RANGE_0_255;
  if (GST_VIDEO_INFO_IS_YUV(&input_)) output_.video.colorimetry.matrix = GST_VIDEO_COLOR_MATRIX_BT601;
}

FullRange::Converter FullRange::take_converter() const {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      Converter converter = std::move(idle_.back());
      idle_.pop_back();
      return converter;
    }
  }
  return Converter(gst_video_converter_new(&input_, &output_.video, nullptr));
}

void FullRange::put_back(Converter converter) const {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(converter));
}

void FullRange::apply(const GstVideoFrame& from, GstVideoFrame& to) const {
  Converter converter = take_converter();
  gst_video_converter_frame(converter.get(), &from, &to);
  put_back(std::move(converter));
}

Result<GstBuffer*> FullRange::convert(GstBuffer* buffer) const {
  if (verbatim_) return gst_buffer_ref(buffer);
  GstVideoFrame from;
  if (!gst_video_frame_map(&from, &input_, buffer, GST_MAP_READ)) return unmappable(buffer);
  GstBuffer* converted = gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&output_.video), nullptr);
  GstVideoFrame to;
  const bool mapped = gst_video_frame_map(&to, &output_.video, converted, GST_MAP_WRITE);
  if (mapped) {
    apply(from, to);
    gst_video_frame_unmap(&to);
  }
  gst_video_frame_unmap(&from);
  if (mapped) return converted;
  gst_buffer_unref(converted);
  return unmappable(buffer);
}

}  // namespace omv::gst
