// SPDX-License-Identifier: LGPL-2.1-or-later
// Questions to GStreamer's table of video formats.
#include "common/work_format.h"

namespace omv::gst {

namespace {

constexpr guint kOpaque = GST_VIDEO_FORMAT_FLAG_COMPLEX | GST_VIDEO_FORMAT_FLAG_TILED | GST_VIDEO_FORMAT_FLAG_PALETTE;

bool same_kind(const GstVideoFormatInfo& a, const GstVideoFormatInfo& b) {
  constexpr guint kKind = GST_VIDEO_FORMAT_FLAG_YUV | GST_VIDEO_FORMAT_FLAG_RGB | GST_VIDEO_FORMAT_FLAG_GRAY;
  return (a.flags & kKind) == (b.flags & kKind);
}

bool has_bytes(const GstVideoFormatInfo& format, guint component) {
  return GST_VIDEO_FORMAT_INFO_DEPTH(&format, component) == 8;
}

// Whole bytes for red, green and blue of one plane.
bool is_packed_rgb(const GstVideoFormatInfo& format) {
  return is_rgb(format) && (format.flags & kOpaque) == 0 && GST_VIDEO_FORMAT_INFO_N_PLANES(&format) == 1 &&
         has_bytes(format, 0) && has_bytes(format, 1) && has_bytes(format, 2);
}

std::uint8_t offset_of(const GstVideoFormatInfo& format, guint component) {
  return static_cast<std::uint8_t>(GST_VIDEO_FORMAT_INFO_POFFSET(&format, component));
}

}  // namespace

bool is_deep(const GstVideoFormatInfo& format) {
  return GST_VIDEO_FORMAT_INFO_DEPTH(&format, 0) > 8 && (format.flags & GST_VIDEO_FORMAT_FLAG_PALETTE) == 0;
}

GstVideoFormat full_format(const GstVideoFormatInfo& format) {
  if (is_grey(format)) return is_deep(format) ? GST_VIDEO_FORMAT_GRAY16_LE : GST_VIDEO_FORMAT_GRAY8;
  return format.unpack_format == GST_VIDEO_FORMAT_AYUV && !has_alpha(format) ? GST_VIDEO_FORMAT_Y444
                                                                             : format.unpack_format;
}

// Chroma samples can't be cut in two. Formats of bit fields and tiles are read from the beginning of a row, and so are,
// in GStreamer 1.22, those of four 16-bit samples that it does not compute in.
bool can_cut_at(const GstVideoFormatInfo& format, std::uint32_t x, std::uint32_t y) {
  constexpr gint kFourWideSamples = 8;
  const gint bytes = GST_VIDEO_FORMAT_INFO_PSTRIDE(&format, 0);
  const bool own = GST_VIDEO_FORMAT_INFO_FORMAT(&format) == format.unpack_format;
  const bool from_start = (format.flags & kOpaque) != 0 || bytes == 0 || (bytes == kFourWideSamples && !own);
  if (from_start) return x == 0 && y == 0;
  for (guint i = 0; i < GST_VIDEO_FORMAT_INFO_N_COMPONENTS(&format); ++i)
    if (x % (1U << GST_VIDEO_FORMAT_INFO_W_SUB(&format, i)) != 0 ||
        y % (1U << GST_VIDEO_FORMAT_INFO_H_SUB(&format, i)) != 0)
      return false;
  return true;
}

bool breaks_converter(const GstVideoInfo& from, GstVideoFormat to) {
  return GST_VIDEO_INFO_FORMAT(&from) == GST_VIDEO_FORMAT_UYVY && to == GST_VIDEO_FORMAT_AYUV &&
         GST_VIDEO_INFO_WIDTH(&from) % 2 != 0;
}

bool can_convert(const GstVideoInfo& info) {
  switch (GST_VIDEO_INFO_FORMAT(&info)) {
    case GST_VIDEO_FORMAT_UYVP:
    case GST_VIDEO_FORMAT_NV12_10LE32:
    case GST_VIDEO_FORMAT_NV16_10LE32: return GST_VIDEO_INFO_WIDTH(&info) % 2 == 0;
    default: return true;
  }
}

std::optional<SampleOrder> sample_order(const GstVideoFormatInfo& format) {
  if (!is_packed_rgb(format) || GST_VIDEO_FORMAT_INFO_PSTRIDE(&format, 0) != 4) return std::nullopt;
  SampleOrder order = {offset_of(format, 0), offset_of(format, 1), offset_of(format, 2), 0};
  order.a = static_cast<std::uint8_t>(0 + 1 + 2 + 3 - order.r - order.g - order.b);
  return order;
}

std::optional<GreyOf> grey_of(const GstVideoFormatInfo& format, std::optional<unsigned> channel) {
  if (GST_VIDEO_FORMAT_INFO_FORMAT(&format) == GST_VIDEO_FORMAT_GRAY8) return GreyOf{};
  if (!is_packed_rgb(format)) return std::nullopt;
  const auto step = static_cast<std::uint8_t>(GST_VIDEO_FORMAT_INFO_PSTRIDE(&format, 0));
  if (!channel) return GreyOf{step, offset_of(format, 0), offset_of(format, 1), offset_of(format, 2)};
  const std::uint8_t at = offset_of(format, *channel);
  return GreyOf{step, at, at, at};
}

std::size_t packed_pixel_bytes(const GstVideoFormatInfo& format) {
  if ((format.flags & kOpaque) != 0 || GST_VIDEO_FORMAT_INFO_N_PLANES(&format) != 1) return 0;
  const gint bytes = GST_VIDEO_FORMAT_INFO_PSTRIDE(&format, 0);
  for (guint i = 0; i < GST_VIDEO_FORMAT_INFO_N_COMPONENTS(&format); ++i)
    if (GST_VIDEO_FORMAT_INFO_PSTRIDE(&format, i) != bytes || GST_VIDEO_FORMAT_INFO_W_SUB(&format, i) != 0) return 0;
  return can_orient(static_cast<std::size_t>(bytes)) ? static_cast<std::size_t>(bytes) : 0;
}

GstVideoInfo work_info(GstVideoFormat format, Size size, const GstVideoInfo& from, const GstVideoInfo& to) {
  GstVideoInfo info;
  gst_video_info_init(&info);
  gst_video_info_set_interlaced_format(&info, format, GST_VIDEO_INFO_INTERLACE_MODE(&from), size.width, size.height);
  GST_VIDEO_INFO_FPS_N(&info) = GST_VIDEO_INFO_FPS_N(&from);
  GST_VIDEO_INFO_FPS_D(&info) = GST_VIDEO_INFO_FPS_D(&from);
  const bool luma = is_grey(*info.finfo) && GST_VIDEO_INFO_IS_YUV(&from);  // as it is, in the range it has
  if (luma || same_kind(*info.finfo, *from.finfo))
    GST_VIDEO_INFO_COLORIMETRY(&info) = GST_VIDEO_INFO_COLORIMETRY(&from);
  else if (same_kind(*info.finfo, *to.finfo))
    GST_VIDEO_INFO_COLORIMETRY(&info) = GST_VIDEO_INFO_COLORIMETRY(&to);
  return info;
}

}  // namespace omv::gst
