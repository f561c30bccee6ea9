// SPDX-License-Identifier: LGPL-2.1-or-later
// JPEG and PNG headers: sizes and ends of arbitrary bytes.
#include "omv/image/coded_header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const omv::ConstByteSpan bytes(data, size);
  (void)omv::looks_like_jpeg(bytes);
  (void)omv::looks_like_png(bytes);
  (void)omv::read_jpeg_size(bytes);
  (void)omv::read_png_size(bytes);
  if (const auto end = omv::find_jpeg_end(bytes); end && *end > size) __builtin_trap();
  return 0;
}
