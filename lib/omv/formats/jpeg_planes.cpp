// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows are gathered, stretched and padded on their way into a copy that stays in the cache.
#include "omv/formats/jpeg_planes.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "omv/image/full_range.h"
#include "omv/image/map_units.h"

namespace omv::formats::detail {

namespace {

constexpr std::uint32_t kBlock = 8;  // rows and columns of a DCT block
constexpr std::uint8_t kNoChroma = 128;

// Every sizeof(Unit)-th byte: units that are cut to their first byte, of which the last reaches beyond its row.
template <typename Unit>
void gather(const std::uint8_t* in, std::uint32_t count, std::uint8_t* out) {
  constexpr unsigned kShift = std::endian::native == std::endian::little ? 0 : 8 * (sizeof(Unit) - 1);
  if (count == 0) return;
  map_units<Unit, std::uint8_t>(in, count - 1, out,
                                [](Unit unit) { return static_cast<std::uint8_t>(unit >> kShift); });
  out[count - 1] = in[sizeof(Unit) * (count - 1)];
}

void gather(const std::uint8_t* in, unsigned step, std::uint32_t count, std::uint8_t* out) {
  if (step == 1)
    std::memcpy(out, in, count);
  else if (step == 2)
    gather<std::uint16_t>(in, count, out);
  else
    gather<std::uint32_t>(in, count, out);
}

struct Samples {
  const std::uint8_t* data = nullptr;
  std::size_t stride = 0;
  unsigned step = 1;
  std::uint32_t samples = 0;
};

// Y, Cb and Cr of 4:2:2 in one plane. The second chroma sample of the last pair of an odd row is not there.
std::array<Samples, 3> components_of_422(const ImageView& image) {
  const bool chroma_first = image.info.format == PixelFormat::uyvy;
  const bool cr_first = image.info.format == PixelFormat::yuv422;
  const std::uint32_t width = image.info.width;
  const std::uint8_t* chroma = image.data + (chroma_first ? 0 : 1);
  const Samples first = {chroma, image.stride, 4, (width + 1) / 2};
  const Samples second = {chroma + 2, image.stride, 4, width / 2};
  const Samples luma = {image.data + (chroma_first ? 1 : 0), image.stride, 2, width};
  return {luma, cr_first ? second : first, cr_first ? first : second};
}

std::array<Samples, 3> components_of_planes(const ImageView& image, const ChromaLayout& layout) {
  const std::uint32_t samples = chroma_width(layout, image.info.width);
  return {Samples{image.data, image.stride, 1, image.info.width},
          Samples{image.cb.data, image.cb.stride, layout.step, samples},
          Samples{image.cr.data, image.cr.stride, layout.step, samples}};
}

std::array<Samples, 3> components_of(const ImageView& image) {
  if (image.info.format == PixelFormat::grayscale) return {Samples{image.data, image.stride, 1, image.info.width}};
  const ChromaLayout* layout = chroma_layout(image.info.format);
  return layout != nullptr ? components_of_planes(image, *layout) : components_of_422(image);
}

std::uint32_t divided_up(std::uint32_t value, std::uint32_t by) { return (value + by - 1) / by; }

}  // namespace

void JpegPlanes::set_blocks(const FrameInfo& info, ChromaSharing sharing) {
  const auto columns = static_cast<std::uint32_t>(sharing.columns);
  const auto rows = static_cast<std::uint32_t>(sharing.rows);
  const std::size_t blocks = divided_up(info.width, kBlock * columns);
  for (Component& component : components()) {
    const bool luma = &component == all_.data();
    component.padded = blocks * kBlock * (luma ? columns : 1);
    component.rows = luma ? info.height : divided_up(info.height, rows);
    component.block_rows = kBlock * (luma ? rows : 1);
  }
}

void JpegPlanes::open(const ImageView& image, ChromaSharing sharing, bool limited_range) {
  const auto samples = components_of(image);
  count_ = samples[1].data != nullptr ? 3 : 1;
  set_blocks(image.info, sharing);
  for (std::size_t i = 0; i < count_; ++i) {
    Component& component = all_[i];
    component.data = samples[i].data;
    component.stride = samples[i].stride;
    component.step = samples[i].step;
    component.samples = samples[i].samples;
    component.expand = !limited_range ? nullptr : i == 0 ? expand_luma : expand_chroma;
    component.copies.resize(component.padded * component.block_rows);
    component.pointers.resize(component.block_rows);
    image_[i] = component.pointers.data();
  }
}

void JpegPlanes::copy_row(const Component& component, std::uint32_t y, std::uint8_t* out) {
  const std::uint8_t* in = component.data + y * component.stride;
  const bool gathers = component.step != 1 || component.expand == nullptr;
  if (gathers) gather(in, component.step, component.samples, out);
  if (component.expand != nullptr) component.expand(gathers ? out : in, component.samples, out);
  const std::uint8_t last = component.samples > 0 ? out[component.samples - 1] : kNoChroma;
  std::fill(out + component.samples, out + component.padded, last);
}

JSAMPIMAGE JpegPlanes::rows_at(std::uint32_t y) {
  const std::uint32_t block_row = y / luma_rows();
  for (Component& component : components()) {
    const std::uint32_t first = block_row * component.block_rows;
    for (std::uint32_t i = 0; i < component.block_rows; ++i) {
      component.pointers[i] = component.copies.data() + i * component.padded;
      if (first + i < component.rows)
        copy_row(component, first + i, component.pointers[i]);
      else
        component.pointers[i] = component.pointers[i - 1];
    }
  }
  return image_.data();
}

}  // namespace omv::formats::detail
