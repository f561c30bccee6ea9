// SPDX-License-Identifier: LGPL-2.1-or-later
// The one table between pixel formats and GStreamer caps.
#pragma once

#include <gst/gst.h>

#include "omv/base/result.h"
#include "omv/image/image.h"

namespace omv::gst {

inline constexpr const char* kImageioMediaType = "application/x-openmv-imageio";
inline constexpr const char* kBinaryMediaType = "video/x-openmv-binary";

/// Caps of every frame that an ImageIO file can hold and GStreamer can carry; for pad templates.
/// JPEG and PNG stand without width and height because many sources leave them out.
GstCaps* frame_template_caps();

/// The same of every frame that a camera sends: Bayer and 4:2:2 reach the host as JPEG (spec: protocol-v2, section 11).
GstCaps* camera_template_caps();

/// Caps of one frame, `framerate=0/1` (variable rate). argb8 has no caps: NULL.
GstCaps* caps_for_frame(const FrameInfo& info);

/// The frame that fixed caps describe. Width and height are 0 when JPEG or PNG caps leave them out.
/// Errc::unsupported names the field that does not fit.
Result<FrameInfo> frame_from_caps(const GstCaps* caps);

/// Bytes between rows as GStreamer lays out a frame without GstVideoMeta: rows padded to 4 bytes.
/// BINARY rows are whole 32-bit words in both worlds. 0 for compressed formats.
std::size_t default_stride(const FrameInfo& info);

/// True for formats that GstVideoMeta can describe (video/x-raw); Bayer and BINARY are not among them.
bool is_video_raw(PixelFormat format);

}  // namespace omv::gst
