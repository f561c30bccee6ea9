// SPDX-License-Identifier: LGPL-2.1-or-later
// The checks that still codecs share.
#include "omv/formats/still_checks.h"

#include <string>

namespace omv::formats::detail {

namespace {

std::string size_text(std::string_view name, std::uint64_t width, std::uint64_t height) {
  return std::string(name) + " of " + std::to_string(width) + "x" + std::to_string(height) + " pixels";
}

}  // namespace

Error cannot_hold(std::string_view name, PixelFormat format) {
  return {Errc::unsupported, std::string(name) + " cannot hold " + std::string(to_string(format)) + " pictures"};
}

Result<void> check_writable_size(std::string_view name, const FrameInfo& info) {
  const auto& [format, width, height] = info;
  if (width >= 1 && height >= 1 && width <= kMaxDimension && height <= kMaxDimension) return {};
  return Error{Errc::invalid, size_text(name, width, height) + "; sides are 1 to " + std::to_string(kMaxDimension)};
}

Result<void> check_readable_size(std::string_view name, std::uint64_t width, std::uint64_t height,
                                 std::uint64_t max_pixels) {
  if (width == 0 || height == 0) return Error{Errc::invalid, size_text(name, width, height)};
  if (width > kMaxDimension || height > kMaxDimension)
    return Error{Errc::limit, size_text(name, width, height) + "; sides are at most " + std::to_string(kMaxDimension)};
  if (width * height <= max_pixels) return {};
  return Error{Errc::limit, size_text(name, width, height) + " is beyond the limit of " + std::to_string(max_pixels)};
}

Frame make_frame(const FrameInfo& info) {
  return {info, Bytes(static_cast<std::size_t>(payload_bytes(info)))};
}

}  // namespace omv::formats::detail
