// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows that are R, G, B already stay where they are; the others are unpacked.
#include "omv/formats/rgb_rows.h"

#include "omv/image/unpack.h"

namespace omv::formats::detail {

namespace {

void drop_every_fourth(Bytes& row) {
  std::uint8_t* out = row.data();
  for (const std::uint8_t* in = row.data(); in != row.data() + row.size(); in += 4, out += 3) {
    out[0] = in[0];
    out[1] = in[1];
    out[2] = in[2];
  }
}

void pick(const std::uint8_t* in, const RgbLayout& layout, std::uint32_t width, std::uint8_t* out) {
  for (std::uint32_t x = 0; x < width; ++x, in += layout.step, out += 3) {
    out[0] = in[layout.r];
    out[1] = in[layout.g];
    out[2] = in[layout.b];
  }
}

}  // namespace

RgbRows::RgbRows(const ImageView& image) : image_(image), row_(std::size_t{4} * image.info.width) {}

const std::uint8_t* RgbRows::row(std::uint32_t y) {
  if (image_.info.format == PixelFormat::rgb888) return image_.row(y);
  if (const RgbLayout* layout = rgb_layout(image_.info.format)) {
    pick(image_.row(y), *layout, image_.info.width, row_.data());
  } else {
    unpack_row_rgbx(image_, y, row_.data());
    drop_every_fourth(row_);
  }
  return row_.data();
}

}  // namespace omv::formats::detail
