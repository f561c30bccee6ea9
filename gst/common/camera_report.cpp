// SPDX-License-Identifier: LGPL-2.1-or-later
// Field names that applications rely on.
#include "common/camera_report.h"

namespace omv::gst {

GstStructure* camera_structure(const camera::BoardInfo& board) {
  const auto& firmware = board.firmware;
  const std::string version =
      std::to_string(firmware[0]) + "." + std::to_string(firmware[1]) + "." + std::to_string(firmware[2]);
  return gst_structure_new("omv-camera", "board", G_TYPE_STRING, board.name.c_str(), "serial", G_TYPE_STRING,
                           board.serial.c_str(), "firmware", G_TYPE_STRING, version.c_str(), "protocol", G_TYPE_STRING,
                           camera::to_string(board.protocol), nullptr);
}

GstStructure* stats_structure(const CaptureStats& stats) {
  const camera::HostStats& session = stats.camera.session;
  const struct {
    const char* name;
    std::uint64_t value;
  } fields[] = {
      {"received", session.frames},
      {"frames", stats.frames},
      {"bytes", stats.bytes},
      {"triggers", stats.triggers},
      {"dropped-busy", stats.dropped_busy},
      {"dropped-corrupt", session.dropped_corrupt},
      {"dropped-resync", session.dropped_resync},
      {"dropped-refused", session.dropped_refused},
      {"dropped-triggers", stats.dropped_triggers},
      {"busy", session.busy},
      {"crc-errors", session.crc_errors},
      {"sequence-errors", session.sequence_errors},
      {"timeouts", session.timeouts},
      {"resyncs", session.resyncs},
      {"reconnects", stats.camera.reconnects},
      {"script-restarts", stats.camera.script_restarts},
      {"latency", stats.latency},
  };
  GstStructure* structure = gst_structure_new("omv-stats", "fps", G_TYPE_DOUBLE, double{stats.camera.fps}, nullptr);
  for (const auto& field : fields)
    gst_structure_set(structure, field.name, G_TYPE_UINT64, static_cast<guint64>(field.value), nullptr);
  return structure;
}

GstStructure* line_structure(const std::string& line) {
  return gst_structure_new("omv-stdout", "line", G_TYPE_STRING, line.c_str(), nullptr);
}

GstStructure* script_structure(const char* state, const std::string& failure) {
  GstStructure* structure = gst_structure_new("omv-script", "state", G_TYPE_STRING, state, nullptr);
  if (!failure.empty()) gst_structure_set(structure, "error", G_TYPE_STRING, failure.c_str(), nullptr);
  return structure;
}

void post_structure(GstElement* element, GstStructure* structure) {
  gst_element_post_message(element, gst_message_new_element(GST_OBJECT(element), structure));
}

}  // namespace omv::gst
