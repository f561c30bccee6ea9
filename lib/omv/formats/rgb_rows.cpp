// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows that are R, G, B already stay where they are; the others are unpacked.
#include "omv/formats/rgb_rows.h"

#include "omv/image/unpack.h"

namespace omv::formats::detail {

namespace {

// Four bytes a pixel become three, in place.
void drop_every_fourth(std::uint8_t* row, std::uint32_t width) {
  const std::uint8_t* in = row;
  for (std::uint32_t x = 0; x < width; ++x, in += 4, row += 3) {
    row[0] = in[0];
    row[1] = in[1];
    row[2] = in[2];
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

const std::uint8_t* rgb_row(const ImageView& image, std::uint32_t y, Bytes& buffer) {
  const auto& [format, width, height] = image.info;
  if (format == PixelFormat::rgb888) return image.row(y);
  buffer.resize(std::size_t{4} * width);
  if (const RgbLayout* layout = rgb_layout(format)) {
    pick(image.row(y), *layout, width, buffer.data());
  } else {
    unpack_row_rgbx(image, y, buffer.data());
    drop_every_fourth(buffer.data(), width);
  }
  return buffer.data();
}

}  // namespace omv::formats::detail
