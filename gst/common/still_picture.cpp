// SPDX-License-Identifier: LGPL-2.1-or-later
// From a buffer to the bytes of a file.
#include "common/still_picture.h"

#include <algorithm>
#include <utility>

#include "omv/image/coded_header.h"
#include "omv/image/unpack.h"

namespace omv::gst {

namespace {

constexpr std::size_t kPngTrailerBytes = 12;  // an IEND chunk

const formats::Format* coded_format(const GstStructure* structure) {
  for (const formats::Format* format : formats::formats())
    if (format->coded && gst_structure_has_name(structure, std::string(format->media_type).c_str())) return format;
  return nullptr;
}

// Only the JPEG encoder stretches limited range itself.
LimitedRange limited_range_for(const std::vector<StillVersion>& versions) {
  const auto is_jpeg = [](const StillVersion& version) { return version.format->coded == PixelFormat::jpeg; };
  return std::all_of(versions.begin(), versions.end(), is_jpeg) ? LimitedRange::left : LimitedRange::stretched;
}

// What to put in front of the element, for pictures that a format can't hold.
std::string advice(const formats::Format& format, PixelFormat given) {
  const auto convert = [](const char* video) {
    return "; put videoconvert ! video/x-raw,format=" + (video + std::string(" in front"));
  };
  if (given == PixelFormat::binary) return "; save them as .png";
  if (is_bayer(given)) return "; put bayer2rgb ! videoconvert in front";
  if (format.holds(PixelFormat::rgb888)) return convert("RGB");
  if (format.holds(PixelFormat::grayscale)) return convert("GRAY8");
  if (format.holds(PixelFormat::yuv420)) return convert("I420");
  return "";
}

std::string shortcoming(const formats::Format& format, PixelFormat given) {
  const std::string name(format.name);
  if (has_alpha(given)) return name + " holds no alpha";
  if (given == PixelFormat::gray16) return name + " holds no 16-bit samples";
  if (has_colour(given) && format.holds(PixelFormat::grayscale) && !format.holds(PixelFormat::rgb888))
    return name + " holds no colour";
  return name + " does not hold " + std::string(to_string(given));
}

// Damage that a camera or a link may do is found without decoding.
Result<std::size_t> check_jpeg(ConstByteSpan bytes) {
  OMV_TRY(const CodedSize size, read_jpeg_size(bytes));
  if (size.width == 0 || size.height == 0) return Error{Errc::invalid, "a JPEG without pixels"};
  return find_jpeg_end(bytes);
}

Result<std::size_t> check_png(ConstByteSpan bytes) {
  OMV_TRY(const CodedSize size, read_png_size(bytes));
  if (size.width == 0 || size.height == 0) return Error{Errc::invalid, "a PNG without pixels"};
  constexpr std::string_view kTrailer("\0\0\0\0IEND\xAE\x42\x60\x82", kPngTrailerBytes);
  const std::size_t end = as_text(bytes).rfind(kTrailer);
  if (end == std::string_view::npos) return Error{Errc::truncated, "a PNG without its end"};
  return end + kPngTrailerBytes;
}

template <typename UnpackRow>
Frame unpacked(const ImageView& image, PixelFormat format, UnpackRow unpack_row) {
  Frame frame{{format, image.info.width, image.info.height}, {}};
  frame.data.resize(payload_bytes(frame.info));
  const MutableImageView view = packed_view(frame.info, ByteSpan(frame.data));
  for (std::uint32_t y = 0; y < image.info.height; ++y) unpack_row(image, y, view.row(y));
  return frame;
}

// Of pictures that GStreamer's converter does not know.
Frame without_peculiarities(const ImageView& image) {
  return image.info.format == PixelFormat::binary ? unpacked(image, PixelFormat::grayscale, unpack_row_grey)
                                                  : unpacked(image, PixelFormat::rgbx8888, unpack_row_rgbx);
}

bool is_at_step(const Roi& roi, PixelFormat format) {
  const CroppingStep step = cropping_step(format);
  return roi.x % step.x == 0 && roi.y % step.y == 0;
}

GstVideoConverter* new_converter(GstVideoInfo from, GstVideoInfo to, const Roi& roi) {
  GstStructure* config = gst_structure_new(
      "config", GST_VIDEO_CONVERTER_OPT_SRC_X, G_TYPE_INT, static_cast<gint>(roi.x), GST_VIDEO_CONVERTER_OPT_SRC_Y,
      G_TYPE_INT, static_cast<gint>(roi.y), GST_VIDEO_CONVERTER_OPT_SRC_WIDTH, G_TYPE_INT, static_cast<gint>(roi.width),
      GST_VIDEO_CONVERTER_OPT_SRC_HEIGHT, G_TYPE_INT, static_cast<gint>(roi.height), nullptr);
  return gst_video_converter_new(&from, &to, config);
}

}  // namespace

Result<std::shared_ptr<const StillInput>> still_input(const GstCaps* caps, const std::vector<StillVersion>& versions) {
  auto input = std::make_shared<StillInput>();
  input->coded = coded_format(gst_caps_get_structure(caps, 0));
  if (input->coded == nullptr) {
    OMV_TRY(const PictureLayout layout, picture_layout(caps));
    input->pictures = std::make_shared<FullRange>(layout, limited_range_for(versions));
  }
  return std::shared_ptr<const StillInput>(std::move(input));
}

Result<void> check_version(const StillVersion& version, const StillInput& input) {
  if (!input.pictures) return {};  // what is in a coded picture is known when it is decoded
  const FrameInfo& info = input.pictures->layout().info;
  if (!version.format->holds(info.format))
    return Error{Errc::unsupported, shortcoming(*version.format, info.format) + advice(*version.format, info.format)};
  OMV_TRY(const Roi roi, clipped(version.roi, info.width, info.height));
  OMV_TRY(const FrameInfo size, scaled({info.format, roi.width, roi.height}, version.scaling));
  return size.width > 0 ? Result<void>() : Error{Errc::invalid, "a variant without pixels"};
}

StillPicture::~StillPicture() {
  if (map_) gst_buffer_unmap(buffer_, &*map_);
}

// ---- coded pictures ------------------------------------------------------------------------------------------------

Result<ConstByteSpan> StillPicture::coded_bytes() {
  if (!map_) {
    GstMapInfo map;
    if (!gst_buffer_map(buffer_, &map, GST_MAP_READ)) return Error{Errc::io, "a buffer can't be mapped"};
    map_ = map;
  }
  return ConstByteSpan(map_->data, map_->size);
}

Result<ConstByteSpan> StillPicture::passed_through() {
  OMV_TRY(const ConstByteSpan bytes, coded_bytes());
  OMV_TRY(const std::size_t end, *input_.coded->coded == PixelFormat::jpeg ? check_jpeg(bytes) : check_png(bytes));
  const ConstByteSpan whole = bytes.first(end);
  if (metadata_.empty() || input_.coded->add_metadata == nullptr) return whole;
  OMV_CHECK(input_.coded->add_metadata(whole, metadata_, file_));
  return ConstByteSpan(file_);
}

Result<StillPicture::Pixels> StillPicture::decoded() {
  OMV_TRY(const ConstByteSpan bytes, coded_bytes());
  OMV_TRY(Frame frame, input_.coded->decode(bytes, {}));
  if (frame.info.format != PixelFormat::binary) return wrapped(std::move(frame));
  return wrapped(without_peculiarities(packed_view(frame.info, ConstByteSpan(frame.data))));
}

// ---- pixels --------------------------------------------------------------------------------------------------------

Result<StillPicture::Pixels> StillPicture::wrapped(Frame frame) {
  OMV_TRY(const PictureLayout layout, packed_layout(frame.info));
  auto* bytes = new Bytes(std::move(frame.data));
  GstBuffer* buffer =
      gst_buffer_new_wrapped_full(static_cast<GstMemoryFlags>(0), bytes->data(), bytes->size(), 0, bytes->size(), bytes,
                                  [](gpointer owned) { delete static_cast<Bytes*>(owned); });
  return Pixels{BufferPtr(buffer), layout};
}

Result<void> StillPicture::load() {
  if (pixels_) return {};
  if (input_.coded != nullptr) {
    OMV_TRY(pixels_, decoded());
    return {};
  }
  OMV_TRY(GstBuffer* const full_range, input_.pictures->convert(buffer_));
  pixels_ = Pixels{BufferPtr(full_range), input_.pictures->layout()};
  return {};
}

Result<StillPicture::Pixels> StillPicture::resampleable(const Pixels& pixels) {
  if (const PixelFormat format = pixels.layout.info.format; !is_bayer(format) && format != PixelFormat::binary)
    return Pixels{BufferPtr(gst_buffer_ref(pixels.buffer.get())), pixels.layout};
  OMV_TRY(const MappedPicture mapped, MappedPicture::map(pixels.buffer.get(), pixels.layout));
  return wrapped(without_peculiarities(mapped.view()));
}

Result<StillPicture::Pixels> StillPicture::resampled(const Pixels& from, const Roi& roi, const FrameInfo& size) {
  Pixels to{nullptr, from.layout};
  to.layout.info.width = size.width;
  to.layout.info.height = size.height;
  gst_video_info_set_format(&to.layout.video, GST_VIDEO_INFO_FORMAT(&from.layout.video), size.width, size.height);
  to.layout.video.colorimetry = from.layout.video.colorimetry;
  to.layout.video.chroma_site = from.layout.video.chroma_site;
  to.layout.video.interlace_mode = from.layout.video.interlace_mode;
  to.layout.video.fps_n = from.layout.video.fps_n;
  to.layout.video.fps_d = from.layout.video.fps_d;
  to.buffer.reset(gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&to.layout.video), nullptr));
  GstVideoFrame in;
  GstVideoFrame out;
  if (!gst_video_frame_map(&in, &from.layout.video, from.buffer.get(), GST_MAP_READ))
    return Error{Errc::truncated, "the buffer is smaller than its caps say"};
  const bool mapped = gst_video_frame_map(&out, &to.layout.video, to.buffer.get(), GST_MAP_WRITE) != FALSE;
  if (mapped) {
    GstVideoConverter* converter = new_converter(from.layout.video, to.layout.video, roi);
    gst_video_converter_frame(converter, &in, &out);
    gst_video_converter_free(converter);
    gst_video_frame_unmap(&out);
  }
  gst_video_frame_unmap(&in);
  return mapped ? Result<Pixels>(std::move(to)) : Error{Errc::limit, "no memory for a scaled picture"};
}

