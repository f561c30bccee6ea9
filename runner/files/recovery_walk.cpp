// SPDX-License-Identifier: LGPL-2.1-or-later
// Patterns of names lead to parts, parts to files.
#include "runner/files/recovery_walk.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "omv/base/file.h"
#include "omv/storage/part_file.h"
#include "rig/location.h"
#include "runner/files/space.h"
#include "runner/previews/clip_animator.h"

namespace omv::runner {

namespace {

constexpr int kNiceness = 10;
constexpr std::size_t kPieceBytes = std::size_t{1} << 20;  // that are read at a time

bool leaves_parts(const rig::Record& record) {
  return record.type == rig::RecordType::continuous || record.type == rig::RecordType::clip;
}

// A copy leaves the room that writing needs.
Result<void> room_for(const rig::Storage& storage, std::uint64_t bytes) {
  OMV_TRY(const Space space, space_of(storage.directory));
  if (space.free >= bytes && space.free - bytes >= storage.stop_free) return {};
  return Error{Errc::full, "repairing it needs " + std::to_string(bytes) + " bytes, and only " +
                               std::to_string(space.free) + " are free"};
}

std::vector<std::string> parts_of(const RecoveryWalk& walk, const std::string& location) {
  const auto pattern = rig::parse_location(location);
  if (!pattern) return {};
  return storage::abandoned_parts(*pattern, storage::EmptyParts::include, &walk.cancelled);
}

// What stands in the way may be gone the next time, unless it is the part itself.
bool is_readable(const SalvageJob& job) {
  auto file = File::open(job.part, File::Mode::read);
  const auto size = file ? file->size() : Result<std::uint64_t>(file.error());
  if (!size) return false;
  Bytes piece(static_cast<std::size_t>(std::min<std::uint64_t>(*size, kPieceBytes)));
  for (std::uint64_t at = 0; at < *size && !*job.cancelled; at += piece.size()) {
    piece.resize(static_cast<std::size_t>(std::min<std::uint64_t>(*size - at, kPieceBytes)));
    if (!file->read_at(at, piece)) return false;
  }
  return true;
}

// What can't even be read is there, and is counted as long as it is.
Result<Salvage> salvage_or_keep(const SalvageJob& job) {
  auto done = salvage(job);
  const bool has_failed = !done && done.error().code == Errc::io;
  std::error_code unknown;
  if (!has_failed || std::filesystem::is_directory(job.part, unknown) || is_readable(job)) return done;
  auto kept = left_as_it_is(job, done.error().message);
  return kept ? std::move(kept) : std::move(done);
}

// A part may be damaged in a way that asks for more memory than there is: that must not end the rig, at every start.
void try_to_save(const RecoveryWalk& walk, const SalvageJob& job) {
  Result<Salvage> done = Error{Errc::io, ""};
  try {
    done = salvage_or_keep(job);
  } catch (const std::exception& error) {
    done = left_as_it_is(job, error.what());
  }
  const bool is_held = !done && (done.error().code == Errc::busy || done.error().code == Errc::cancelled);
  if (!is_held) walk.tell(job.part, std::move(done));
}

void look(const RecoveryWalk& walk, const rig::Record& record, SalvageJob job) {
  const std::string location = rig::location_path(walk.rig, rig::fixed_name(walk.rig, record, job.camera));
  job.expect = walk.expect;
  job.cancelled = &walk.cancelled;
  job.is_kept = walk.is_kept;
  job.has_room = [&walk](std::uint64_t bytes) { return room_for(walk.rig.storage, bytes); };
  std::vector<std::string> parts = parts_of(walk, location);
  if (record.preview == rig::Preview::gif)
    for (const std::string& part : parts_of(walk, preview_path_of(location)))
      if (is_preview(job, part)) parts.push_back(part);
  for (const std::string& part : parts) {
    if (walk.cancelled) return;
    if (walk.is_kept(part)) continue;  // nothing could be done about it before
    job.part = part;
    try_to_save(walk, job);
  }
}

}  // namespace

void look_through(const RecoveryWalk& walk) {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness);
  const rig::Rig& rig = walk.rig;
  for (const rig::Record& record : rig.records)
    if (leaves_parts(record))
      for (const std::string& camera : record.cameras)
        look(walk, record, {record.name, camera, record.format, {}, rig.storage.fsync, walk.begun});
}

}  // namespace omv::runner
