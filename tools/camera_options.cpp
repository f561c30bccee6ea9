// SPDX-License-Identifier: LGPL-2.1-or-later
// Values go to omvsrc as they are typed; it knows what they can be.
#include "camera_options.h"

#include <string>
#include <utility>

namespace omv::tool {

void CameraOptions::add_to(std::vector<GOptionEntry>& entries, Letters letters) {
  const auto letter = [letters](char wanted) { return letters == Letters::all ? wanted : '\0'; };
  entries.insert(
      entries.end(),
      {
          {"pixformat", letter('p'), 0, G_OPTION_ARG_STRING, pixformat_.target(),
           "What the camera captures: RGB565, GRAYSCALE, …", "FORMAT"},
          {"framesize", letter('s'), 0, G_OPTION_ARG_STRING, framesize_.target(), "QVGA, VGA, 320x240, …", "SIZE"},
          {"framerate", letter('r'), 0, G_OPTION_ARG_STRING, framerate_.target(), "Frames a second at most", "N"},
          {"quality", 0, 0, G_OPTION_ARG_INT, &quality_, "JPEG quality, 1 to 100; unset: the camera's own rule", "N"},
          {"script", 0, 0, G_OPTION_ARG_FILENAME, script_.target(),
           "MicroPython for the camera, instead of the built-in one", "FILE"},
      });
}

Result<runner::CameraProperties> CameraOptions::parse() const {
  if (quality_ < 0 || quality_ > 100)
    return Error{Errc::invalid, "--quality is " + std::to_string(quality_) + "; it can be 1 to 100"};
  runner::CameraProperties camera;
  for (const auto& [property, text] : {std::pair("pixformat", &pixformat_), std::pair("framesize", &framesize_),
                                       std::pair("framerate", &framerate_), std::pair("script", &script_)})
    if (*text) camera.emplace_back(property, text->str());
  if (quality_ > 0) camera.emplace_back("quality", std::to_string(quality_));
  return camera;
}

std::optional<int> CameraOptions::quality() const { return quality_ > 0 ? std::optional<int>(quality_) : std::nullopt; }

}  // namespace omv::tool
