// SPDX-License-Identifier: LGPL-2.1-or-later
// Groups of files, the oldest of each first.
#include "runner/files/keeper.h"

#include <algorithm>
#include <filesystem>
#include <random>

#include "omv/storage/journal.h"
#include "runner/names.h"

namespace omv::runner {

namespace {

namespace fs = std::filesystem;

// So much more than the floor has to be free before writing goes on, in parts of it.
constexpr std::uint64_t kHysteresis = 20;

constexpr int kMaxFailures = 16;  // in a row, at a time

constexpr Time kLeftPatience = std::chrono::minutes(1);

std::string relative_to(const std::string& directory, const std::string& path) {
  return fs::path(path).lexically_normal().lexically_relative(fs::path(directory).lexically_normal()).string();
}

// What may not be deleted costs no other file its place, unless the rig says so.
bool counts(const KeptFile& file, const rig::Retain& limits) {
  return !file.waiting && (!file.pinned || limits.count_pinned);
}

// Who still has an id of an earlier run, as a page that was open meanwhile, must not mean another file by it. Not the
// time, as machines without a battery begin with the same one. JavaScript counts to 2^53.
std::uint64_t random_first_id() { return (std::uint64_t{std::random_device{}()} << 20) + 1; }

}  // namespace

Keeper::Keeper(Log& log, LookAtSpace look, std::shared_ptr<Clock> clock, RemoveFile remove)
    : log_(log),
      look_(std::move(look)),
      clock_(std::move(clock)),
      remove_(std::move(remove)),
      anchor_(std::make_shared<Anchor>()),
      next_id_(random_first_id()) {
  anchor_->keeper = this;
}

Keeper::~Keeper() {
  const std::lock_guard hold(anchor_->mutex);
  anchor_->keeper = nullptr;
}

// ---- journals ------------------------------------------------------------------------------------------------------

Result<void> Keeper::apply(rig::Rig rig) {
  rig.storage.directory = plain_directory(rig.storage.directory);
  const std::lock_guard hold(mutex_);
  const bool is_open = is_reachable(rig.storage);
  const bool is_other = rig.storage.directory != rig_.storage.directory;
  if (is_other || !is_open_) forget_shelves(rig.storage.directory);
  std::vector<Shelf> opened;
  if (is_open) {
    OMV_TRY(opened, open_shelves(rig));
  }
  if (is_other || !is_open) leave();
  if (!is_open) forget_shelves(rig.storage.directory);
  rig_ = std::move(rig);
  is_open_ = is_open;
  take_in(std::move(opened));
  for (Row& row : rows_) {
    if (is_current(row.shelf)) row.shelf.set_sync(rig_.storage.fsync);
    row.left = is_current(row.shelf) ? std::nullopt : std::optional(row.left.value_or(clock_->now()));
  }
  regroup();
  return {};
}

bool Keeper::has_shelf(const std::string& directory, const std::string& record, const std::string& camera) const {
  return std::any_of(rows_.begin(), rows_.end(), [&](const Row& row) {
    const Shelf& shelf = row.shelf;
    return shelf.directory() == directory && shelf.record() == record && shelf.camera() == camera;
  });
}

// They are closed, which unlocks their journals.
void Keeper::forget_shelves(const std::string& directory) {
  rows_.remove_if([&](const Row& row) { return row.shelf.directory() == directory; });
}

// Closing may take as long as the disk does.
void Keeper::close_left() {
  std::list<Row> closed;
  const std::lock_guard hold(mutex_);
  for (auto at = rows_.begin(); at != rows_.end();) {
    const auto row = at++;
    const bool is_over = row->left && clock_->now() - *row->left >= kLeftPatience;
    if (is_over && expected_on(*row).empty()) closed.splice(closed.end(), rows_, row);
  }
}

void Keeper::leave() {
  freed_.clear();
  held_.clear();
  by_path_.clear();
  bytes_ = 0;
}

// Those that the rig needs and that are not open yet.
Result<std::vector<Shelf>> Keeper::open_shelves(const rig::Rig& rig) const {
  std::vector<Shelf> opened;
  for (const rig::Record& record : rig.records) {
    if (record.type == rig::RecordType::stream) continue;
    for (const std::string& camera : record.cameras) {
      if (has_shelf(rig.storage.directory, record.name, camera)) continue;
      OMV_TRY(Shelf shelf, Shelf::open(rig.storage.directory, record.name, camera, rig.storage.fsync));
      opened.push_back(std::move(shelf));
    }
  }
  return opened;
}

// Stills, of which there may be millions, never have one.
bool Keeper::has_previews(const Shelf& shelf) const {
  const rig::Record* record = rig::find_record(rig_, shelf.record());
  return record == nullptr || record->type != rig::RecordType::still;
}

// Files of one journal keep their order, whatever the clock did; journals are merged by the clock.
void Keeper::take_in(std::vector<Shelf> opened) {
  std::vector<Held> found;
  for (Shelf& shelf : opened) {
    Row& row = rows_.emplace_back(Row{std::move(shelf)});
    WallTime place{0};
    const bool may_have_previews = has_previews(row.shelf);
    for (KeptFile& file : row.shelf.take_files()) {
      place = std::max(place, file.time);
      if (may_have_previews) file.preview_bytes = Shelf::preview_bytes_of(row.shelf.directory() + "/" + file.path);
      found.push_back({std::move(file), &row, place});
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const Held& a, const Held& b) { return a.place < b.place; });
  for (Held& held : found) {
    if (!held.file.expected) {
      put(std::move(held.file), *held.row);
      continue;
    }
    FinishedFile file;
    file.record = held.row->shelf.record();
    file.camera = held.row->shelf.camera();
    file.path = held.row->shelf.directory() + "/" + held.file.path;
    file.bytes = held.file.bytes;
    file.time = held.file.time;
    file.trigger = held.file.trigger;
    file.duration = held.file.duration;
    file.frames = held.file.frames;
    file.lost = held.file.lost;
    const std::string key = key_of(file.path);
    expected_[key] = {std::move(file), Time(0)};
  }
}

// Whoever had this path before is gone, whether we were told or not.
void Keeper::put(KeptFile file, Row& row) {
  Held held{std::move(file), &row, {}};
  held.file.id = next_id_++;
  held.place = last_place_ = std::max(last_place_, held.file.time);
  const auto [before, is_new] = by_path_.try_emplace(key_of(held), held.file.id);
  if (!is_new) {
    forget(held_.find(before->second));
    by_path_[key_of(held)] = held.file.id;
  }
  bytes_ += held.file.bytes;
  ++row.files;
  held_[held.file.id] = std::move(held);
}

void Keeper::forget(HeldAt at) {
  bytes_ -= at->second.file.bytes;
  --at->second.row->files;
  by_path_.erase(key_of(at->second));
  held_.erase(at);
}

std::string Keeper::key_of(const std::string& path) { return fs::path(path).lexically_normal().string(); }

std::string Keeper::key_of(const Held& held) const {
  return key_of(held.row->shelf.directory() + "/" + held.file.path);
}

// ---- what there is -------------------------------------------------------------------------------------------------

void Keeper::regroup() {
  groups_.clear();
  for (const rig::Retain& retain : rig_.retains) groups_.push_back({retain, 0, 0, {}, {}});
  groups_.push_back({});  // of records without limits, and of those that are gone from the file
  for (Row& row : rows_) {
    row.group = groups_.size() - 1;
    for (std::size_t i = 0; i < rig_.retains.size(); ++i) {
      const auto& records = rig_.retains[i].records;
      if (std::find(records.begin(), records.end(), row.shelf.record()) != records.end()) row.group = i;
    }
  }
  for (const auto& [id, held] : held_) count(held);
  ++revision_;
}

void Keeper::count(const Held& held) {
  Group& group = group_of(held);
  const KeptFile& file = held.file;
  if (counts(file, group.limits)) {
    ++group.files;
    group.bytes += file.all_bytes();
  }
  if (file.pinned || file.waiting || file.leaving) return;
  group.first.emplace(held.place, file.id);
  group.oldest.emplace(file.time, file.id);
}

void Keeper::discount(const Held& held) {
  Group& group = group_of(held);
  const KeptFile& file = held.file;
  if (counts(file, group.limits)) {
    --group.files;
    group.bytes -= file.all_bytes();
  }
  group.first.erase({held.place, file.id});
  group.oldest.erase({file.time, file.id});
}

void Keeper::change(Held& held, const std::function<void(KeptFile&)>& edit) {
  discount(held);
  edit(held.file);
  count(held);
  ++revision_;
}

ExpectFile Keeper::expect() {
  return [anchor = anchor_](const FinishedFile& file) {
    const std::lock_guard hold(anchor->mutex);
    if (anchor->keeper != nullptr) anchor->keeper->note_expected(file);
  };
}

std::function<bool(const std::string& path)> Keeper::known() const {
  return [anchor = anchor_](const std::string& path) {
    const std::lock_guard hold(anchor->mutex);
    return anchor->keeper != nullptr && anchor->keeper->keeps(path);
  };
}

// Within the storage's directory.
KeptFile Keeper::entry_for(const FinishedFile& finished, const Shelf& shelf) const {
  const rig::Record* record = rig::find_record(rig_, finished.record);
  KeptFile file;
  file.path = relative_to(shelf.directory(), finished.path);
  file.bytes = finished.bytes;
  file.time = finished.time;
  file.pinned = record != nullptr && record->pin;
  file.trigger = finished.trigger;
  file.duration = finished.duration;
  file.frames = finished.frames;
  file.lost = finished.lost;
  return file;
}

Keeper::Row* Keeper::row_for(const FinishedFile& file) {
  Row* found = nullptr;  // in the innermost directory
  for (Row& row : rows_) {
    const Shelf& shelf = row.shelf;
    const bool fits = shelf.record() == file.record && shelf.camera() == file.camera &&
                      storage::stays_within(relative_to(shelf.directory(), file.path));
    if (fits && (found == nullptr || shelf.directory().size() > found->shelf.directory().size())) found = &row;
  }
  return found;
}

// What a journal does not take is written when it is written anew: else no limit of the next run would find it.
Result<void> Keeper::write(Row& row, const KeptFile& file) {
  auto written = row.shelf.write(file);
  if (!written) row.is_behind = true;
  return written;
}

void Keeper::write_or_tell(Row& row, const KeptFile& file) {
  const auto written = write(row, file);
  if (!written) log_.warning("disk", "the journal does not take " + file.path + ": " + written.error().message);
}

void Keeper::note_expected(const FinishedFile& file) {
  const std::lock_guard hold(mutex_);
  Row* row = row_for(file);
  if (row == nullptr) return;
  KeptFile entry = entry_for(file, row->shelf);
  entry.expected = true;
  write_or_tell(*row, entry);
  expected_[key_of(file.path)] = {file, clock_->now()};
}

void Keeper::add(const FinishedFile& finished, bool waiting) {
  const std::lock_guard hold(mutex_);
  expected_.erase(key_of(finished.path));
  Row* row = row_for(finished);
  if (row == nullptr) return;
  KeptFile file = entry_for(finished, row->shelf);
  file.waiting = waiting;
  write_or_tell(*row, file);
  if (!is_current(row->shelf)) return;
  const auto before = by_path_.find(key_of(finished.path));
  if (before != by_path_.end()) discount(held_.at(before->second));
  put(std::move(file), *row);
  count(held_.at(next_id_ - 1));
  ++revision_;
}

void Keeper::measure_preview(const std::string& path) {
  const std::uint64_t bytes = Shelf::preview_bytes_of(path);
  const std::lock_guard hold(mutex_);
  const auto known = by_path_.find(key_of(path));
  if (known != by_path_.end()) change(held_.at(known->second), [bytes](KeptFile& file) { file.preview_bytes = bytes; });
}

// Nobody waits while it is looked for them.
std::vector<FinishedFile> Keeper::overdue(Time patience) {
  std::vector<FinishedFile> files;
  for (Late& late : late_ones(patience)) {
    if (!late.directory.empty() && Shelf::is_there(late.directory, late.entry))
      files.push_back(std::move(late.expected.file));
    else
      give_up(late.expected);
  }
  return files;
}

std::vector<Keeper::Late> Keeper::late_ones(Time patience) {
  const std::lock_guard hold(mutex_);
  std::vector<Late> all;
  for (const auto& [path, expected] : expected_) {
    if (expected.since != Time(0) && clock_->now() - expected.since < patience) continue;
    Late& late = all.emplace_back(Late{expected, {}, {}});
    const Row* row = row_for(expected.file);
    if (row == nullptr) continue;
    late.directory = row->shelf.directory();
    late.entry = entry_for(expected.file, row->shelf);
  }
  return all;
}

// Unless it is expected anew by now.
void Keeper::give_up(const Expected& expected) {
  const std::lock_guard hold(mutex_);
  const auto found = expected_.find(key_of(expected.file.path));
  if (found != expected_.end() && found->second.since == expected.since) expected_.erase(found);
}

bool Keeper::expects(const std::string& path) const {
  const std::lock_guard hold(mutex_);
  return expected_.contains(key_of(path));
}

bool Keeper::keeps(const std::string& path) const {
  const std::lock_guard hold(mutex_);
  return by_path_.contains(key_of(path));
}

void Keeper::hold(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) set_waiting(path, true);
}

