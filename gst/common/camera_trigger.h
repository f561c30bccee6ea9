// SPDX-License-Identifier: LGPL-2.1-or-later
// Triggers that a camera's script raises: a line of JSON becomes a structure.
#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "omv/base/result.h"

namespace omv::gst {

struct FreeStructure {
  void operator()(GstStructure* structure) const { gst_structure_free(structure); }
};
using StructurePtr = std::unique_ptr<GstStructure, FreeStructure>;

/// A line the script prints for the host instead of for a reader begins with this (ASCII record separator).
inline constexpr char kRecordMark = '\x1E';

/// The channel whose data, on Protocol V2, are such lines (with or without the mark).
inline constexpr const char* kTriggerChannel = "trigger";

/// What such a line says.
struct CameraRecord {
  StructurePtr trigger;                ///< omv-trigger; null: the line tells something else
  std::optional<std::uint32_t> ticks;  ///< the camera's ticks_ms
  bool is_end = false;                 ///< {"end": ...}: the script is about to end, and means to
};

/// `json`: an object such as {"trigger": "blob", "ticks_ms": 1234, "x": 10}. Becomes omv-trigger with source = "blob"
/// and every other member under its own name: integers as gint64, other numbers as gdouble, booleans, text, arrays as
/// GstValueArray, objects as GstStructure, to a depth of eight; null and names that GStreamer has no room for are left
/// out, and so are names beyond the first 512 that the process has not met before, which it would never forget again.
/// Errc::invalid: no JSON object, or one without any of trigger (a name), ticks_ms and end.
Result<CameraRecord> parse_record(std::string_view json);

}  // namespace omv::gst
