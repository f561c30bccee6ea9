// SPDX-License-Identifier: LGPL-2.1-or-later
// Groups of files, the oldest of each first.
#include "runner/keeper.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <limits>

#include "omv/base/file.h"
#include "runner/names.h"

namespace omv::runner {

namespace {

namespace fs = std::filesystem;

// So much more than the floor has to be free before writing goes on, in parts of it.
constexpr std::uint64_t kHysteresis = 20;

std::string relative_to(const std::string& directory, const std::string& path) {
  return fs::path(path).lexically_normal().lexically_relative(fs::path(directory).lexically_normal()).string();
}

}  // namespace

Result<Space> space_of(const std::string& directory) {
  struct statvfs status = {};
  if (::statvfs(directory.c_str(), &status) != 0) return system_error(directory, errno);
  return Space{std::uint64_t{status.f_blocks} * status.f_frsize, std::uint64_t{status.f_bavail} * status.f_frsize};
}

bool is_on_mount(const std::string& directory) {
  struct stat root = {};
  struct stat there = {};
  return ::stat("/", &root) == 0 && ::stat(directory.c_str(), &there) == 0 && root.st_dev != there.st_dev;
}

// ---- what there is -------------------------------------------------------------------------------------------------

Result<void> Keeper::apply(const rig::Rig& rig) {
  const std::lock_guard hold(mutex_);
  OMV_CHECK(open_shelves(rig));
  rig_ = rig;
  regroup();
  return {};
}

Result<void> Keeper::open_shelves(const rig::Rig& rig) {
  for (const rig::Record& record : rig.records) {
    if (record.type == rig::RecordType::stream) continue;
    for (const std::string& camera : record.cameras) {
      const bool known = std::any_of(shelves_.begin(), shelves_.end(), [&](const Shelf& shelf) {
        return shelf.record() == record.name && shelf.camera() == camera;
      });
      if (known) continue;
      OMV_TRY(Shelf shelf, Shelf::open(rig.storage.directory, record.name, camera, rig.storage.fsync));
      std::vector<KeptFile> files = shelf.take_files();
      on_shelf_.push_back(files.size());
      for (KeptFile& file : files) {
        file.id = next_id_++;
        held_[file.id] = {std::move(file), shelves_.size()};
      }
      shelves_.push_back(std::move(shelf));
    }
  }
  return {};
}

void Keeper::regroup() {
  groups_.clear();
  for (const rig::Retain& retain : rig_.retains) groups_.push_back({retain, 0, 0, {}});
  groups_.push_back({});  // of records without limits, and of those that are gone from the file
  group_of_shelf_.assign(shelves_.size(), groups_.size() - 1);
  for (std::size_t shelf = 0; shelf < shelves_.size(); ++shelf)
    for (std::size_t i = 0; i < rig_.retains.size(); ++i) {
      const auto& records = rig_.retains[i].records;
      if (std::find(records.begin(), records.end(), shelves_[shelf].record()) != records.end())
        group_of_shelf_[shelf] = i;
    }
  for (const auto& [id, held] : held_) count(held);
  ++revision_;
}

void Keeper::count(const Held& held) {
  Group& group = group_of(held.shelf);
  const KeptFile& file = held.file;
  if (!file.pinned || group.limits.count_pinned) {
    ++group.files;
    group.bytes += file.bytes;
  }
  if (!file.pinned && !file.waiting) group.oldest.emplace(file.time, file.id);
}

void Keeper::discount(const Held& held) {
  Group& group = group_of(held.shelf);
  const KeptFile& file = held.file;
  if (!file.pinned || group.limits.count_pinned) {
    --group.files;
    group.bytes -= file.bytes;
  }
  group.oldest.erase({file.time, file.id});
}

void Keeper::change(Held& held, const std::function<void(KeptFile&)>& edit) {
  discount(held);
  edit(held.file);
  count(held);
  ++revision_;
}

void Keeper::add(const FinishedFile& finished, bool waiting) {
  const std::lock_guard hold(mutex_);
  const auto shelf = std::find_if(shelves_.begin(), shelves_.end(), [&](const Shelf& candidate) {
    return candidate.record() == finished.record && candidate.camera() == finished.camera;
  });
  const rig::Record* record = rig::find_record(rig_, finished.record);
  if (shelf == shelves_.end()) return;
  KeptFile file;
  file.id = next_id_++;
  file.path = relative_to(rig_.storage.directory, finished.path);
  file.bytes = finished.bytes;
  file.time = finished.time;
  file.pinned = record != nullptr && record->pin;
  file.waiting = waiting;
  file.trigger = finished.trigger;
  file.duration = finished.duration;
  file.frames = finished.frames;
  file.lost = finished.lost;
  const auto written = shelf->write(file);
  if (!written) log_.warning("disk", "the journal does not take " + file.path + ": " + written.error().message);
  const auto index = static_cast<std::size_t>(shelf - shelves_.begin());
  if (waiting) by_path_[finished.path] = file.id;
  count(held_[file.id] = {file, index});
  ++on_shelf_[index];
  ++revision_;
}

void Keeper::hold(const std::vector<std::string>& paths) {
  const std::lock_guard hold(mutex_);
  std::map<std::string, std::string> wanted;  // by what is in the journals
  for (const std::string& path : paths) wanted[relative_to(rig_.storage.directory, path)] = path;
  if (wanted.empty()) return;
  for (auto& [id, held] : held_) {
    const auto found = wanted.find(held.file.path);
    if (found == wanted.end() || held.file.waiting) continue;
    change(held, [](KeptFile& file) { file.waiting = true; });
    by_path_[found->second] = id;
  }
}

void Keeper::release(const std::string& path) {
  const std::lock_guard hold(mutex_);
  const auto known = by_path_.find(path);
  if (known == by_path_.end()) return;
  const auto held = held_.find(known->second);
  if (held != held_.end()) change(held->second, [](KeptFile& file) { file.waiting = false; });
  by_path_.erase(known);
}

// ---- limits --------------------------------------------------------------------------------------------------------

std::uint64_t Keeper::free_space() const {
  const auto space = look_(rig_.storage.directory);
  return space ? space->free : std::numeric_limits<std::uint64_t>::max();
}

bool Keeper::is_over(const Group& group, WallTime now, std::uint64_t free) const {
  const rig::Retain& limits = group.limits;
  if (group.oldest.empty()) return false;
  return (limits.max_files > 0 && group.files > static_cast<std::uint64_t>(limits.max_files)) ||
         (limits.max_size > 0 && group.bytes > limits.max_size) ||
         (limits.max_age.count() > 0 && group.oldest.begin()->first + limits.max_age < now) || free < limits.min_free;
}

// The file that cannot be deleted stands in nobody's way: it is no longer tried.
bool Keeper::remove_oldest(Group& group) {
  const std::uint64_t id = group.oldest.begin()->second;
  const auto removed = erase(id);
  if (removed) {
    ++deleted_;
    return true;
  }
  log_.warning("disk", "cannot delete " + removed.error().message);
  group.oldest.erase(group.oldest.begin());
  return false;
}

Keeper::Group* Keeper::oldest_group() {
  Group* found = nullptr;
  for (Group& group : groups_)
    if (!group.oldest.empty() && (found == nullptr || *group.oldest.begin() < *found->oldest.begin())) found = &group;
  return found;
}

void Keeper::tidy(WallTime now) {
  const std::lock_guard hold(mutex_);
  for (Group& group : groups_)
    while (is_over(group, now, group.limits.min_free > 0 ? free_space() : group.limits.min_free)) remove_oldest(group);
  while (rig_.storage.min_free > 0 && free_space() < rig_.storage.min_free) {
    Group* group = oldest_group();
    if (group == nullptr) break;
    remove_oldest(*group);
  }
  for (std::size_t shelf = 0; shelf < shelves_.size(); ++shelf)
    if (shelves_[shelf].is_untidy(on_shelf_[shelf])) tidy_shelf(shelf);
}

void Keeper::tidy_shelf(std::size_t shelf) {
  std::vector<const KeptFile*> files;
  for (const auto& [id, held] : held_)
    if (held.shelf == shelf) files.push_back(&held.file);
  (void)shelves_[shelf].tidy(files);  // it is as valid as before
}

Result<void> Keeper::erase(std::uint64_t id) {
  const auto found = held_.find(id);
  OMV_CHECK(shelves_[found->second.shelf].remove(found->second.file));
  discount(found->second);
  --on_shelf_[found->second.shelf];
  held_.erase(found);
  ++revision_;
  return {};
}

std::string Keeper::obstacle() {
  const std::lock_guard hold(mutex_);
  const rig::Storage& storage = rig_.storage;
  if (storage.require_mount && !is_on_mount(storage.directory)) {
    writable_ = false;
    return storage.directory + " is not mounted";
  }
  const std::uint64_t floor = storage.stop_free + (writable_ ? 0 : storage.stop_free / kHysteresis);
  const std::uint64_t free = free_space();
  writable_ = storage.stop_free == 0 || free >= floor;
  if (writable_) return "";
  return "only " + std::to_string(free / 1000000) + " MB are free, stop_free is " +
         std::to_string(storage.stop_free / 1000000) + " MB";
}

// ---- for others ----------------------------------------------------------------------------------------------------

DiskStatus Keeper::status() const {
  const std::lock_guard hold(mutex_);
  DiskStatus status;
  status.directory = rig_.storage.directory;
  const auto space = look_(status.directory);
  if (space) {
    status.total = space->total;
    status.free = space->free;
  }
  status.min_free = rig_.storage.min_free;
  status.stop_free = rig_.storage.stop_free;
  status.writable = writable_;
  status.files = held_.size();
  for (const auto& [id, held] : held_) status.bytes += held.file.bytes;
  status.deleted = deleted_;
  return status;
}

FileEntry Keeper::entry_of(const Held& held) const {
  const Shelf& shelf = shelves_[held.shelf];
  const KeptFile& file = held.file;
  FileEntry entry;
  entry.id = file.id;
  entry.path = fs::absolute(fs::path(rig_.storage.directory) / file.path).string();
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

FilePage Keeper::files(const FileQuery& query) const {
  const std::lock_guard hold(mutex_);
  FilePage page;
  auto at = query.before ? held_.lower_bound(*query.before) : held_.end();
  while (at != held_.begin()) {
    --at;
    FileEntry entry = entry_of(at->second);
    const bool fits = (query.record.empty() || query.record == entry.record) &&
                      (query.camera.empty() || query.camera == entry.camera) &&
                      (query.type.empty() || query.type == entry.type) && (!query.pinned_only || entry.pinned);
    if (!fits) continue;
    if (page.files.size() == query.limit) {
      page.more = true;
      break;
    }
    page.files.push_back(std::move(entry));
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
  change(found->second, [pinned](KeptFile& file) { file.pinned = pinned; });
  return shelves_[found->second.shelf].write(found->second.file);
}

Result<void> Keeper::remove(std::uint64_t id) {
  const std::lock_guard hold(mutex_);
  const auto found = held_.find(id);
  if (found == held_.end()) return Error{Errc::invalid, "there is no such file"};
  if (found->second.file.pinned) return Error{Errc::busy, found->second.file.path + " is pinned"};
  if (found->second.file.waiting) return Error{Errc::busy, found->second.file.path + " waits for its hook"};
  return erase(id);
}

std::uint64_t Keeper::revision() const {
  const std::lock_guard hold(mutex_);
  return revision_;
}

}  // namespace omv::runner
