// SPDX-License-Identifier: LGPL-2.1-or-later
// Decodes, counts pixels, and puts rows one behind the other.
#include "omv/formats/palette_file.h"

#include <array>

#include "omv/base/mapped_file.h"
#include "omv/formats/format.h"
#include "omv/image/unpack.h"

namespace omv::formats {

namespace {

constexpr std::uint64_t kPixels = 256;
constexpr std::uint64_t kMostPixels = 1'000'000;  // up to here the message says how many there are

Result<Frame> decode_file(const std::string& path) {
  OMV_TRY(const MappedFile file, MappedFile::open(path));
  const Format* format = format_by_content(file.bytes());
  if (format == nullptr)
    return Error{Errc::unsupported, path + " is no image of a known format (" + known_extensions() + ")"};
  DecodeOptions options;
  options.max_pixels = kMostPixels;
  auto frame = format->decode(file.bytes(), options);
  if (!frame) return Error{frame.error().code, path + ": " + frame.error().message};
  return frame;
}

Result<Frame> read_pixels(const std::string& path) {
  OMV_TRY(Frame frame, decode_file(path));
  const std::uint64_t pixels = std::uint64_t{frame.info.width} * frame.info.height;
  if (pixels != kPixels)
    return Error{Errc::invalid, path + " has " + std::to_string(pixels) + " pixels; a palette has " +
                                    std::to_string(kPixels) + ", in rows of any length"};
  return frame;
}

}  // namespace

Result<Palette> read_palette(const std::string& path) {
  OMV_TRY(const Frame frame, read_pixels(path));
  const ImageView view = packed_view(frame.info, ConstByteSpan(frame.data));
  std::array<std::uint8_t, 4 * kPixels> rgbx{};
  for (std::uint32_t y = 0; y < frame.info.height; ++y)
    unpack_row_rgbx(view, y, rgbx.data() + std::size_t{4} * y * frame.info.width);
  std::array<Rgb888, kPixels> colours{};
  for (std::size_t i = 0; i < kPixels; ++i) colours[i] = {rgbx[4 * i], rgbx[4 * i + 1], rgbx[4 * i + 2]};
  return palette_of(colours);
}

Result<AlphaPalette> read_alpha_palette(const std::string& path) {
  OMV_TRY(const Frame frame, read_pixels(path));
  if (has_colour(frame.info.format))
    return Error{Errc::invalid, path + " has colours; an alpha palette is a grey picture"};
  const ImageView view = packed_view(frame.info, ConstByteSpan(frame.data));
  AlphaPalette alphas{};
  for (std::uint32_t y = 0; y < frame.info.height; ++y)
    unpack_row_grey(view, y, alphas.data() + std::size_t{y} * frame.info.width);
  return alphas;
}

}  // namespace omv::formats
