// SPDX-License-Identifier: LGPL-2.1-or-later
// Any bytes into the decoder of luma at an eighth of the size: a picture or an error, from it and from libjpeg.
#include <cstddef>
#include <cstdint>

#include "omv/formats/jpeg_luma.h"
#include "omv/formats/jpeg_scaled.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const omv::ConstByteSpan bytes(data, size);
  const omv::formats::JpegDecodeLimits limits = {.max_pixels = 1 << 20, .max_scans = 20};
  omv::formats::JpegLumaDecoder decoder;
  omv::Frame cells;
  for (int again = 0; again < 2; ++again) (void)decoder.decode(bytes, cells, limits);
  (void)omv::formats::detail::decode_scaled_luma(bytes, cells, limits);
  return 0;
}
