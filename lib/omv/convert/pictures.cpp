// SPDX-License-Identifier: LGPL-2.1-or-later
// By way of the codecs of the registry, and rows of R, G, B.
#include "omv/convert/pictures.h"

#include <string>
#include <utility>

#include "omv/image/convert.h"
#include "omv/image/unpack.h"

namespace omv::convert {

namespace {

using formats::Format;

const Format* codec_of(PixelFormat format) {
  for (const Format* known : formats::formats())
    if (known->coded == format) return known;
  return nullptr;
}

void pack_row(ConstByteSpan rgbx, PixelFormat format, std::uint8_t* out) {
  if (format == PixelFormat::rgb565) {
    for (std::size_t i = 0; i < rgbx.size(); i += 4)
      store_le(out + i / 2, reduce_to_565({rgbx[i], rgbx[i + 1], rgbx[i + 2]}));
    return;
  }
  for (std::size_t i = 0, at = 0; i < rgbx.size(); i += 4) {
    out[at++] = rgbx[i];
    out[at++] = rgbx[i + 1];
    out[at++] = rgbx[i + 2];
  }
}

void convert_rows(const ImageView& from, const MutableImageView& to) {
  Bytes rgbx(std::size_t{4} * from.info.width);
  for (std::uint32_t y = 0; y < from.info.height; ++y) {
    switch (to.info.format) {
      case PixelFormat::grayscale: unpack_row_grey(from, y, to.row(y)); break;
      case PixelFormat::rgbx8888:
      case PixelFormat::rgba8888: unpack_row_rgbx(from, y, to.row(y)); break;
      default: unpack_row_rgbx(from, y, rgbx.data()); pack_row(rgbx, to.info.format, to.row(y));
    }
  }
}

bool is_target(PixelFormat format) {
  switch (format) {
    case PixelFormat::binary:
    case PixelFormat::grayscale:
    case PixelFormat::rgb565:
    case PixelFormat::rgb888:
    case PixelFormat::rgbx8888:
    case PixelFormat::rgba8888: return true;
    default: return false;
  }
}

Error no_such_pixels(PixelFormat from, PixelFormat to) {
  return {Errc::unsupported, std::string(to_string(from)) + " can't become " + std::string(to_string(to)) +
                                 "; pictures become jpeg, png, grayscale, rgb565 or binary"};
}

Frame make_frame(const FrameInfo& info) { return {info, Bytes(static_cast<std::size_t>(payload_bytes(info)))}; }

}  // namespace

Result<Frame> decoded(const Frame& frame) {
  if (const Format* codec = codec_of(frame.info.format)) return codec->decode(frame.data, {});
  if (frame.info.format == PixelFormat::argb8) return Error{Errc::unsupported, "a frame of argb8 has no pixels"};
  return frame;
}

Result<Frame> converted(const Frame& raw, PixelFormat format) {
  if (raw.info.format == format) return raw;
  if (!is_target(format)) return no_such_pixels(raw.info.format, format);
  if (format == PixelFormat::binary) {
    OMV_TRY(const Frame grey, converted(raw, PixelFormat::grayscale));
    Frame binary = make_frame({format, raw.info.width, raw.info.height});
    reduce_to_binary(packed_view(grey.info, ConstByteSpan(grey.data)), packed_view(binary.info, ByteSpan(binary.data)));
    return binary;
  }
  Frame result = make_frame({format, raw.info.width, raw.info.height});
  convert_rows(packed_view(raw.info, ConstByteSpan(raw.data)), packed_view(result.info, ByteSpan(result.data)));
  return result;
}

Result<Bytes> coded(const Frame& frame, const Format& format, int quality) {
  if (format.coded == frame.info.format) return frame.data;
  OMV_TRY(Frame raw, decoded(frame));
  if (!format.holds(raw.info.format)) {
    const bool grey =
        format.holds(PixelFormat::grayscale) && (!has_colour(raw.info.format) || !format.holds(PixelFormat::rgb888));
    OMV_TRY(raw, converted(raw, grey ? PixelFormat::grayscale : PixelFormat::rgb888));
  }
  formats::EncodeOptions options;
  options.jpeg.quality = quality;
  Bytes file;
  OMV_CHECK(format.encode(packed_view(raw.info, ConstByteSpan(raw.data)), options, file));
  return file;
}

}  // namespace omv::convert