void Keeper::release(const std::string& path) { set_waiting(path, false); }

void Keeper::set_waiting(const std::string& path, bool waiting) {
  const std::lock_guard hold(mutex_);
  const auto known = by_path_.find(key_of(path));
  if (known != by_path_.end()) change(held_.at(known->second), [waiting](KeptFile& file) { file.waiting = waiting; });
}

// ---- limits --------------------------------------------------------------------------------------------------------

// What can't be asked has room enough. Nobody waits for the disk meanwhile.
std::uint64_t Keeper::look_at_space() {
  std::string directory;
  {
    const std::lock_guard hold(mutex_);
    directory = rig_.storage.directory;
  }
  const auto space = look_(directory);
  const std::lock_guard hold(mutex_);
  const std::uint64_t free = space ? space->free : FreedSpace::kUnknown;
  if (space) space_ = *space;
  if (directory == rig_.storage.directory) freed_.look(free, clock_->now());
  return free;
}

// The file that is to go next; 0: none.
std::uint64_t Keeper::victim(const Group& group, WallTime now, std::uint64_t free) {
  const rig::Retain& limits = group.limits;
  if (group.first.empty()) return 0;
  const bool is_over = (limits.max_files > 0 && group.files > static_cast<std::uint64_t>(limits.max_files)) ||
                       (limits.max_size > 0 && group.bytes > limits.max_size) || free < limits.min_free;
  if (is_over) return group.first.begin()->second;
  const bool is_old = limits.max_age.count() > 0 && group.oldest.begin()->first + limits.max_age < now;
  return is_old ? group.oldest.begin()->second : 0;
}

