// SPDX-License-Identifier: LGPL-2.1-or-later
// What others see of files that are kept, and what they may ask for.
#include <set>
#include <utility>

#include "runner/files/keeper.h"
#include "runner/names.h"

namespace omv::runner {

DiskStatus Keeper::status() const {
  const std::lock_guard hold(mutex_);
  DiskStatus status;
  status.directory = rig_.storage.directory;
  if (space_) {
    status.total = space_->total;
    status.free = space_->free;
  }
  status.min_free = rig_.storage.min_free;
  status.stop_free = rig_.storage.stop_free;
  status.writable = writable_;
  status.files = held_.size();
  status.bytes = bytes_;
  status.deleted = deleted_;
  return status;
}

FileEntry Keeper::entry_of(const Held& held) const {
  const Shelf& shelf = held.row->shelf;
  const KeptFile& file = held.file;
  FileEntry entry;
  entry.id = file.id;
  entry.path = absolute_path(rig_.storage.directory + "/" + file.path);
  entry.name = file.path;
  entry.record = shelf.record();
  const rig::Record* record = rig::find_record(rig_, entry.record);
  if (record != nullptr) {
    entry.type = name_of(record->type);
    entry.media_type = media_type_of(record->format);
  }
  entry.camera = shelf.camera();
  entry.trigger = file.trigger;
  entry.bytes = file.bytes;
  entry.time = file.time;
  entry.duration = file.duration;
  entry.frames = file.frames;
  entry.lost = file.lost;
  entry.pinned = file.pinned;
  return entry;
}

// Files are many, and rows few: what a row decides is looked at once, as others wait meanwhile.
std::set<const Keeper::Row*> Keeper::rows_of(const FileQuery& query) const {
  std::set<const Row*> rows;
  for (const Row& row : rows_) {
    const rig::Record* record = rig::find_record(rig_, row.shelf.record());
    const std::string type = record != nullptr ? name_of(record->type) : "";
    const bool fits = (query.record.empty() || query.record == row.shelf.record()) &&
                      (query.camera.empty() || query.camera == row.shelf.camera()) &&
                      (query.type.empty() || query.type == type);
    if (fits) rows.insert(&row);
  }
  return rows;
}

FilePage Keeper::files(const FileQuery& query) const {
  const std::lock_guard hold(mutex_);
  const std::set<const Row*> rows = rows_of(query);
  FilePage page;
  auto at = query.before ? held_.lower_bound(*query.before) : held_.end();
  while (at != held_.begin()) {
    --at;
    const Held& held = at->second;
    if (!rows.contains(held.row) || (query.pinned_only && !held.file.pinned)) continue;
    if (page.files.size() == query.limit) {
      page.more = true;
      break;
    }
    page.files.push_back(entry_of(held));
  }
  return page;
}

std::optional<FileEntry> Keeper::file(std::uint64_t id) const {
  const std::lock_guard hold(mutex_);
  const auto found = held_.find(id);
  return found != held_.end() ? std::optional(entry_of(found->second)) : std::nullopt;
}

Result<void> Keeper::set_pinned(std::uint64_t id, bool pinned) {
  const std::lock_guard hold(mutex_);
  const auto found = held_.find(id);
  if (found == held_.end()) return Error{Errc::invalid, "there is no such file"};
  if (found->second.file.leaving) return Error{Errc::busy, found->second.file.path + " is being deleted"};
  change(found->second, [pinned](KeptFile& file) { file.pinned = pinned; });
  return write(*found->second.row, found->second.file);
}

Result<Keeper::Victim> Keeper::take_away_for_good(std::uint64_t id) {
  const std::lock_guard hold(mutex_);
  const auto found = held_.find(id);
  if (found == held_.end()) return Error{Errc::invalid, "there is no such file"};
  const KeptFile& file = found->second.file;
  if (file.pinned) return Error{Errc::busy, file.path + " is pinned"};
  if (file.waiting) return Error{Errc::busy, file.path + " waits for its hook"};
  if (file.leaving) return Error{Errc::busy, file.path + " is being deleted"};
  return take_away(found, Reason::wish);
}

// Limits may try again what did not work.
Result<void> Keeper::remove(std::uint64_t id) {
  OMV_TRY(const Victim victim, take_away_for_good(id));
  auto removed = erase(victim);
  if (removed) return removed;
  const std::lock_guard hold(mutex_);
  const auto found = held_.find(id);
  if (found != held_.end()) change(found->second, [](KeptFile&) {});
  return removed;
}

std::uint64_t Keeper::revision() const {
  const std::lock_guard hold(mutex_);
  return revision_;
}

}  // namespace omv::runner
