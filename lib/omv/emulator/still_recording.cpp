// SPDX-License-Identifier: LGPL-2.1-or-later
// Decoded, converted to what a sensor gives, and put behind a chunk header.
#include "omv/emulator/still_recording.h"

#include "omv/image/convert.h"
#include "omv/image/unpack.h"
#include "omv/recording/imageio_format.h"

namespace omv::emulator {

namespace {

constexpr std::uint32_t kIntervalMs = 33;

PixelFormat sensor_format(PixelFormat format) {
  if (format == PixelFormat::binary) return PixelFormat::binary;
  return has_colour(format) ? PixelFormat::rgb565 : PixelFormat::grayscale;
}

void unpack_row_565(const ImageView& image, std::uint32_t y, Bytes& rgbx, std::uint8_t* out) {
  rgbx.resize(std::size_t{4} * image.info.width);
  unpack_row_rgbx(image, y, rgbx.data());
  for (std::size_t i = 0; i < rgbx.size(); i += 4)
    store_le(out + i / 2, reduce_to_565({rgbx[i], rgbx[i + 1], rgbx[i + 2]}));
}

Frame as_sensor_sees(Frame still) {
  const FrameInfo info = {sensor_format(still.info.format), still.info.width, still.info.height};
  if (info == still.info) return still;
  Frame frame = {info, Bytes(static_cast<std::size_t>(payload_bytes(info)))};
  const ImageView from = packed_view(still.info, ConstByteSpan(still.data));
  const MutableImageView to = packed_view(info, ByteSpan(frame.data));
  Bytes rgbx;
  for (std::uint32_t y = 0; y < info.height; ++y)
    if (info.format == PixelFormat::grayscale)
      unpack_row_grey(from, y, to.row(y));
    else
      unpack_row_565(from, y, rgbx, to.row(y));
  return frame;
}

}  // namespace

Result<Bytes> record_still(const formats::Format& format, ConstByteSpan file) {
  OMV_TRY(Frame still, format.decode(file, {}));
  const Frame frame = as_sensor_sees(std::move(still));
  OMV_TRY(const auto header, imageio::make_header(frame.info, kIntervalMs, frame.data.size()));
  Bytes recording;
  append(recording, imageio::make_magic(imageio::Version::v2_0));
  append(recording, header);
  append(recording, frame.data);
  recording.resize(recording.size() + imageio::pad_bytes(frame.data.size()));
  return recording;
}

}  // namespace omv::emulator