Keeper::Group* Keeper::first_group() {
  Group* found = nullptr;
  for (Group& group : groups_)
    if (!group.first.empty() && (found == nullptr || *group.first.begin() < *found->first.begin())) found = &group;
  return found;
}

std::optional<Keeper::Victim> Keeper::next_victim(WallTime now) {
  const std::lock_guard hold(mutex_);
  if (holds_limits_) return std::nullopt;
  for (const Group& group : groups_) {
    const std::uint64_t id = victim(group, now, freed_.free());
    if (id != 0) return take_away(held_.find(id), Reason::limit);
  }
  if (freed_.free() >= rig_.storage.min_free) return std::nullopt;
  const Group* group = first_group();
  if (group == nullptr) return std::nullopt;
  return take_away(held_.find(group->first.begin()->second), Reason::limit);
}

// Nobody else deletes it, or pins it, from now on. It counts until it is gone.
Keeper::Victim Keeper::take_away(HeldAt at, Reason why) {
  change(at->second, [](KeptFile& file) { file.leaving = true; });
  return {at->first, at->second.row->shelf.directory(), at->second.file, why};
}

// Meanwhile its name may have become another file's, and its directory one that was left.
Result<void> Keeper::erase(const Victim& victim) {
  auto removed = remove_(victim.directory, victim.file);
  const std::lock_guard hold(mutex_);
  const auto found = held_.find(victim.id);
  if (found == held_.end()) return removed;
  found->second.file.leaving = false;
  if (!removed) return removed;
  freed_.add(found->second.file.all_bytes(), clock_->now());
  discount(found->second);
  forget(found);
  if (victim.why == Reason::limit) ++deleted_;
  ++revision_;
  return {};
}

