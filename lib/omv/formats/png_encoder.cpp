// SPDX-License-Identifier: LGPL-2.1-or-later
// PngEncoder: rows in PNG's layout, filtered into one buffer, packed by libdeflate.
#include <array>
#include <string>

#include "omv/formats/png.h"
#include "omv/formats/png_chunks.h"
#include "omv/formats/png_filter.h"
#include "omv/formats/png_metadata.h"
#include "omv/formats/rgb_rows.h"
#include "omv/formats/still_checks.h"
#include "omv/formats/zlib_stream.h"

namespace omv::formats {

namespace {

// Rows in PNG's layout

std::uint8_t reversed(std::uint8_t bits) {
  unsigned out = 0;
  for (unsigned bit = 0; bit < 8; ++bit) out |= (bits >> bit & 1U) << (7 - bit);
  return static_cast<std::uint8_t>(out);
}

const std::uint8_t* as_it_is(const ImageView& image, std::uint32_t y, Bytes&) { return image.row(y); }

// The leftmost pixel is the highest bit; spare bits are 0.
const std::uint8_t* bits_row(const ImageView& image, std::uint32_t y, Bytes& buffer) {
  const std::uint32_t width = image.info.width;
  buffer.resize((std::size_t{width} + 7) / 8);
  for (std::size_t i = 0; i < buffer.size(); ++i) buffer[i] = reversed(image.row(y)[i]);
  if (width % 8 != 0) buffer.back() = static_cast<std::uint8_t>(buffer.back() & 0xFF00U >> width % 8);
  return buffer.data();
}

// The high byte first.
const std::uint8_t* grey16_row(const ImageView& image, std::uint32_t y, Bytes& buffer) {
  buffer.resize(std::size_t{2} * image.info.width);
  const std::uint8_t* in = image.row(y);
  for (std::size_t i = 0; i < buffer.size(); i += 2) {
    buffer[i] = in[i + 1];
    buffer[i + 1] = in[i];
  }
  return buffer.data();
}

const std::uint8_t* rgba_row(const ImageView& image, std::uint32_t y, Bytes& buffer) {
  if (image.info.format == PixelFormat::rgba8888) return image.row(y);
  const RgbLayout layout = *rgb_layout(image.info.format);
  buffer.resize(std::size_t{4} * image.info.width);
  const std::uint8_t* in = image.row(y);
  for (std::size_t i = 0; i < buffer.size(); i += 4, in += 4) {
    buffer[i] = in[layout.r];
    buffer[i + 1] = in[layout.g];
    buffer[i + 2] = in[layout.b];
    buffer[i + 3] = in[layout.alpha];
  }
  return buffer.data();
}

struct Layout {
  std::uint8_t bit_depth;
  std::uint8_t colour_type;
  std::uint8_t pixel_bits;
  /// The row where it lies, or unpacked into the buffer.
  const std::uint8_t* (*row)(const ImageView& image, std::uint32_t y, Bytes& buffer);

  std::size_t pixel_bytes() const { return pixel_bits < 8 ? 1 : pixel_bits / 8; }
  std::size_t row_bytes(std::uint32_t width) const { return (std::size_t{width} * pixel_bits + 7) / 8; }
};

Layout layout_of(PixelFormat format) {
  constexpr std::uint8_t kGrey = 0;
  constexpr std::uint8_t kRgb = 2;
  constexpr std::uint8_t kRgba = 6;
  if (format == PixelFormat::binary) return {1, kGrey, 1, bits_row};
  if (format == PixelFormat::grayscale) return {8, kGrey, 8, as_it_is};
  if (format == PixelFormat::gray16) return {16, kGrey, 16, grey16_row};
  if (has_alpha(format)) return {8, kRgba, 32, rgba_row};
  return {8, kRgb, 24, detail::rgb_row};
}

// The file

void append_header(const FrameInfo& info, const Layout& layout, Bytes& into) {
  const std::size_t chunk = detail::begin_png_chunk("IHDR", into);
  detail::append_be32(into, info.width);
  detail::append_be32(into, info.height);
  append(into, std::array<std::uint8_t, 5>{layout.bit_depth, layout.colour_type, 0, 0, 0});
  detail::end_png_chunk(chunk, into);
}

Result<void> check(const FrameInfo& info, const PngSettings& settings, const Layout& layout) {
  if (settings.compression_level < 0 || settings.compression_level > 9)
    return Error{Errc::invalid,
                 "PNG compression level " + std::to_string(settings.compression_level) + " is not in 0..9"};
  const std::size_t bytes = (1 + layout.row_bytes(info.width)) * info.height;
  if (detail::ZlibWriter::bound(bytes) <= detail::kMaxPngChunk) return {};
  return Error{Errc::limit, "PNG of " + std::to_string(bytes) + " bytes before compression; 2 GiB are too many"};
}

}  // namespace

struct PngEncoder::State {
  void filter(const ImageView& image, const Layout& layout, PngFilter filter);

  detail::ZlibWriter writer;
  Bytes filtered;                // type and bytes of every row
  std::array<Bytes, 2> buffers;  // of this row and the one above it, if they are not as they are in the picture
  Bytes trial;
  Bytes zeros;  // above the first row
};

void PngEncoder::State::filter(const ImageView& image, const Layout& layout, PngFilter filter) {
  const std::size_t bytes = layout.row_bytes(image.info.width);
  filtered.resize((1 + bytes) * image.info.height);
  zeros.assign(bytes, 0);
  const std::uint8_t* above = zeros.data();
  std::uint8_t* out = filtered.data();
  for (std::uint32_t y = 0; y < image.info.height; ++y, out += 1 + bytes) {
    const std::uint8_t* row = layout.row(image, y, buffers[y % 2]);
    detail::filter_png_row(filter, row, above, bytes, layout.pixel_bytes(), trial, out);
    above = row;
  }
}

PngEncoder::PngEncoder() : state_(std::make_unique<State>()) {}
PngEncoder::PngEncoder(PngEncoder&&) noexcept = default;
PngEncoder& PngEncoder::operator=(PngEncoder&&) noexcept = default;
PngEncoder::~PngEncoder() = default;

Result<void> PngEncoder::encode(const ImageView& image, const PngSettings& settings, Bytes& into,
                                const Metadata* metadata) {
  into.clear();
  OMV_CHECK(detail::check_writable(kPngFormat, image.info));
  const Layout layout = layout_of(image.info.format);
  OMV_CHECK(check(image.info, settings, layout));
  Bytes said;
  if (metadata != nullptr) OMV_CHECK(detail::append_png_metadata(*metadata, said));
  state_->filter(image, layout, layout.pixel_bits < 8 ? PngFilter::none : settings.filter);
  detail::append_png_signature(into);
  append_header(image.info, layout, into);
  append(into, said);
  const std::size_t pixels = detail::begin_png_chunk("IDAT", into);
  auto packed = state_->writer.append(state_->filtered, settings.compression_level, into);
  if (!packed) {
    into.clear();
    return packed;
  }
  detail::end_png_chunk(pixels, into);
  detail::append_png_chunk("IEND", {}, into);
  return {};
}

}  // namespace omv::formats
