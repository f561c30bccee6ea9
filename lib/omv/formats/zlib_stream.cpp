// SPDX-License-Identifier: LGPL-2.1-or-later
// libdeflate's two objects, owned.
#include "omv/formats/zlib_stream.h"

#include <libdeflate.h>

#include <algorithm>
#include <string>

namespace omv::formats::detail {

void ZlibWriter::Free::operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }

std::size_t ZlibWriter::bound(std::size_t bytes) { return libdeflate_zlib_compress_bound(nullptr, bytes); }

Result<void> ZlibWriter::append(ConstByteSpan bytes, int level, Bytes& into) {
  if (!compressor_ || level != level_) compressor_.reset(libdeflate_alloc_compressor(level));
  if (!compressor_) return Error{Errc::limit, "no memory to compress at level " + std::to_string(level)};
  level_ = level;
  const std::size_t at = into.size();
  into.resize(at + bound(bytes.size()));
  const std::size_t packed =
      libdeflate_zlib_compress(compressor_.get(), bytes.data(), bytes.size(), into.data() + at, into.size() - at);
  into.resize(at + packed);
  return {};
}

Result<Bytes> unpack_zlib(ConstByteSpan stream, std::size_t most) {
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  if (!decompressor) return Error{Errc::limit, "no memory to decompress"};
  Bytes out(std::min(most, 4 * stream.size() + 64));
  while (true) {
    std::size_t size = 0;
    const libdeflate_result result =
        libdeflate_zlib_decompress(decompressor.get(), stream.data(), stream.size(), out.data(), out.size(), &size);
    if (result == LIBDEFLATE_SUCCESS) {
      out.resize(size);
      return out;
    }
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE) return Error{Errc::invalid, "damaged zlib stream"};
    if (out.size() >= most) return Error{Errc::limit, "zlib stream of more than " + std::to_string(most) + " bytes"};
    out.resize(std::min(most, 2 * out.size()));
  }
}

}  // namespace omv::formats::detail
