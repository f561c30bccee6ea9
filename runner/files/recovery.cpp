// SPDX-License-Identifier: LGPL-2.1-or-later
// Patterns of names lead to parts, parts to files.
#include "runner/files/recovery.h"

#include <sys/resource.h>
#include <unistd.h>

#include <exception>
#include <memory>
#include <utility>

#include "omv/storage/part_file.h"
#include "rig/location.h"
#include "runner/previews/clip_animator.h"
#include "runner/triggers/wall_timer.h"

namespace omv::runner {

namespace {

constexpr int kNiceness = 10;
constexpr WallTime kGranularity = std::chrono::seconds(1);  // of times of files, generously

bool leaves_parts(const rig::Record& record) {
  return record.type == rig::RecordType::continuous || record.type == rig::RecordType::clip;
}

std::vector<std::string> parts_of(const std::string& location) {
  const auto pattern = rig::parse_location(location);
  if (!pattern) return {};
  return storage::abandoned_parts(*pattern, storage::EmptyParts::include);
}

// A copy leaves the room that writing needs.
Result<void> room_for(const rig::Storage& storage, std::uint64_t bytes) {
  OMV_TRY(const Space space, space_of(storage.directory));
  if (space.free >= bytes && space.free - bytes >= storage.stop_free) return {};
  return Error{Errc::full, "repairing it needs " + std::to_string(bytes) + " bytes, and only " +
                               std::to_string(space.free) + " are free"};
}

}  // namespace

void Recovery::start(const rig::Rig& rig) {
  stop();
  cancelled_ = std::make_shared<std::atomic<bool>>(false);
  const auto now = std::chrono::duration_cast<WallTime>(wall_clock_now());
  thread_ = std::thread([this, rig, begun = now - kGranularity] { run(rig, begun); });
}

void Recovery::stop() {
  if (!thread_.joinable()) return;
  *cancelled_ = true;
  thread_.join();
}

void Recovery::run(const rig::Rig& rig, WallTime begun) {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness);
  for (const rig::Record& record : rig.records)
    if (leaves_parts(record))
      for (const std::string& camera : record.cameras)
        look(rig, record, {record.name, camera, record.format, {}, rig.storage.fsync, begun});
  if (!*cancelled_) services_.log.debug("recovery", "what was left unfinished has been looked through");
}

void Recovery::look(const rig::Rig& rig, const rig::Record& record, SalvageJob job) {
  const std::string location = rig::location_path(rig, rig::fixed_name(rig, record, job.camera));
  job.expect = services_.expect;
  job.cancelled = cancelled_.get();
  job.is_kept = [this](const std::string& path) { return keeper_.keeps(path); };
  job.has_room = [&rig](std::uint64_t bytes) { return room_for(rig.storage, bytes); };
  std::vector<std::string> parts = parts_of(location);
  if (record.preview == rig::Preview::gif)
    for (const std::string& part : parts_of(preview_path_of(location)))
      if (is_preview(job, part)) parts.push_back(part);
  for (const std::string& part : parts) {
    if (*cancelled_) return;
    if (keeper_.keeps(part)) continue;  // nothing could be done about it before
    job.part = part;
    try_to_save(job);
  }
}

// A part may be damaged in a way that asks for more memory than there is: that must not end the rig, at every start.
void Recovery::try_to_save(const SalvageJob& job) {
  try {
    save(job);
  } catch (const std::exception& error) {
    services_.log.warning("recovery", job.part + " is left as it is: " + error.what(), {{"path", job.part}});
  }
}

void Recovery::save(const SalvageJob& job) {
  const auto done = salvage(job);
  if (done) {
    services_.loop.post([this, cancelled = cancelled_, part = job.part, salvage = *done] {
      if (!*cancelled) on_salvage_(part, salvage);
    });
    return;
  }
  const LogFields fields = {{"record", job.record}, {"camera", job.camera}, {"path", job.part}};
  if (done.error().code != Errc::busy && done.error().code != Errc::cancelled)
    services_.log.warning("recovery", "left as it is: " + done.error().message, fields);
}

}  // namespace omv::runner
