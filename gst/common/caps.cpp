// SPDX-License-Identifier: LGPL-2.1-or-later
// One row per pixel format: media type, the caps field `format`, and what else its caps must say.
#include "common/caps.h"

#include <array>
#include <string>
#include <string_view>

namespace omv::gst {

namespace {

struct CapsRow {
  PixelFormat format;
  const char* media_type;
  const char* gst_format;   // nullptr: the media type says it all
  const char* colorimetry;  // what the bytes mean, where GStreamer's default would be something else
};

// BT.601, full range, as the camera's 4:2:2 is (spec: imageio, section 2).
constexpr const char* kFullRange601 = "1:4:0:0";

constexpr std::array kRows = {
    CapsRow{PixelFormat::binary, kBinaryMediaType, nullptr, nullptr},
    CapsRow{PixelFormat::grayscale, "video/x-raw", "GRAY8", nullptr},
    CapsRow{PixelFormat::rgb565, "video/x-raw", "RGB16", nullptr},
    CapsRow{PixelFormat::bayer_bggr, "video/x-bayer", "bggr", nullptr},
    CapsRow{PixelFormat::bayer_gbrg, "video/x-bayer", "gbrg", nullptr},
    CapsRow{PixelFormat::bayer_grbg, "video/x-bayer", "grbg", nullptr},
    CapsRow{PixelFormat::bayer_rggb, "video/x-bayer", "rggb", nullptr},
    CapsRow{PixelFormat::yuv422, "video/x-raw", "YVYU", kFullRange601},
    CapsRow{PixelFormat::yvu422, "video/x-raw", "YUY2", kFullRange601},
    CapsRow{PixelFormat::jpeg, "image/jpeg", nullptr, nullptr},
    CapsRow{PixelFormat::png, "image/png", nullptr, nullptr},
};

const CapsRow* row_of(PixelFormat format) {
  for (const CapsRow& row : kRows)
    if (row.format == format) return &row;
  return nullptr;
}

void set_format(GstStructure* structure, const CapsRow& row) {
  if (row.gst_format != nullptr) gst_structure_set(structure, "format", G_TYPE_STRING, row.gst_format, nullptr);
}

void append_template_row(GstCaps* caps, const CapsRow& row) {
  GstStructure* structure = gst_structure_new_empty(row.media_type);
  set_format(structure, row);
  if (!is_compressed(row.format)) {
    const int most = static_cast<int>(kMaxDimension);
    gst_structure_set(structure, "width", GST_TYPE_INT_RANGE, 1, most, "height", GST_TYPE_INT_RANGE, 1, most,
                      "framerate", GST_TYPE_FRACTION_RANGE, 0, 1, G_MAXINT, 1, nullptr);
  }
  gst_caps_append_structure(caps, structure);
}

const CapsRow* row_of(const GstStructure* structure) {
  const gchar* format = gst_structure_get_string(structure, "format");
  for (const CapsRow& row : kRows) {
    if (!gst_structure_has_name(structure, row.media_type)) continue;
    if (row.gst_format == nullptr || (format != nullptr && std::string_view(row.gst_format) == format)) return &row;
  }
  return nullptr;
}

// Width or height; 0 when the field is not there.
Result<std::uint32_t> dimension(const GstStructure* structure, const char* field) {
  gint value = 0;
  if (!gst_structure_has_field(structure, field)) return std::uint32_t{0};
  if (!gst_structure_get_int(structure, field, &value) || value < 1 || value > static_cast<gint>(kMaxDimension))
    return Error{Errc::unsupported, std::string("caps: ") + field + " must be 1 to " + std::to_string(kMaxDimension)};
  return static_cast<std::uint32_t>(value);
}

}  // namespace

GstCaps* frame_template_caps() {
  GstCaps* caps = gst_caps_new_empty();
  for (const CapsRow& row : kRows) append_template_row(caps, row);
  return caps;
}

GstCaps* camera_template_caps() {
  GstCaps* caps = gst_caps_new_empty();
  for (const CapsRow& row : kRows)
    if (!is_bayer(row.format) && !is_packed_422(row.format)) append_template_row(caps, row);
  return caps;
}

GstCaps* caps_for_frame(const FrameInfo& info) {
  const CapsRow* row = row_of(info.format);
  if (row == nullptr) return nullptr;
  GstStructure* structure = gst_structure_new_empty(row->media_type);
  set_format(structure, *row);
  gst_structure_set(structure, "width", G_TYPE_INT, static_cast<int>(info.width), "height", G_TYPE_INT,
                    static_cast<int>(info.height), "framerate", GST_TYPE_FRACTION, 0, 1, nullptr);
  if (row->colorimetry != nullptr)
    gst_structure_set(structure, "colorimetry", G_TYPE_STRING, row->colorimetry, nullptr);
  return gst_caps_new_full(structure, nullptr);
}

Result<FrameInfo> frame_from_caps(const GstCaps* caps) {
  const GstStructure* structure = gst_caps_get_structure(caps, 0);
  const CapsRow* row = row_of(structure);
  if (row == nullptr)
    return Error{Errc::unsupported, std::string("caps: ") + gst_structure_get_name(structure) + " of this format"};
  OMV_TRY(const std::uint32_t width, dimension(structure, "width"));
  OMV_TRY(const std::uint32_t height, dimension(structure, "height"));
  if (!is_compressed(row->format) && (width == 0 || height == 0))
    return Error{Errc::unsupported, "caps: width and height are missing"};
  return FrameInfo{row->format, width, height};
}

std::size_t default_stride(const FrameInfo& info) {
  const auto bytes = static_cast<std::size_t>(row_bytes(info.format, info.width));
  return (bytes + 3) / 4 * 4;
}

bool is_video_raw(PixelFormat format) {
  const CapsRow* row = row_of(format);
  return row != nullptr && std::string_view(row->media_type) == "video/x-raw";
}

}  // namespace omv::gst
