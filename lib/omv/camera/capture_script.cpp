// SPDX-License-Identifier: LGPL-2.1-or-later
// Text of the built-in capture script.
#include "omv/camera/capture_script.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "omv/camera/frame_sizes.h"

namespace omv::camera {

namespace {

constexpr std::array<std::string_view, 6> kPixformats = {"BINARY", "GRAYSCALE", "RGB565", "BAYER", "YUV422", "JPEG"};

Result<std::string> check_pixformat(const std::string& text) {
  std::string upper = text;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (std::find(kPixformats.begin(), kPixformats.end(), upper) != kPixformats.end()) return upper;
  std::string known;
  for (const std::string_view name : kPixformats) known += (known.empty() ? "" : ", ") + std::string(name);
  return Error{Errc::invalid, "pixformat '" + text + "': a camera knows " + known};
}

// The csi module has names only: any other size would need a window, which is a script's business.
Result<std::string> check_framesize(const std::string& text) {
  const Result<FrameSize> size = parse_frame_size(text);
  if (!size) return Error{size.error().code, "framesize " + size.error().message};
  const std::string name = frame_size_name(*size);
  if (std::isalpha(static_cast<unsigned char>(name.front())) != 0) return name;
  return Error{Errc::invalid, "framesize '" + text +
                                  "' is not a size that cameras have a name for; set a window in a script of your own"};
}

}  // namespace

Result<std::string> make_capture_script(const CaptureSettings& settings) {
  std::string hints;
  std::string pixformat = "RGB565";
  std::string framesize = "QVGA";
  if (settings.pixformat) {
    OMV_TRY(pixformat, check_pixformat(*settings.pixformat));
    hints += " pixformat=" + pixformat;
  }
  if (settings.framesize) {
    OMV_TRY(framesize, check_framesize(*settings.framesize));
    hints += " framesize=" + framesize;
  }
  return "# omv-capture:" + hints +
         "\n"
         "import csi\n"
         "camera = csi.CSI()\n"
         "camera.reset()\n"
         "camera.pixformat(csi." +
         pixformat +
         ")\n"
         "camera.framesize(csi." +
         framesize +
         ")\n"
         "while True:\n"
         "    camera.snapshot()\n";
}

}  // namespace omv::camera
