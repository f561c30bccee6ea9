// SPDX-License-Identifier: LGPL-2.1-or-later
// What a script tells an emulated camera about the pictures it would capture.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "omv/camera/frame_sizes.h"
#include "omv/emulator/frame_rate.h"
#include "omv/image/pixel_format.h"

namespace omv::emulator {

/// The emulator does not interpret scripts. A script that begins with the line
///
///   # omv-capture: pixformat=RGB565 framesize=QVGA quality=50 framerate=15
///
/// (any subset, in any order, separated by spaces) is taken at its word: `pixformat` is a raw format or JPEG,
/// `framesize` a name or WxH, `quality` 1..100 of the JPEG preview, `framerate` frames per second (0 = as fast as the
/// host takes them). A real camera sees a comment.
struct CaptureHints {
  std::optional<PixelFormat> format;
  std::optional<camera::FrameSize> size;
  std::optional<int> quality;
  std::optional<FrameRate> rate;
  std::string complaints;  ///< a line for each word that was not understood, for the script's output
};

/// Never fails: what is not understood is left out and complained about.
CaptureHints parse_capture_hints(std::string_view script);

}  // namespace omv::emulator
