// SPDX-License-Identifier: LGPL-2.1-or-later
// JPEG by its DC coefficients, raw pictures by averaging.
#include "common/luma_reader.h"

#include "omv/analysis/luma_cells.h"

namespace omv::gst {

namespace {

// Of one frame: what a camera may send, and no more time or memory than that takes.
constexpr formats::JpegDecodeLimits kLimits = {.max_pixels = 1 << 25, .max_scans = 100};

}  // namespace

GstCaps* luma_caps() {
  GstCaps* caps = gst_caps_new_empty_simple("image/jpeg");
  gst_caps_append(caps, picture_caps([](PixelFormat) { return true; }));
  return caps;
}

Result<void> LumaReader::set_caps(const GstCaps* caps) {
  raw_.reset();
  if (gst_structure_has_name(gst_caps_get_structure(caps, 0), "image/jpeg")) return {};
  OMV_TRY(raw_, picture_layout(caps));
  return {};
}

Result<Size> LumaReader::read_jpeg(GstBuffer* buffer, Frame& cells) {
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return Error{Errc::io, "the buffer can't be read"};
  auto size = jpeg_.decode(ConstByteSpan(map.data, map.size), cells, kLimits);
  gst_buffer_unmap(buffer, &map);
  return size;
}

Result<Size> LumaReader::read(GstBuffer* buffer, Frame& cells) {
  if (!raw_) return read_jpeg(buffer, cells);
  OMV_TRY(const MappedPicture picture, MappedPicture::map(buffer, *raw_));
  analysis::average_cells(picture.view(), cells);
  return Size{raw_->info.width, raw_->info.height};
}

}  // namespace omv::gst
