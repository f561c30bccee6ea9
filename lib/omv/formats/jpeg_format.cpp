// SPDX-License-Identifier: LGPL-2.1-or-later
// The row of JPEG in the registry.
#include <array>

#include "omv/formats/jpeg.h"
#include "omv/formats/jpeg_metadata.h"
#include "omv/image/coded_header.h"

namespace omv::formats {

namespace {

constexpr std::array<std::string_view, 2> kExtensions = {"jpg", "jpeg"};

// Raw pictures of 8 bit a sample without alpha.
bool holds(PixelFormat format) {
  return !is_compressed(format) && format != PixelFormat::argb8 && format != PixelFormat::gray16 && !has_alpha(format);
}

Result<void> encode(const ImageView& image, const EncodeOptions& options, Bytes& into) {
  JpegEncoder encoder;
  return encoder.encode(image, options.jpeg, into, options.metadata != nullptr ? *options.metadata : Metadata());
}

// One component becomes grayscale, three become rgb888.
Result<Frame> decode(ConstByteSpan bytes, const DecodeOptions& options) {
  OMV_TRY(const CodedSize size, read_jpeg_size(bytes));
  const JpegDecodeLimits limits = {.max_pixels = options.max_pixels};
  return decode_jpeg(bytes, size.components == 1 ? PixelFormat::grayscale : PixelFormat::rgb888, limits);
}

}  // namespace

const Format kJpegFormat = {
    .name = "JPEG",
    .extensions = kExtensions,
    .media_type = "image/jpeg",
    .coded = PixelFormat::jpeg,
    .sniff = looks_like_jpeg,
    .holds = holds,
    .encode = encode,
    .decode = decode,
    .read_metadata = read_jpeg_metadata,
    .add_metadata = add_jpeg_metadata,
};

}  // namespace omv::formats
