// SPDX-License-Identifier: LGPL-2.1-or-later
// Snapshots, member by member. Times are milliseconds.
#include "runner/web/status_json.h"

#include "runner/json.h"
#include "runner/web/health.h"

namespace omv::runner::web {

namespace {

using json::Array;
using json::Object;
using web::to_json;

JsonNode* or_null(const std::optional<std::chrono::milliseconds>& time) {
  return time ? json_node_init_int(json_node_alloc(), time->count()) : json::null_node();
}

JsonNode* to_json(const CameraStatus& camera) {
  return Object()
      .add("name", camera.name)
      .add("state", to_string(camera.state))
      .add("message", camera.message)
      .add("preview_problem", camera.preview_problem)
      .add("format", camera.format)
      .add("width", camera.width)
      .add("height", camera.height)
      .add("frames", camera.frames)
      .add("bytes", camera.bytes)
      .add("dropped", camera.dropped)
      .add("restarts", camera.restarts)
      .add("frame_rate", camera.frame_rate)
      .add("byte_rate", camera.byte_rate)
      .add("last_frame_ms", or_null(camera.last_frame))
      .take();
}

JsonNode* to_json(const std::optional<RingStatus>& ring) {
  if (!ring) return json::null_node();
  return Object()
      .add("bytes", ring->bytes)
      .add("max_bytes", ring->max_bytes)
      .add("frames", ring->frames)
      .add("duration_ms", ring->duration)
      .add("wanted_ms", ring->wanted)
      .take();
}

JsonNode* to_json(const RecordStatus& record) {
  return Object()
      .add("name", record.name)
      .add("camera", record.camera)
      .add("type", record.type)
      .add("state", to_string(record.state))
      .add("message", record.message)
      .add("ring", to_json(record.ring))
      .add("files", record.files)
      .add("bytes", record.bytes)
      .add("frames", record.frames)
      .add("lost", record.lost)
      .take();
}

JsonNode* to_json(const TriggerStatus& trigger) {
  return Object()
      .add("name", trigger.name)
      .add("type", trigger.type)
      .add("raised", trigger.raised)
      .add("ignored", trigger.ignored)
      .add("last_ms", or_null(trigger.last))
      .take();
}

JsonNode* to_json(const DiskStatus& disk) {
  return Object()
      .add("directory", disk.directory)
      .add("total", disk.total)
      .add("free", disk.free)
      .add("min_free", disk.min_free)
      .add("stop_free", disk.stop_free)
      .add("writable", disk.writable)
      .add("files", disk.files)
      .add("bytes", disk.bytes)
      .add("deleted", disk.deleted)
      .take();
}

JsonNode* to_json(const HookStatus& hooks) {
  return Object()
      .add("waiting", hooks.waiting)
      .add("done", hooks.done)
      .add("retries", hooks.retries)
      .add("given_up", hooks.given_up)
      .take();
}

JsonNode* to_json(const Event& event) {
  return Object()
      .add("time_ms", event.time)
      .add("level", to_string(event.level))
      .add("name", event.name)
      .add("text", event.text)
      .take();
}

template <typename T>
JsonNode* list(const std::vector<T>& items) {
  Array array;
  for (const T& item : items) array.add(to_json(item));
  return array.take();
}

}  // namespace

JsonNode* to_json(const Status& status, bool token_needed) {
  const auto problems = problems_of(status);
  Array told;
  for (const std::string& problem : problems) told.add(json::text_node(problem));
  return Object()
      .add("rig", status.rig)
      .add("version", OMV_VERSION)
      .add("token_needed", token_needed)
      .add("now_ms", g_get_real_time() / 1000)
      .add("started_ms", status.started)
      .add("ok", problems.empty())
      .add("problems", told.take())
      .add("reloads", status.reloads)
      .add("cameras", list(status.cameras))
      .add("records", list(status.records))
      .add("triggers", list(status.triggers))
      .add("disk", to_json(status.disk))
      .add("hooks", to_json(status.hooks))
      .add("files_revision", status.files_revision)
      .add("events", list(status.events))
      .take();
}

JsonNode* to_json(const FileEntry& file) {
  return Object()
      .add("id", file.id)
      .add("name", file.name)
      .add("record", file.record)
      .add("camera", file.camera)
      .add("trigger", file.trigger)
      .add("type", file.type)
      .add("media_type", file.media_type)
      .add("bytes", file.bytes)
      .add("time_ms", file.time)
      .add("duration_ms", file.duration)
      .add("frames", file.frames)
      .add("lost", file.lost)
      .add("pinned", file.pinned)
      .add("has_preview", !file.preview_path.empty())
      .take();
}

JsonNode* to_json(const FilePage& page) {
  return Object().add("files", list(page.files)).add("more", page.more).take();
}

}  // namespace omv::runner::web
