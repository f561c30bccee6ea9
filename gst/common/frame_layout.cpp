// SPDX-License-Identifier: LGPL-2.1-or-later
// Row strides, GstVideoMeta, BINARY expansion and odd-width 4:2:2.
#include "common/frame_layout.h"

#include <gst/video/video.h>

#include <cstring>
#include <string>

#include "common/caps.h"
#include "omv/image/convert.h"

namespace omv::gst {

namespace {

GstVideoFormat video_format(PixelFormat format) {
  switch (format) {
    case PixelFormat::grayscale: return GST_VIDEO_FORMAT_GRAY8;
    case PixelFormat::rgb565: return GST_VIDEO_FORMAT_RGB16;
    case PixelFormat::yuv422: return GST_VIDEO_FORMAT_YVYU;
    case PixelFormat::yvu422: return GST_VIDEO_FORMAT_YUY2;
    default: return GST_VIDEO_FORMAT_UNKNOWN;
  }
}

bool is_odd_422(const FrameInfo& info) { return is_packed_422(info.format) && info.width % 2 == 1; }

// The last pixel of an odd row has one chroma only and takes the other from the pair before it, or grey
// (spec: media, section 1.1). `row` has room for the whole pair; `bytes` are there.
void complete_pair(std::uint8_t* row, std::size_t bytes) {
  row[bytes] = row[bytes - 2];
  row[bytes + 1] = bytes >= 6 ? row[bytes - 3] : 128;
}

// A new buffer with `stride`, filled row by row by `fill(packed view, padded view)`.
template <typename Fill>
GstBuffer* rebuild(GstBuffer* packed, const FrameInfo& from, const FrameInfo& to, std::size_t stride, Fill fill) {
  GstMapInfo in;
  if (!gst_buffer_map(packed, &in, GST_MAP_READ)) return nullptr;
  GstBuffer* padded = gst_buffer_new_allocate(nullptr, stride * to.height, nullptr);
  GstMapInfo out;
  if (padded == nullptr || in.size < payload_bytes(from) || !gst_buffer_map(padded, &out, GST_MAP_WRITE)) {
    gst_buffer_unmap(packed, &in);
    gst_clear_buffer(&padded);
    return nullptr;
  }
  fill(packed_view(from, ConstByteSpan(in.data, in.size)), MutableImageView{to, out.data, stride});
  gst_buffer_unmap(padded, &out);
  gst_buffer_unmap(packed, &in);
  const auto flags = static_cast<GstBufferCopyFlags>(GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS);
  gst_buffer_copy_into(padded, packed, flags, 0, static_cast<gsize>(-1));
  return padded;
}

void copy_padded(const ImageView& from, const MutableImageView& to) {
  copy_rows(from, to);
  const auto bytes = static_cast<std::size_t>(row_bytes(from.info.format, from.info.width));
  for (std::uint32_t y = 0; y < to.info.height; ++y) std::memset(to.row(y) + bytes, 0, to.stride - bytes);
}

void copy_completing_pairs(const ImageView& from, const MutableImageView& to) {
  copy_rows(from, to);
  const auto bytes = static_cast<std::size_t>(row_bytes(from.info.format, from.info.width));
  for (std::uint32_t y = 0; y < to.info.height; ++y) complete_pair(to.row(y), bytes);
}

GstBuffer* add_video_meta(GstBuffer* packed, const FrameInfo& info) {
  packed = gst_buffer_make_writable(packed);
  gsize offset[GST_VIDEO_MAX_PLANES] = {0};
  gint stride[GST_VIDEO_MAX_PLANES] = {static_cast<gint>(row_bytes(info.format, info.width))};
  gst_buffer_add_video_meta_full(packed, GST_VIDEO_FRAME_FLAG_NONE, video_format(info.format), info.width, info.height,
                                 1, offset, stride);
  return packed;
}

}  // namespace

void FrameOutput::reset() {
  gst_clear_caps(&caps_);
  info_ = {};
}

bool FrameOutput::announce(const FrameInfo& info) {
  if (caps_ != nullptr && info == info_) return true;
  GstCaps* caps = caps_for_frame(info);
  if (caps == nullptr) return false;
  FrameInfo shown = info;
  if (info.format == PixelFormat::binary && !gst_pad_peer_query_accept_caps(pad_, caps)) {
    shown.format = PixelFormat::grayscale;
    gst_caps_unref(caps);
    caps = caps_for_frame(shown);
  }
  const bool accepted = gst_pad_push_event(pad_, gst_event_new_caps(caps));
  gst_caps_replace(&caps_, caps);
  gst_caps_unref(caps);
  info_ = info;
  way_ = shown.format != info.format ? Way::expand_binary : choose_way();
  return accepted;
}

FrameOutput::Way FrameOutput::choose_way() {
  if (is_compressed(info_.format)) return Way::as_is;
  if (is_odd_422(info_)) return Way::complete_422;
  if (default_stride(info_) == row_bytes(info_.format, info_.width)) return Way::as_is;
  return is_video_raw(info_.format) && peer_takes_video_meta() ? Way::with_meta : Way::pad_rows;
}

bool FrameOutput::peer_takes_video_meta() const {
  GstQuery* query = gst_query_new_allocation(caps_, FALSE);
  const bool takes =
      gst_pad_peer_query(pad_, query) && gst_query_find_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr);
  gst_query_unref(query);
  return takes;
}

