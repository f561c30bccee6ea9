// SPDX-License-Identifier: LGPL-2.1-or-later
// The MicroPython that runs on the camera when the user brings none: snapshots for ever.
#pragma once

#include <optional>
#include <string>

#include "omv/base/result.h"

namespace omv::camera {

/// What is not given is left to the script's defaults (RGB565, QVGA) or, on an emulated camera, to its own options.
struct CaptureSettings {
  std::optional<std::string> pixformat;  ///< BINARY, GRAYSCALE, RGB565, BAYER, YUV422 or JPEG, in any case
  std::optional<std::string> framesize;  ///< a name of spec cameras, section 4, or WxH of one of them
};

/// Script text for firmware 5. Its first line repeats the settings as a comment,
/// `# omv-capture: pixformat=RGB565 framesize=QVGA`, which is what the emulator goes by. Errc::invalid names the
/// setting and what it may be.
Result<std::string> make_capture_script(const CaptureSettings& settings);

}  // namespace omv::camera
