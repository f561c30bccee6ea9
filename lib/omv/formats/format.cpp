// SPDX-License-Identifier: LGPL-2.1-or-later
// The rows of the registry and the three ways to find one.
#include "omv/formats/format.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "omv/formats/bmp.h"
#include "omv/formats/jpeg.h"
#include "omv/formats/picamera.h"
#include "omv/formats/png.h"
#include "omv/formats/pnm.h"
#include "omv/formats/raw_bayer.h"

namespace omv::formats {

namespace {

constexpr std::array<const Format*, 8> kFormats = {
    &kBmpFormat, &kPgmFormat, &kPpmFormat, &kJpegFormat, &kPngFormat, &kRawBayerFormat, &kYuvFormat, &kRgbFormat,
};

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](unsigned char x, char y) { return std::tolower(x) == y; });
}

// Behind the last dot of the last part; a dot in front of it all begins a hidden file, not an extension.
std::string_view extension_of(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view() : name.substr(dot + 1);
}

}  // namespace

std::span<const Format* const> formats() { return kFormats; }

const Format* format_by_extension(std::string_view extension) {
  for (const Format* format : kFormats)
    for (const std::string_view known : format->extensions)
      if (equal_ignoring_case(extension, known)) return format;
  return nullptr;
}

Result<const Format*> format_for_path(std::string_view path) {
  const std::string_view extension = extension_of(path);
  if (const Format* format = format_by_extension(extension)) return format;
  const std::string what =
      extension.empty() ? "has no extension" : "has the unknown extension ." + std::string(extension);
  return Error{Errc::invalid, "'" + std::string(path) + "' " + what + "; it can be one of " + known_extensions()};
}

const Format* format_by_content(ConstByteSpan bytes) {
  const auto row = std::find_if(kFormats.begin(), kFormats.end(), [bytes](const Format* format) {
    return format->sniff != nullptr && format->sniff(bytes);
  });
  return row == kFormats.end() ? nullptr : *row;
}

std::string known_extensions() {
  std::string list;
  for (const Format* format : kFormats)
    for (const std::string_view extension : format->extensions) {
      if (!list.empty()) list += ' ';
      list += '.';
      list += extension;
    }
  return list;
}

}  // namespace omv::formats
