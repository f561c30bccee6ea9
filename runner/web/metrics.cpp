// SPDX-License-Identifier: LGPL-2.1-or-later
// The families of metrics: omv_camera_…, omv_record_…, omv_ring_…, omv_trigger_…, omv_storage_…, omv_hook_…, process_….
#include "runner/web/metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "runner/web/health.h"
#include "runner/web/metrics_text.h"

namespace omv::runner::web {

namespace {

double seconds(std::chrono::milliseconds time) { return static_cast<double>(time.count()) / 1000; }

void add_rig(const Status& status, MetricsText& text) {
  text.gauge("omv_build_info", "Which program runs.").sample({{"version", OMV_VERSION}}, std::uint64_t{1});
  text.gauge("omv_rig_info", "Which rig it runs.").sample({{"rig", status.rig}}, std::uint64_t{1});
  text.gauge("omv_rig_healthy", "1 when the rig does what its file says.")
      .sample({}, std::uint64_t{problems_of(status).empty()});
  text.gauge("omv_rig_start_time_seconds", "When it was started, since 1970.").sample({}, seconds(status.started));
  text.counter("omv_rig_reloads_total", "Rig files that were taken while it ran.").sample({}, status.reloads);
}

/// A family with a sample for each camera.
template <typename Value>
void add_for_cameras(const Status& status, MetricsText& family, Value value) {
  for (const CameraStatus& camera : status.cameras) family.sample({{"camera", camera.name}}, value(camera));
}

void add_cameras(const Status& status, MetricsText& text) {
  using Camera = const CameraStatus&;
  add_for_cameras(status, text.gauge("omv_camera_up", "1 when frames come."),
                  [](Camera c) { return std::uint64_t{c.state == CameraState::running}; });
  add_for_cameras(status, text.counter("omv_camera_frames_total", "Frames that came."),
                  [](Camera c) { return c.frames; });
  add_for_cameras(status, text.counter("omv_camera_bytes_total", "Bytes of these frames."),
                  [](Camera c) { return c.bytes; });
  add_for_cameras(status, text.counter("omv_camera_dropped_frames_total", "Frames lost in front of every record."),
                  [](Camera c) { return c.dropped; });
  add_for_cameras(status, text.counter("omv_camera_restarts_total", "Times it was lost, or failed."),
                  [](Camera c) { return c.restarts; });
  text.gauge("omv_camera_last_frame_age_seconds", "Time since the last frame.");
  for (const CameraStatus& camera : status.cameras)
    if (camera.last_frame) text.sample({{"camera", camera.name}}, seconds(*camera.last_frame));
}

/// A family with a sample for each record of each camera.
template <typename Value>
void add_for_records(const Status& status, MetricsText& family, Value value) {
  for (const RecordStatus& record : status.records)
    family.sample({{"record", record.name}, {"camera", record.camera}, {"type", record.type}}, value(record));
}

void add_states(const Status& status, MetricsText& text) {
  constexpr std::array kStates = {RecordState::idle, RecordState::recording, RecordState::resting,
                                  RecordState::no_space, RecordState::failed};
  text.gauge("omv_record_state", "1 for the state that the record is in.");
  for (const RecordStatus& record : status.records)
    for (const RecordState state : kStates)
      text.sample({{"record", record.name}, {"camera", record.camera}, {"state", to_string(state)}},
                  std::uint64_t{record.state == state});
}

void add_records(const Status& status, MetricsText& text) {
  using Record = const RecordStatus&;
  add_states(status, text);
  add_for_records(status, text.counter("omv_record_files_total", "Files that were finished."),
                  [](Record r) { return r.files; });
  add_for_records(status, text.counter("omv_record_bytes_total", "Bytes of these files, or sent."),
                  [](Record r) { return r.bytes; });
  add_for_records(status, text.counter("omv_record_frames_total", "Frames of these files, or sent."),
                  [](Record r) { return r.frames; });
  add_for_records(status, text.counter("omv_record_lost_frames_total", "Frames that should be recorded and are not."),
                  [](Record r) { return r.lost; });
}

/// A family with a sample for each ring.
template <typename Value>
void add_for_rings(const Status& status, MetricsText& family, Value value) {
  for (const RecordStatus& record : status.records)
    if (record.ring) family.sample({{"record", record.name}, {"camera", record.camera}}, value(*record.ring));
}

void add_rings(const Status& status, MetricsText& text) {
  using Ring = const RingStatus&;
  add_for_rings(status, text.gauge("omv_ring_bytes", "Frames in memory in front of a trigger, in bytes."),
                [](Ring r) { return r.bytes; });
  add_for_rings(status, text.gauge("omv_ring_limit_bytes", "Memory that the ring may take."),
                [](Ring r) { return r.max_bytes; });
  add_for_rings(status, text.gauge("omv_ring_frames", "Frames in the ring."), [](Ring r) { return r.frames; });
  add_for_rings(status, text.gauge("omv_ring_duration_seconds", "Time between its first and its last frame."),
                [](Ring r) { return seconds(r.duration); });
}

void add_triggers(const Status& status, MetricsText& text) {
  text.counter("omv_trigger_raised_total", "Triggers, by whomever.");
  for (const TriggerStatus& trigger : status.triggers) text.sample({{"trigger", trigger.name}}, trigger.raised);
  text.counter("omv_trigger_ignored_total", "Triggers within hold_off of another.");
  for (const TriggerStatus& trigger : status.triggers) text.sample({{"trigger", trigger.name}}, trigger.ignored);
  text.gauge("omv_trigger_last_timestamp_seconds", "When it was raised last, since 1970.");
  for (const TriggerStatus& trigger : status.triggers)
    if (trigger.last) text.sample({{"trigger", trigger.name}}, seconds(*trigger.last));
}

void add_storage(const DiskStatus& disk, MetricsText& text) {
  text.gauge("omv_storage_size_bytes", "Of the file system.").sample({}, disk.total);
  text.gauge("omv_storage_free_bytes", "That may still be written.").sample({}, disk.free);
  text.gauge("omv_storage_min_free_bytes", "Below it the oldest files go; 0: none.").sample({}, disk.min_free);
  text.gauge("omv_storage_stop_free_bytes", "Below it nothing is written; 0: none.").sample({}, disk.stop_free);
  text.gauge("omv_storage_writable", "0 when nothing is written.").sample({}, std::uint64_t{disk.writable});
  text.gauge("omv_storage_kept_files", "Files that the rig keeps.").sample({}, disk.files);
  text.gauge("omv_storage_kept_bytes", "Bytes of these.").sample({}, disk.bytes);
  text.counter("omv_storage_deleted_files_total", "Files that limits have deleted.").sample({}, disk.deleted);
}

void add_hooks(const HookStatus& hooks, MetricsText& text) {
  text.gauge("omv_hook_waiting_files", "Files in the outbox.").sample({}, hooks.waiting);
  text.counter("omv_hook_done_total", "Files whose hook has ended well.").sample({}, hooks.done);
  text.counter("omv_hook_retries_total", "Tries after the first.").sample({}, hooks.retries);
  text.counter("omv_hook_given_up_total", "Files whose hook never ended well.").sample({}, hooks.given_up);
}

/// Pages of memory that are in use, by /proc.
std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  file >> size >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

void add_process(const PageFigures& page, MetricsText& text) {
  text.gauge("omv_page_connections", "Clients of the page.").sample({}, std::uint64_t{page.connections});
  text.gauge("omv_page_streams", "Live pictures that are looked at.").sample({}, std::uint64_t{page.streams});
  text.counter("omv_page_refused_total", "Requests without a right to an answer.").sample({}, page.refused);
  text.counter("process_cpu_seconds_total", "Time on processors.").sample({}, cpu_seconds());
  text.gauge("process_resident_memory_bytes", "Memory in use.").sample({}, resident_bytes());
}

}  // namespace

std::string metrics_text(const Status& status, const PageFigures& page) {
  MetricsText text;
  add_rig(status, text);
  add_cameras(status, text);
  add_records(status, text);
  add_rings(status, text);
  add_triggers(status, text);
  add_storage(status.disk, text);
  add_hooks(status.hooks, text);
  add_process(page, text);
  return text.take();
}

}  // namespace omv::runner::web
