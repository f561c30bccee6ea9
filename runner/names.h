// SPDX-License-Identifier: LGPL-2.1-or-later
// What the rig file calls kinds of records and triggers, and what the network calls kinds of files.
#pragma once

#include "rig/model.h"

namespace omv::runner {

inline const char* name_of(rig::RecordType type) {
  constexpr const char* kNames[] = {"continuous", "clip", "still", "stream"};
  return kNames[static_cast<std::size_t>(type)];
}

inline const char* name_of(rig::TriggerType type) {
  constexpr const char* kNames[] = {"motion", "script", "http", "signal", "schedule",
                                    "file",   "gpio",   "mqtt", "message"};
  return kNames[static_cast<std::size_t>(type)];
}

/// Empty for a directory of stills.
inline const char* media_type_of(rig::FileFormat format) {
  constexpr const char* kTypes[] = {"application/x-openmv-imageio",
                                    "video/x-msvideo",
                                    "image/gif",
                                    "video/x-matroska",
                                    "video/mp4",
                                    "",
                                    "image/jpeg",
                                    "image/png",
                                    "image/bmp",
                                    "image/x-portable-graymap",
                                    "image/x-portable-pixmap",
                                    "application/octet-stream"};
  return kTypes[static_cast<std::size_t>(format)];
}

}  // namespace omv::runner