// How many files went. One that cannot be deleted stands in nobody's way: it is no longer tried. Where none can be, as
// on a disk that became read-only, the others have to wait.
std::uint64_t Keeper::keep_limits(WallTime now) {
  std::uint64_t deleted = 0;
  for (int failures = 0; failures < kMaxFailures;) {
    const auto next = next_victim(now);
    if (!next) break;
    const auto removed = erase(*next);
    failures = removed ? 0 : failures + 1;
    if (removed) ++deleted;
    const bool has_failed_before = cannot_delete_.exchange(!removed);
    if (!removed && !has_failed_before) log_.warning("disk", "cannot delete " + removed.error().message);
  }
  return deleted;
}

void Keeper::hold_limits(bool held) {
  const std::lock_guard hold(mutex_);
  holds_limits_ = held;
}

// Most file systems say at once that there is more room: the second look takes what went off what is awaited.
void Keeper::tidy(WallTime now) {
  (void)look_at_space();
  const std::uint64_t deleted = keep_limits(now);
  {
    const std::lock_guard hold(mutex_);
    for (Row& row : rows_)
      if (is_current(row.shelf)) tidy_row(row);
  }
  if (deleted > 0) (void)look_at_space();
}

void Keeper::tidy_row(Row& row) {
  const bool is_wanted = row.is_behind || row.shelf.is_untidy(row.files);
  if (!is_wanted || (row.retry && clock_->now() < *row.retry)) return;
  if (rewrite(row)) {
    row.is_behind = false;
    row.retry.reset();
    row.patience.reset();
  } else {
    row.retry = clock_->now() + row.patience.next();  // the journal is as valid as before
  }
}

