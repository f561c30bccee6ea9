// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the planes of a picture and of a part of it begin.
#include "omv/image/image.h"

namespace omv {

namespace {

// Named by the 2x2 cell at (0,0): an odd column swaps the columns of the cell, an odd row its rows.
PixelFormat bayer_at(PixelFormat format, std::uint32_t x, std::uint32_t y) {
  constexpr PixelFormat kByPhase[] = {PixelFormat::bayer_bggr, PixelFormat::bayer_gbrg, PixelFormat::bayer_grbg,
                                      PixelFormat::bayer_rggb};
  unsigned phase = 0;
  while (kByPhase[phase] != format) ++phase;
  return kByPhase[phase ^ (x & 1U) ^ (y & 1U) << 1];
}

std::size_t column_offset(PixelFormat format, std::uint32_t x) {
  return format == PixelFormat::binary ? x / 8 : std::size_t{x} * info_of(format).bytes_per_pixel;
}

ChromaPlane cropped(const ChromaPlane& plane, const ChromaLayout& layout, const Roi& roi) {
  return {plane.row(roi.y >> layout.shift_y) + std::size_t{roi.x >> layout.shift_x} * layout.step, plane.stride};
}

}  // namespace

ImageView packed_view(const FrameInfo& info, ConstByteSpan bytes) {
  ImageView view = {info, bytes.data(), static_cast<std::size_t>(row_bytes(info.format, info.width))};
  const ChromaLayout* layout = chroma_layout(info.format);
  if (layout == nullptr) return view;
  const std::size_t samples = chroma_width(*layout, info.width);
  const std::size_t plane = samples * chroma_height(*layout, info.height);
  const std::uint8_t* chroma = view.data + view.stride * info.height;
  view.cb = {chroma, samples * layout->step};
  view.cr = {chroma + (layout->step == 1 ? plane : 1), samples * layout->step};
  return view;
}

CroppingStep cropping_step(PixelFormat format) {
  if (format == PixelFormat::binary) return {8, 1};
  if (is_packed_422(format) || format == PixelFormat::uyvy) return {2, 1};
  const ChromaLayout* layout = chroma_layout(format);
  if (layout == nullptr) return {};
  return {1U << layout->shift_x, 1U << layout->shift_y};
}

ImageView cropped(const ImageView& image, const Roi& roi) {
  const PixelFormat format = image.info.format;
  ImageView part = {{format, roi.width, roi.height}, image.row(roi.y) + column_offset(format, roi.x), image.stride};
  if (is_bayer(format)) part.info.format = bayer_at(format, roi.x, roi.y);
  if (const ChromaLayout* layout = chroma_layout(format)) {
    part.cb = cropped(image.cb, *layout, roi);
    part.cr = cropped(image.cr, *layout, roi);
  }
  return part;
}

}  // namespace omv
