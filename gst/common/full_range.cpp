// SPDX-License-Identifier: LGPL-2.1-or-later
// Which pictures pass, which are stretched, here or by the codec, and which need another matrix.
#include "common/full_range.h"

#include <array>
#include <numeric>
#include <string>
#include <utility>

#include "omv/image/full_range.h"

namespace omv::gst {

namespace {

bool has_other_matrix(const GstVideoInfo& video) {
  const GstVideoColorMatrix matrix = video.colorimetry.matrix;
  return GST_VIDEO_INFO_IS_YUV(&video) && matrix != GST_VIDEO_COLOR_MATRIX_BT601 &&
         matrix != GST_VIDEO_COLOR_MATRIX_UNKNOWN;
}

bool is_8_bit_luma(const GstVideoInfo& video) {
  const bool raw = video.finfo != nullptr && GST_VIDEO_INFO_FORMAT(&video) != GST_VIDEO_FORMAT_ENCODED;
  return raw && !GST_VIDEO_INFO_IS_RGB(&video) && GST_VIDEO_INFO_COMP_DEPTH(&video, 0) == 8;
}

// Rows of a plane whose first component is `component`, one by one: row(from, bytes, to).
template <typename Row>
void for_each_row(const GstVideoFrame& from, GstVideoFrame& to, guint plane, guint component, Row row) {
  const auto* in = static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&from, plane));
  auto* out = static_cast<std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&to, plane));
  const auto bytes = static_cast<std::size_t>(GST_VIDEO_FRAME_COMP_WIDTH(&from, component)) *
                     static_cast<std::size_t>(GST_VIDEO_FRAME_COMP_PSTRIDE(&from, component));
  for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT(&from, component); ++y) {
    row(in, bytes, out);
    in += GST_VIDEO_FRAME_PLANE_STRIDE(&from, plane);
    out += GST_VIDEO_FRAME_PLANE_STRIDE(&to, plane);
  }
}

using Table = std::array<std::uint8_t, 256>;

Table table_of(void (*expand)(const std::uint8_t*, std::size_t, std::uint8_t*)) {
  Table table;
  std::iota(table.begin(), table.end(), std::uint8_t{0});
  expand(table.data(), table.size(), table.data());
  return table;
}

// 4:2:2 in one plane, where luma and chroma take turns. The last pair of an odd row is there as a whole.
void stretch_packed(const GstVideoFrame& from, GstVideoFrame& to) {
  const Table luma = table_of(expand_luma);
  const Table chroma = table_of(expand_chroma);
  const bool luma_first = GST_VIDEO_FRAME_COMP_OFFSET(&from, GST_VIDEO_COMP_Y) == 0;
  const Table& even = luma_first ? luma : chroma;
  const Table& odd = luma_first ? chroma : luma;
  for_each_row(from, to, 0, GST_VIDEO_COMP_Y, [&](const std::uint8_t* in, std::size_t bytes, std::uint8_t* out) {
    for (std::size_t i = 0; i < (bytes + 3) / 4 * 4; i += 2) {
      out[i] = even[in[i]];
      out[i + 1] = odd[in[i + 1]];
    }
  });
}

// GStreamer's converter copies between pictures of one format and matrix, whatever their ranges are.
void stretch(const GstVideoFrame& from, GstVideoFrame& to) {
  const guint planes = GST_VIDEO_FRAME_N_PLANES(&from);
  if (planes == 1 && GST_VIDEO_INFO_IS_YUV(&from.info)) return stretch_packed(from, to);
  for_each_row(from, to, 0, GST_VIDEO_COMP_Y, expand_luma);
  for (guint plane = 1; plane < planes; ++plane)
    for_each_row(from, to, plane, GST_VIDEO_COMP_U, expand_chroma);  // U and V are of one size
}

Error unmappable(GstBuffer* buffer) {
  return {Errc::truncated,
          "the buffer of " + std::to_string(gst_buffer_get_size(buffer)) + " bytes is smaller than its caps say"};
}

}  // namespace

FullRange::FullRange(const PictureLayout& layout, LimitedRange limited)
    : input_(layout.video), output_(layout), way_(way_of(layout.video)) {
  if (way_ == Way::verbatim) return;
  output_.video.colorimetry.range = GST_VIDEO_COLOR_RANGE_0_255;
  if (GST_VIDEO_INFO_IS_YUV(&input_)) output_.video.colorimetry.matrix = GST_VIDEO_COLOR_MATRIX_BT601;
  limited_ = way_ == Way::stretch && limited == LimitedRange::left;
  if (limited_) way_ = Way::verbatim;
}

FullRange::Way FullRange::way_of(const GstVideoInfo& video) {
  if (!is_8_bit_luma(video) || video.colorimetry.range == GST_VIDEO_COLOR_RANGE_UNKNOWN) return Way::verbatim;
  if (has_other_matrix(video)) return Way::matrix;
  return video.colorimetry.range == GST_VIDEO_COLOR_RANGE_16_235 ? Way::stretch : Way::verbatim;
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
  if (way_ == Way::stretch) return stretch(from, to);
  Converter converter = take_converter();
  gst_video_converter_frame(converter.get(), &from, &to);
  put_back(std::move(converter));
}

Result<GstBuffer*> FullRange::convert(GstBuffer* buffer) const {
  if (way_ == Way::verbatim) return gst_buffer_ref(buffer);
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
