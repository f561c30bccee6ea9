// SPDX-License-Identifier: LGPL-2.1-or-later
// The row of JPEG in the registry.
#include <array>

#include "omv/formats/jpeg.h"
#include "omv/formats/still_checks.h"
#include "omv/image/coded_header.h"

namespace omv::formats {

namespace {

constexpr std::array<std::string_view, 2> kExtensions = {"jpg", "jpeg"};

// Raw pictures of 8 bit a sample without alpha.
bool holds(PixelFormat format) {
  return !is_compressed(format) && format != PixelFormat::argb8 && format != PixelFormat::gray16 && !has_alpha(format);
}

Result<void> encode(const ImageView& image, const EncodeOptions& options, Bytes& into) {
  into.clear();
  OMV_CHECK(detail::check_writable(kJpegFormat, image.info));
  JpegEncoder encoder;
  return encoder.encode(image, options.jpeg, into);
}

// One component becomes grayscale, three become rgb888.
Result<Frame> decode(ConstByteSpan bytes, const DecodeOptions& options) {
  OMV_TRY(const CodedSize size, read_jpeg_size(bytes));
  const JpegDecodeLimits limits = {.max_pixels = options.max_pixels};
  if (size.components == 1) return decode_jpeg(bytes, PixelFormat::grayscale, limits);
  OMV_TRY(RgbPicture picture, decode_jpeg_rgb(bytes, limits));
  return Frame{{PixelFormat::rgb888, picture.width, picture.height}, std::move(picture.data)};
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
    .read_metadata = nullptr,
    .add_metadata = nullptr,
};

}  // namespace omv::formats
