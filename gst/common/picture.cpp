// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of video formats that the library reads, and the planes of a mapped frame.
#include "common/picture.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "common/caps.h"

namespace omv::gst {

namespace {

struct VideoRow {
  GstVideoFormat video;
  PixelFormat format;
};

constexpr std::array kVideo = {
    VideoRow{GST_VIDEO_FORMAT_I420, PixelFormat::yuv420},     VideoRow{GST_VIDEO_FORMAT_YV12, PixelFormat::yuv420},
    VideoRow{GST_VIDEO_FORMAT_NV12, PixelFormat::nv12},       VideoRow{GST_VIDEO_FORMAT_NV21, PixelFormat::nv12},
    VideoRow{GST_VIDEO_FORMAT_YUY2, PixelFormat::yvu422},     VideoRow{GST_VIDEO_FORMAT_YVYU, PixelFormat::yuv422},
    VideoRow{GST_VIDEO_FORMAT_UYVY, PixelFormat::uyvy},       VideoRow{GST_VIDEO_FORMAT_Y42B, PixelFormat::yuv422p},
    VideoRow{GST_VIDEO_FORMAT_Y444, PixelFormat::yuv444p},    VideoRow{GST_VIDEO_FORMAT_RGB16, PixelFormat::rgb565},
    VideoRow{GST_VIDEO_FORMAT_RGB, PixelFormat::rgb888},      VideoRow{GST_VIDEO_FORMAT_BGR, PixelFormat::bgr888},
    VideoRow{GST_VIDEO_FORMAT_RGBx, PixelFormat::rgbx8888},   VideoRow{GST_VIDEO_FORMAT_BGRx, PixelFormat::bgrx8888},
    VideoRow{GST_VIDEO_FORMAT_xRGB, PixelFormat::xrgb8888},   VideoRow{GST_VIDEO_FORMAT_xBGR, PixelFormat::xbgr8888},
    VideoRow{GST_VIDEO_FORMAT_RGBA, PixelFormat::rgba8888},   VideoRow{GST_VIDEO_FORMAT_BGRA, PixelFormat::bgra8888},
    VideoRow{GST_VIDEO_FORMAT_ARGB, PixelFormat::argb8888},   VideoRow{GST_VIDEO_FORMAT_ABGR, PixelFormat::abgr8888},
    VideoRow{GST_VIDEO_FORMAT_GRAY8, PixelFormat::grayscale}, VideoRow{GST_VIDEO_FORMAT_GRAY16_LE, PixelFormat::gray16},
};

struct BayerRow {
  const char* name;
  PixelFormat format;
};
constexpr std::array kBayer = {BayerRow{"bggr", PixelFormat::bayer_bggr}, BayerRow{"gbrg", PixelFormat::bayer_gbrg},
                               BayerRow{"grbg", PixelFormat::bayer_grbg}, BayerRow{"rggb", PixelFormat::bayer_rggb}};

void append_structure(GstCaps* caps, const char* media_type, const char* format, std::uint32_t most) {
  const int last = static_cast<int>(most);
  GstStructure* structure =
      gst_structure_new(media_type, "width", GST_TYPE_INT_RANGE, 1, last, "height", GST_TYPE_INT_RANGE, 1, last,
                        "framerate", GST_TYPE_FRACTION_RANGE, 0, 1, G_MAXINT, 1, nullptr);
  if (format != nullptr) gst_structure_set(structure, "format", G_TYPE_STRING, format, nullptr);
  gst_caps_append_structure(caps, structure);
}

// Of what GstVideoInfo does not know.
Result<PictureLayout> plain_layout(const GstCaps* caps) {
  OMV_TRY(const FrameInfo info, frame_from_caps(caps));
  return PictureLayout{info, {}};
}

// Where a component begins: NV21 and YV12 differ from NV12 and I420 by nothing else.
ChromaPlane plane_of(const GstVideoFrame& frame, unsigned component) {
  return {static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_COMP_DATA(&frame, component)),
          static_cast<std::size_t>(GST_VIDEO_FRAME_COMP_STRIDE(&frame, component))};
}

bool is_plain(PixelFormat format) { return is_bayer(format) || format == PixelFormat::binary; }

}  // namespace

