// SPDX-License-Identifier: LGPL-2.1-or-later
// The checks that still codecs share.
#include "omv/formats/still_checks.h"

#include <string>

namespace omv::formats::detail {

namespace {

std::string size_text(std::string_view name, std::uint64_t width, std::uint64_t height) {
  return std::string(name) + " of " + std::to_string(width) + "x" + std::to_string(height) + " pixels";
}

// "save them as .ppm .png or ", of the formats that hold such pictures.
std::string other_files(PixelFormat format) {
  std::string list;
  for (const Format* other : formats())
    if (other->holds(format)) list += " ." + std::string(other->extensions.front());
  return list.empty() ? "" : "save them as" + list + " or ";
}

// What a picture becomes that loses as little as possible.
std::string conversion(const Format& format, PixelFormat from) {
  for (const PixelFormat to : {PixelFormat::rgb888, PixelFormat::yuv420, PixelFormat::grayscale})
    if (format.holds(to) && (has_colour(from) || !has_colour(to) || !format.holds(PixelFormat::grayscale)))
      return "convert them to " + std::string(to_string(to));
  return "capture Bayer pictures";
}

Error cannot_hold(const Format& format, PixelFormat pixels) {
  const std::string advice = is_compressed(pixels) ? "decode them" : other_files(pixels) + conversion(format, pixels);
  return {Errc::unsupported,
          std::string(format.name) + " cannot hold " + std::string(to_string(pixels)) + " pictures; " + advice};
}

}  // namespace

Result<void> check_writable(const Format& format, const FrameInfo& info) {
  if (!format.holds(info.format)) return cannot_hold(format, info.format);
  if (info.width >= 1 && info.height >= 1 && info.width <= kMaxDimension && info.height <= kMaxDimension) return {};
  return Error{Errc::invalid,
               size_text(format.name, info.width, info.height) + "; sides are 1 to " + std::to_string(kMaxDimension)};
}

Result<void> check_readable_size(std::string_view name, std::uint64_t width, std::uint64_t height,
                                 std::uint64_t max_pixels) {
  if (width == 0 || height == 0) return Error{Errc::invalid, size_text(name, width, height)};
  if (width > kMaxDimension || height > kMaxDimension)
    return Error{Errc::limit, size_text(name, width, height) + "; sides are at most " + std::to_string(kMaxDimension)};
  if (width * height <= max_pixels) return {};
  return Error{Errc::limit, size_text(name, width, height) + " is beyond the limit of " + std::to_string(max_pixels)};
}

Frame make_frame(const FrameInfo& info) { return {info, Bytes(static_cast<std::size_t>(payload_bytes(info)))}; }

bool is_opaque_rgb(PixelFormat format) { return rgb_layout(format) != nullptr && !has_alpha(format); }

}  // namespace omv::formats::detail
