// SPDX-License-Identifier: LGPL-2.1-or-later
// Media types and their names.
#include "runner/pipelines/format_name.h"

#include <utility>

namespace omv::runner {

std::string format_name(const GstStructure* kind) {
  const std::string type = gst_structure_get_name(kind);
  if (type == "video/x-raw") {
    const gchar* format = gst_structure_get_string(kind, "format");
    if (g_strcmp0(format, "GRAY8") == 0) return "GRAYSCALE";
    if (g_strcmp0(format, "RGB16") == 0) return "RGB565";
    return format != nullptr ? format : "";
  }
  constexpr std::pair<const char*, const char*> kNames[] = {
      {"image/jpeg", "JPEG"},     {"image/png", "PNG"},
      {"video/x-bayer", "BAYER"}, {"video/x-openmv-binary", "BINARY"},
      {"video/x-h264", "H.264"},  {"video/x-h265", "H.265"},
      {"video/x-vp8", "VP8"},     {"video/x-vp9", "VP9"},
      {"video/x-av1", "AV1"},
  };
  for (const auto& [known, name] : kNames)
    if (type == known) return name;
  return type;
}

}  // namespace omv::runner