GstCaps* picture_caps(bool (*wanted)(PixelFormat), std::uint32_t most) {
  GstCaps* caps = gst_caps_new_empty();
  for (const VideoRow& row : kVideo)
    if (wanted(row.format)) append_structure(caps, "video/x-raw", gst_video_format_to_string(row.video), most);
  for (const BayerRow& row : kBayer)
    if (wanted(row.format)) append_structure(caps, "video/x-bayer", row.name, kMaxDimension);
  if (wanted(PixelFormat::binary)) append_structure(caps, kBinaryMediaType, nullptr, kMaxDimension);
  return caps;
}

Result<PictureLayout> picture_layout(const GstCaps* caps) {
  const GstStructure* structure = gst_caps_get_structure(caps, 0);
  if (gst_structure_has_name(structure, "video/x-bayer") || gst_structure_has_name(structure, kBinaryMediaType))
    return plain_layout(caps);
  PictureLayout layout;
  if (!gst_video_info_from_caps(&layout.video, caps)) return Error{Errc::unsupported, "caps: not a raw picture"};
  const GstVideoFormat video = GST_VIDEO_INFO_FORMAT(&layout.video);
  for (const VideoRow& row : kVideo) {
    if (row.video != video) continue;
    layout.info = {row.format, static_cast<std::uint32_t>(GST_VIDEO_INFO_WIDTH(&layout.video)),
                   static_cast<std::uint32_t>(GST_VIDEO_INFO_HEIGHT(&layout.video))};
    return layout;
  }
  return Error{Errc::unsupported, std::string("caps: format ") + gst_video_format_to_string(video)};
}

Result<PictureLayout> packed_layout(const FrameInfo& info) {
  const auto row =
      std::find_if(kVideo.begin(), kVideo.end(), [&](const VideoRow& r) { return r.format == info.format; });
  if (row == kVideo.end() || chroma_layout(info.format) != nullptr)
    return Error{Errc::unsupported, "no video format is like " + std::string(to_string(info.format))};
  PictureLayout layout{info, {}};
  gst_video_info_set_format(&layout.video, row->video, info.width, info.height);
  layout.video.stride[0] = static_cast<gint>(row_bytes(info.format, info.width));
  layout.video.size = payload_bytes(info);
  return layout;
}

Result<MappedPicture> MappedPicture::map(GstBuffer* buffer, const PictureLayout& layout) {
  MappedPicture mapped;
  OMV_CHECK(is_plain(layout.info.format) ? mapped.map_plain(buffer, layout) : mapped.map_video(buffer, layout));
  return mapped;
}

Result<void> MappedPicture::map_video(GstBuffer* buffer, const PictureLayout& layout) {
  // The buffer outlives the mapping, so the frame needs no reference of its own.
  const auto flags = static_cast<GstMapFlags>(GST_MAP_READ | static_cast<int>(GST_VIDEO_FRAME_MAP_FLAG_NO_REF));
  if (!gst_video_frame_map(&frame_, &layout.video, buffer, flags)) {
    frame_ = {};
    return Error{Errc::truncated, "the buffer of " + std::to_string(gst_buffer_get_size(buffer)) +
                                      " bytes is smaller than its caps say"};
  }
  view_ = {layout.info, static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame_, 0)),
           static_cast<std::size_t>(GST_VIDEO_FRAME_PLANE_STRIDE(&frame_, 0))};
  if (chroma_layout(layout.info.format) != nullptr) {
    view_.cb = plane_of(frame_, GST_VIDEO_COMP_U);
    view_.cr = plane_of(frame_, GST_VIDEO_COMP_V);
  }
  return {};
}

Result<void> MappedPicture::map_plain(GstBuffer* buffer, const PictureLayout& layout) {
  if (!gst_buffer_map(buffer, &plain_map_, GST_MAP_READ)) return Error{Errc::io, "a buffer can't be mapped"};
  plain_ = buffer;
  const std::size_t stride = default_stride(layout.info);
  const std::size_t needed = stride * layout.info.height;
  if (plain_map_.size < needed)
    return Error{Errc::truncated, "the buffer has " + std::to_string(plain_map_.size) + " bytes, its caps say " +
                                      std::to_string(needed)};
  view_ = {layout.info, plain_map_.data, stride};
  return {};
}

MappedPicture::MappedPicture(MappedPicture&& other) noexcept
    : view_(other.view_),
      frame_(std::exchange(other.frame_, {})),
      plain_(std::exchange(other.plain_, nullptr)),
      plain_map_(other.plain_map_) {}

MappedPicture::~MappedPicture() {
  if (frame_.buffer != nullptr) gst_video_frame_unmap(&frame_);
  if (plain_ != nullptr) gst_buffer_unmap(plain_, &plain_map_);
}

}  // namespace omv::gst
