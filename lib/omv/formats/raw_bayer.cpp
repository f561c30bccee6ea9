// SPDX-License-Identifier: LGPL-2.1-or-later
// Bayer mosaics, row by row.
#include "omv/formats/raw_bayer.h"

#include <array>

#include "omv/formats/headerless.h"
#include "omv/formats/still_checks.h"
#include "omv/image/convert.h"

namespace omv::formats {

namespace {

constexpr std::array<std::string_view, 1> kExtensions = {"raw"};

Result<void> encode(const ImageView& image, const EncodeOptions&, Bytes& into) {
  into.clear();
  OMV_CHECK(detail::check_writable(kRawBayerFormat, image.info));
  into.resize(static_cast<std::size_t>(payload_bytes(image.info)));
  copy_rows(image, packed_view(image.info, ByteSpan(into)));
  return {};
}

Result<Frame> decode(ConstByteSpan bytes, const DecodeOptions& options) {
  OMV_TRY(const FrameInfo info, detail::stated_geometry(kRawBayerFormat, options));
  if (!is_bayer(info.format))
    return Error{Errc::invalid, "raw Bayer files hold bayer_bggr, bayer_gbrg, bayer_grbg or bayer_rggb, not " +
                                    std::string(to_string(info.format))};
  OMV_CHECK(detail::check_exact_size(kRawBayerFormat, info, bytes.size(), payload_bytes(info)));
  return Frame{info, Bytes(bytes.begin(), bytes.end())};
}

}  // namespace

const Format kRawBayerFormat = {
    .name = "raw Bayer",
    .extensions = kExtensions,
    .media_type = "image/x-raw-bayer",
    .coded = std::nullopt,
    .sniff = nullptr,
    .holds = is_bayer,
    .encode = encode,
    .decode = decode,
    .read_metadata = nullptr,
    .add_metadata = nullptr,
};

}  // namespace omv::formats
