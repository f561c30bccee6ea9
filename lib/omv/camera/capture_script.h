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
  std::optional<std::string> framesize;  ///< a name of spec cameras, section 4, or WxH
  std::optional<int> quality;            ///< 1..100: the script compresses, so that even a raw stream carries JPEG
  std::optional<int> framerate;          ///< 1..1000 frames per second
};

/// Script text for firmware 5: firmware/stream.py of the source tree with these settings. Its first line repeats them
/// as a comment, `# omv-capture: pixformat=RGB565 framesize=QVGA quality=80 framerate=15`, which is what the emulator
/// goes by. A frame size without a name in the firmware becomes a window on the next larger one that has a name; JPEG
/// from the sensor can't be cropped. Errc::invalid names the setting and what it may be.
Result<std::string> make_capture_script(const CaptureSettings& settings);

/// The same for firmware 3 and 4: firmware/legacy/stream.py.
Result<std::string> make_legacy_capture_script(const CaptureSettings& settings);

}  // namespace omv::camera
