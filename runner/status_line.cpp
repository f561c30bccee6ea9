// SPDX-License-Identifier: LGPL-2.1-or-later
// What matters most stands first: a narrow terminal cuts the end.
#include "runner/status_line.h"

#include <algorithm>
#include <cstdio>
#include <optional>

namespace omv::runner {

namespace {

std::string decimal(double value, const char* unit) {
  char text[48];
  std::snprintf(text, sizeof text, "%.1f%s", value, unit);
  return text;
}

std::string bytes_text(double bytes) {
  if (bytes >= 1e12) return decimal(bytes / 1e12, " TB");
  if (bytes >= 1e9) return decimal(bytes / 1e9, " GB");
  return bytes >= 1e6 ? decimal(bytes / 1e6, " MB") : decimal(bytes / 1e3, " kB");
}

const char* word_for(CameraState state) {
  switch (state) {
    case CameraState::starting: return " starting";
    case CameraState::running: return " running";
    case CameraState::lost: return " lost";
    case CameraState::failed: return " failed";
    case CameraState::stopped: return " stopped";
  }
  return "";
}

std::string cameras_text(const Status& status) {
  std::string text;
  for (const CameraStatus& camera : status.cameras) {
    if (!text.empty()) text += ", ";
    text += camera.name;
    text += camera.state == CameraState::running ? " " + decimal(camera.frame_rate, "/s") : word_for(camera.state);
  }
  return text;
}

// How full the ring is that is least ready for a trigger, in percent; none without rings.
std::optional<int> ring_fill(const Status& status) {
  std::optional<double> least;
  for (const RecordStatus& record : status.records) {
    if (!record.ring) continue;
    const RingStatus& ring = *record.ring;
    const double of_time = ring.wanted.count() > 0
                               ? static_cast<double>(ring.duration.count()) / static_cast<double>(ring.wanted.count())
                               : 0;
    const double of_bytes =
        ring.max_bytes > 0 ? static_cast<double>(ring.bytes) / static_cast<double>(ring.max_bytes) : 0;
    const double fill = std::min(1.0, std::max(of_time, of_bytes));
    least = std::min(least.value_or(fill), fill);
  }
  return least ? std::optional(static_cast<int>(*least * 100)) : std::nullopt;
}

std::uint64_t lost_frames(const Status& status) {
  std::uint64_t lost = 0;
  for (const CameraStatus& camera : status.cameras) lost += camera.dropped;
  for (const RecordStatus& record : status.records) lost += record.lost;
  return lost;
}

}  // namespace

std::string status_line(const Status& status) {
  double rate = 0;
  for (const CameraStatus& camera : status.cameras) rate += camera.byte_rate;
  const auto recording = std::count_if(status.records.begin(), status.records.end(), [](const RecordStatus& record) {
    return record.state == RecordState::recording;
  });
  std::string text =
      cameras_text(status) + " | " + bytes_text(rate) + "/s | " + std::to_string(lost_frames(status)) + " lost";
  if (const auto fill = ring_fill(status)) text += " | ring " + std::to_string(*fill) + " %";
  text += " | " + std::to_string(recording) + " recording | ";
  return text + bytes_text(static_cast<double>(status.disk.free)) + " free" +
         (status.disk.writable ? "" : ", nothing is written");
}

}  // namespace omv::runner