GstBuffer* FrameOutput::layout(GstBuffer* packed) {
  FrameInfo to = info_;
  GstBuffer* result = nullptr;
  switch (way_) {
    case Way::as_is: return packed;
    case Way::with_meta: return add_video_meta(packed, info_);
    case Way::pad_rows: result = rebuild(packed, info_, to, default_stride(info_), copy_padded); break;
    case Way::complete_422: result = rebuild(packed, info_, to, default_stride(info_), copy_completing_pairs); break;
    case Way::expand_binary:
      to.format = PixelFormat::grayscale;
      result = rebuild(packed, info_, to, default_stride(to), expand_binary);
      break;
  }
  gst_buffer_unref(packed);
  return result;
}

namespace {

struct SourceLayout {
  std::size_t offset = 0;
  std::size_t stride = 0;
};

// Where the rows of a buffer are: GstVideoMeta, else GStreamer's padding, else (Bayer only) no padding,
// which some sources deliver.
SourceLayout layout_of(GstBuffer* buffer, const FrameInfo& info) {
  if (const GstVideoMeta* meta = gst_buffer_get_video_meta(buffer); meta != nullptr && is_video_raw(info.format))
    return {meta->offset[0], static_cast<std::size_t>(meta->stride[0])};
  const std::size_t stride = default_stride(info);
  if (is_bayer(info.format) && gst_buffer_get_size(buffer) < stride * info.height)
    return {0, static_cast<std::size_t>(row_bytes(info.format, info.width))};
  return {0, stride};
}

Error too_small(GstBuffer* buffer, const FrameInfo& info) {
  return {Errc::truncated, "a " + std::string(to_string(info.format)) + " frame of " + std::to_string(info.width) +
                               "x" + std::to_string(info.height) + " has only " +
                               std::to_string(gst_buffer_get_size(buffer)) + " bytes"};
}

GstBuffer* copy_packed(GstBuffer* buffer, const FrameInfo& info, const SourceLayout& rows) {
  GstMapInfo in;
  GstMapInfo out;
  if (!gst_buffer_map(buffer, &in, GST_MAP_READ)) return nullptr;
  GstBuffer* packed = gst_buffer_new_allocate(nullptr, static_cast<gsize>(payload_bytes(info)), nullptr);
  if (packed != nullptr && gst_buffer_map(packed, &out, GST_MAP_WRITE)) {
    copy_rows({info, in.data + rows.offset, rows.stride}, packed_view(info, ByteSpan(out.data, out.size)));
    gst_buffer_unmap(packed, &out);
  }
  gst_buffer_unmap(buffer, &in);
  return packed;
}

}  // namespace

Result<GstBuffer*> pack_frame(GstBuffer* buffer, const FrameInfo& info) {
  if (is_compressed(info.format)) return buffer;
  const auto row = static_cast<std::size_t>(row_bytes(info.format, info.width));
  const auto wanted = static_cast<std::size_t>(payload_bytes(info));
  const SourceLayout rows = layout_of(buffer, info);
  if (rows.stride < row || gst_buffer_get_size(buffer) < rows.offset + rows.stride * (info.height - 1) + row) {
    Error error = too_small(buffer, info);
    gst_buffer_unref(buffer);
    return error;
  }
  if (rows.stride == row && rows.offset == 0 && gst_buffer_get_size(buffer) == wanted) return buffer;
  GstBuffer* packed =
      rows.stride == row
          ? gst_buffer_copy_region(buffer, static_cast<GstBufferCopyFlags>(GST_BUFFER_COPY_MEMORY), rows.offset, wanted)
          : copy_packed(buffer, info, rows);
  gst_buffer_unref(buffer);
  if (packed == nullptr) return Error{Errc::limit, "no memory for a frame of " + std::to_string(wanted) + " bytes"};
  return packed;
}

}  // namespace omv::gst
