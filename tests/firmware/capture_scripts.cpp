// SPDX-License-Identifier: LGPL-2.1-or-later
// Prints the built-in scripts for many settings: a line `%%% csi pixformat=… …` or `%%% sensor …`, then the script.
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "omv/camera/capture_script.h"
#include "omv/camera/frame_sizes.h"

namespace {

using omv::camera::CaptureSettings;
using Texts = std::vector<std::optional<std::string>>;
using Numbers = std::vector<std::optional<int>>;

const Texts kPixformats = {std::nullopt, "BINARY", "GRAYSCALE", "RGB565", "BAYER", "YUV422", "JPEG"};
const Texts kSizes = {std::nullopt, "QVGA", "LCD", "321x241"};
const Numbers kQualities = {std::nullopt, 1, 100};
const Numbers kRates = {std::nullopt, 1, 30};

std::string describe(const CaptureSettings& settings) {
  std::string text;
  if (settings.pixformat) text += " pixformat=" + *settings.pixformat;
  if (settings.framesize) text += " framesize=" + *settings.framesize;
  if (settings.quality) text += " quality=" + std::to_string(*settings.quality);
  if (settings.framerate) text += " framerate=" + std::to_string(*settings.framerate);
  return text;
}

void print(const char* module, const CaptureSettings& settings, const omv::Result<std::string>& script) {
  std::cout << "%%% " << module << describe(settings) << '\n'
            << (script ? *script : "!" + script.error().message + '\n');
}

void print_both(const CaptureSettings& settings) {
  print("csi", settings, make_capture_script(settings));
  print("sensor", settings, make_legacy_capture_script(settings));
}

void print_rates(const std::optional<std::string>& pixformat, const std::optional<std::string>& framesize) {
  for (const auto& quality : kQualities)
    for (const auto& rate : kRates) print_both({pixformat, framesize, quality, rate});
}

}  // namespace

int main() {
  for (const auto& pixformat : kPixformats)
    for (const auto& framesize : kSizes) print_rates(pixformat, framesize);
  for (const omv::camera::NamedFrameSize& size : omv::camera::frame_sizes())
    print_both({.framesize = std::string(size.name)});
}
