// SPDX-License-Identifier: LGPL-2.1-or-later
// Any bytes into the JPEG decoder: a picture or an error, nothing else.
#include <cstddef>
#include <cstdint>

#include "omv/formats/jpeg.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const omv::ConstByteSpan bytes(data, size);
  const omv::formats::JpegDecodeLimits limits = {.max_pixels = 1 << 20, .max_scans = 20};
  (void)omv::formats::decode_jpeg(bytes, omv::PixelFormat::grayscale, limits);
  (void)omv::formats::decode_jpeg(bytes, omv::PixelFormat::rgb565, limits);
  (void)omv::formats::decode_jpeg(bytes, omv::PixelFormat::rgb888, limits);
  return 0;
}
