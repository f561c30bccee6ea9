// SPDX-License-Identifier: LGPL-2.1-or-later
// The formats that pictures have between two stages.
#pragma once

#include <gst/video/video.h>

#include <optional>

#include "omv/image/orientation.h"
#include "omv/image/recolour.h"

namespace omv::gst {

inline bool has_alpha(const GstVideoFormatInfo& format) { return GST_VIDEO_FORMAT_INFO_HAS_ALPHA(&format); }
inline bool is_rgb(const GstVideoFormatInfo& format) { return GST_VIDEO_FORMAT_INFO_IS_RGB(&format); }
inline bool is_grey(const GstVideoFormatInfo& format) { return GST_VIDEO_FORMAT_INFO_IS_GRAY(&format); }

/// More than 8 bits a component.
bool is_deep(const GstVideoFormatInfo& format);

/// A format that holds all that `format` holds, each pixel on its own.
GstVideoFormat full_format(const GstVideoFormatInfo& format);

/// True when the converter can cut from this column and row on.
bool can_cut_at(const GstVideoFormatInfo& format, std::uint32_t x, std::uint32_t y);

/// True for the way on which GStreamer 1.22 leaves its buffers: odd rows of UYVY to AYUV. A detour helps.
bool breaks_converter(const GstVideoInfo& from, GstVideoFormat to);

/// False for odd widths of the formats that make GStreamer 1.22's converter leave its buffers, whatever the other side.
bool can_convert(const GstVideoInfo& info);

/// Where the samples of an RGB format of four bytes are, the filling one as alpha; nullopt for other formats.
std::optional<SampleOrder> sample_order(const GstVideoFormatInfo& format);

/// Where the grey of 8-bit grey and of RGB of 3 or 4 bytes comes from: `channel`, or luma; nullopt for other formats.
std::optional<GreyOf> grey_of(const GstVideoFormatInfo& format, std::optional<unsigned> channel);

/// Bytes of a pixel when all of it lies together and belongs to no other, else 0.
std::size_t packed_pixel_bytes(const GstVideoFormatInfo& format);

/// The format and size of a picture in between, with the colorimetry of `from` or `to`, whichever is of its kind.
GstVideoInfo work_info(GstVideoFormat format, Size size, const GstVideoInfo& from, const GstVideoInfo& to);

}  // namespace omv::gst