Result<void> Keeper::rewrite(Row& row) {
  std::vector<const KeptFile*> files;
  for (const auto& [id, held] : held_)
    if (held.row == &row) files.push_back(&held.file);
  const std::vector<KeptFile> expected = expected_on(row);
  for (const KeptFile& file : expected) files.push_back(&file);
  return row.shelf.tidy(files);
}

std::vector<KeptFile> Keeper::expected_on(const Row& row) {
  std::vector<KeptFile> files;
  for (const auto& [path, expected] : expected_) {
    if (row_for(expected.file) != &row) continue;
    files.push_back(entry_for(expected.file, row.shelf));
    files.back().expected = true;
  }
  return files;
}

bool Keeper::is_mounted_otherwise() const {
  std::unique_lock hold(mutex_);
  const rig::Storage storage = rig_.storage;
  const bool is_open = is_open_;
  hold.unlock();
  return is_reachable(storage) != is_open;
}

std::string Keeper::obstacle() {
  const std::uint64_t free = look_at_space();
  const bool is_gone = is_mounted_otherwise();
  const std::lock_guard hold(mutex_);
  const rig::Storage& storage = rig_.storage;
  if (!is_open_ || is_gone) {
    writable_ = false;
    return storage.directory + " is not mounted";
  }
  const std::uint64_t floor = storage.stop_free + (writable_ ? 0 : storage.stop_free / kHysteresis);
  writable_ = storage.stop_free == 0 || free >= floor;
  if (writable_) return "";
  return "only " + std::to_string(free / 1000000) + " MB are free, stop_free is " +
         std::to_string(storage.stop_free / 1000000) + " MB";
}

}  // namespace omv::runner
