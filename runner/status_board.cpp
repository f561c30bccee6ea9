// SPDX-License-Identifier: LGPL-2.1-or-later
// Asking everybody.
#include "runner/status_board.h"

#include "runner/files/keeper.h"
#include "runner/files/outbox.h"
#include "runner/previews/clip_animator.h"
#include "runner/running_rig.h"
#include "runner/triggers/wall_timer.h"

namespace omv::runner {

namespace {

WallTime wall_now() { return std::chrono::duration_cast<WallTime>(wall_clock_now()); }

EventLevel level_of(rig::LogLevel level) {
  switch (level) {
    case rig::LogLevel::error: return EventLevel::error;
    case rig::LogLevel::warning: return EventLevel::warning;
    default: return EventLevel::info;
  }
}

// The page says no more of an event than this. Names of files say which camera they are of.
std::string sentence_of(const LogLine& line) {
  std::string sentence = line.text;
  for (const auto& [name, value] : line.fields) {
    if (name == "path") return line.text;
    if (name == "camera") sentence = value + ": " + line.text;
  }
  return sentence;
}

}  // namespace

StatusBoard::StatusBoard() : started_(wall_now()) {}

void StatusBoard::add_event(const LogLine& line) {
  events_.push_front({wall_now(), level_of(line.level), line.event, sentence_of(line)});
  if (events_.size() > Status::kMaxEvents) events_.pop_back();
}

void StatusBoard::on_reload(const std::string& error) {
  config_error_ = error;
  if (error.empty()) ++reloads_;
}

Status StatusBoard::look(const RigParts& parts, Time now) {
  Status status;
  status.rig = parts.name;
  status.started = started_;
  status.stopping = stopping_;
  status.config_error = config_error_;
  status.reloads = reloads_;
  status.cameras = parts.running.camera_status();
  for (CameraStatus& camera : status.cameras) {
    RateMeter& rate = rates_[camera.name];
    rate.add(now, camera.frames, camera.bytes);
    camera.frame_rate = rate.frame_rate();
    camera.byte_rate = rate.byte_rate();
  }
  status.records = parts.running.record_status();
  status.triggers = parts.running.triggers().status();
  status.disk = parts.keeper.status();
  status.hooks = parts.outbox.status();
  status.files_revision = parts.keeper.revision() + parts.animator.made();
  status.events.assign(events_.begin(), events_.end());
  return status;
}

}  // namespace omv::runner
