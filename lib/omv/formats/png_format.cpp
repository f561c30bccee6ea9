// SPDX-License-Identifier: LGPL-2.1-or-later
// The row of PNG in the registry.
#include <array>

#include "omv/formats/png.h"
#include "omv/image/coded_header.h"

namespace omv::formats {

namespace {

constexpr std::array<std::string_view, 1> kExtensions = {"png"};

// Every raw picture.
bool holds(PixelFormat format) { return !is_compressed(format) && format != PixelFormat::argb8; }

Result<void> encode(const ImageView& image, const EncodeOptions& options, Bytes& into) {
  PngEncoder encoder;
  return encoder.encode(image, options.png, into, options.metadata);
}

Result<Frame> decode(ConstByteSpan bytes, const DecodeOptions& options) {
  return decode_png(bytes, options.max_pixels);
}

}  // namespace

const Format kPngFormat = {
    .name = "PNG",
    .extensions = kExtensions,
    .media_type = "image/png",
    .coded = PixelFormat::png,
    .sniff = looks_like_png,
    .holds = holds,
    .encode = encode,
    .decode = decode,
    .read_metadata = read_png_metadata,
    .add_metadata = add_png_metadata,
};

}  // namespace omv::formats
