// SPDX-License-Identifier: LGPL-2.1-or-later
// Markers only; decoding is the consumer's business.
#include "omv/camera/coded_frame.h"

#include <string>

#include "omv/image/coded_header.h"

namespace omv::camera {

namespace {

std::string text_of(std::uint32_t width, std::uint32_t height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

}  // namespace

Result<std::size_t> check_coded_frame(const FrameInfo& info, ConstByteSpan data) {
  if (info.format == PixelFormat::jpeg) {
    OMV_TRY(const CodedSize size, read_jpeg_size(data));
    if (size.width != info.width || size.height != info.height)
      return Error{Errc::invalid, "JPEG of " + text_of(size.width, size.height) + " in a frame of " +
                                      text_of(info.width, info.height)};
    return find_jpeg_end(data);
  }
  if (info.format == PixelFormat::png && !looks_like_png(data))
    return Error{Errc::invalid, "PNG frame without the signature"};
  return data.size();
}

}  // namespace omv::camera