// ---- files ---------------------------------------------------------------------------------------------------------

Result<void> StillPicture::encode(const Pixels& pixels, const Roi& roi, const StillVersion& version) {
  formats::EncodeOptions options;
  options.jpeg = version.jpeg;
  options.jpeg.limited_range = input_.pictures && input_.pictures->is_limited();
  options.metadata = &metadata_;
  if (!version.format->holds(pixels.layout.info.format))
    return Error{Errc::unsupported, shortcoming(*version.format, pixels.layout.info.format)};
  OMV_TRY(const MappedPicture mapped, MappedPicture::map(pixels.buffer.get(), pixels.layout));
  return version.format->encode(cropped(mapped.view(), roi), options, file_);
}

Result<ConstByteSpan> StillPicture::file(const StillVersion& version) {
  const bool is_coded = input_.coded != nullptr;
  if (input_.coded == version.format && !version.scaling.any()) return passed_through();
  OMV_CHECK(load());
  const FrameInfo& whole = pixels_->layout.info;
  OMV_TRY(const Roi roi, clipped(is_coded ? std::nullopt : version.roi, whole.width, whole.height));
  OMV_TRY(const FrameInfo size, scaled({whole.format, roi.width, roi.height}, version.scaling));
  if (size.width == roi.width && size.height == roi.height && is_at_step(roi, whole.format)) {
    OMV_CHECK(encode(*pixels_, roi, version));
  } else {
    OMV_TRY(const Pixels source, resampleable(*pixels_));
    OMV_TRY(const Pixels part, resampled(source, roi, size));
    OMV_CHECK(encode(part, {0, 0, size.width, size.height}, version));
  }
  return ConstByteSpan(file_);
}

}  // namespace omv::gst
