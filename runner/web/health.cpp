// SPDX-License-Identifier: LGPL-2.1-or-later
// States and what they mean for the rig.
#include "runner/web/health.h"

namespace omv::runner::web {

namespace {

std::string because(const std::string& message) { return message.empty() ? "" : ": " + message; }

void add_camera(const CameraStatus& camera, std::vector<std::string>& problems) {
  const bool is_ill = camera.state == CameraState::lost || camera.state == CameraState::failed;
  if (is_ill) problems.push_back("camera " + camera.name + " " + to_string(camera.state) + because(camera.message));
}

// One cause is said once: without space no record writes.
void add_disk(const Status& status, std::vector<std::string>& problems) {
  if (status.disk.writable) return;
  std::string why;
  for (const RecordStatus& record : status.records)
    if (record.state == RecordState::no_space && why.empty()) why = record.message;
  problems.push_back("nothing is written to " + status.disk.directory + because(why));
}

void add_record(const RecordStatus& record, bool is_writable, std::vector<std::string>& problems) {
  const std::string who = "record " + record.name + " of camera " + record.camera;
  if (record.state == RecordState::failed) problems.push_back(who + " failed" + because(record.message));
  if (record.state == RecordState::no_space && is_writable)
    problems.push_back(who + " has no space" + because(record.message));
}

}  // namespace

std::vector<std::string> problems_of(const Status& status) {
  std::vector<std::string> problems;
  if (status.stopping) problems.emplace_back("the rig is stopping");
  if (!status.config_error.empty())
    problems.push_back("the rig file is wrong, the rig runs as before: " + status.config_error);
  add_disk(status, problems);
  for (const CameraStatus& camera : status.cameras) add_camera(camera, problems);
  for (const RecordStatus& record : status.records) add_record(record, status.disk.writable, problems);
  return problems;
}

const char* to_string(CameraState state) {
  switch (state) {
    case CameraState::starting: return "starting";
    case CameraState::running: return "running";
    case CameraState::lost: return "lost";
    case CameraState::failed: return "failed";
    case CameraState::stopped: return "stopped";
  }
  return "unknown";
}

const char* to_string(RecordState state) {
  switch (state) {
    case RecordState::idle: return "idle";
    case RecordState::recording: return "recording";
    case RecordState::resting: return "resting";
    case RecordState::no_space: return "no-space";
    case RecordState::failed: return "failed";
  }
  return "unknown";
}

const char* to_string(EventLevel level) {
  switch (level) {
    case EventLevel::info: return "info";
    case EventLevel::warning: return "warning";
    case EventLevel::error: return "error";
  }
  return "unknown";
}

}  // namespace omv::runner::web
