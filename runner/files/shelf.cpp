// SPDX-License-Identifier: LGPL-2.1-or-later
// A journal per record and camera.
#include "runner/files/shelf.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "omv/storage/part_file.h"

namespace omv::runner {

namespace {

namespace fs = std::filesystem;

// What stands beside a file under its name, and goes with it.
constexpr const char* kPreview = ".gif";
constexpr const char* kCompanions[] = {".json", ".gif.part", kPreview};  // in this order, as parts get names

constexpr std::uint64_t kPinned = 1;  // parts of the index of an entry
constexpr std::uint64_t kExpected = 2;
constexpr std::uint64_t kLongest = std::uint64_t{100} * 366 * 24 * 3600 * 1000;  // that a file lasts, in milliseconds

// That a part is to have.
std::string name_of(std::string path) {
  if (path.ends_with(storage::PartFile::kSuffix)) path.resize(path.size() - storage::PartFile::kSuffix.size());
  return path;
}

// A trigger's name that is too long for it is left out.
std::string note_of(const KeptFile& file) {
  if (file.duration.count() == 0 && file.frames == 0 && file.lost == 0 && file.trigger.empty()) return {};
  const std::string note =
      std::to_string(file.duration.count()) + "," + std::to_string(file.frames) + "," + std::to_string(file.lost) + ",";
  return note.size() + file.trigger.size() <= storage::JournalEntry::kMaxNoteBytes ? note + file.trigger : note;
}

// Takes a number and the comma behind it off the front; 0 for what is none.
std::uint64_t take_number(std::string_view& note) {
  std::uint64_t number = 0;
  const std::size_t end = std::min(note.find(','), note.size());
  if (std::from_chars(note.data(), note.data() + end, number).ptr != note.data() + end) number = 0;
  note.remove_prefix(std::min(end + 1, note.size()));
  return number;
}

void take_note(std::string_view note, KeptFile& file) {
  file.duration = std::chrono::milliseconds(std::min(take_number(note), kLongest));
  file.frames = take_number(note);
  file.lost = take_number(note);
  file.trigger = note;
}

storage::JournalEntry entry_of(const KeptFile& file) {
  return {file.path, file.bytes, file.time, (file.pinned ? kPinned : 0) + (file.expected ? kExpected : 0),
          note_of(file)};
}

}  // namespace

Result<Shelf> Shelf::open(const std::string& directory, const std::string& record, const std::string& camera,
                          bool sync) {
  // Names of sections have no dot, so that no two shelves share a journal.
  const std::string name = ".omv-rig." + record + "." + camera + ".journal";
  OMV_TRY(storage::Journal journal, storage::Journal::open(directory + "/" + name, sync));
  return Shelf(directory, record, camera, std::move(journal));
}

bool Shelf::is_there(const std::string& directory, const KeptFile& file) {
  std::error_code failed;
  const fs::path path = fs::path(directory) / file.path;
  const fs::file_status status = fs::symlink_status(path, failed);
  if (fs::is_directory(status)) return true;
  return fs::is_regular_file(status) && fs::file_size(path, failed) == file.bytes && !failed;
}

std::uint64_t Shelf::preview_bytes_of(const std::string& path) {
  std::error_code failed;
  const std::uintmax_t bytes = fs::file_size(name_of(path) + kPreview, failed);
  return failed ? 0 : bytes;
}

std::vector<KeptFile> Shelf::take_files() {
  std::vector<KeptFile> files;
  for (const storage::JournalEntry& entry : journal_.take_entries()) {
    KeptFile file;
    file.path = entry.path;
    file.bytes = entry.bytes;
    file.time = entry.time;
    file.pinned = (entry.index & kPinned) != 0;
    file.expected = (entry.index & kExpected) != 0;
    take_note(entry.note, file);
    if (is_there(directory_, file)) files.push_back(std::move(file));
  }
  return files;
}

Result<void> Shelf::write(const KeptFile& file) { return journal_.append(entry_of(file)); }

Result<void> Shelf::remove(const std::string& directory, const KeptFile& file) {
  std::error_code failed;
  const std::string path = (fs::path(directory) / file.path).string();
  for (const char* companion : kCompanions) fs::remove(name_of(path) + companion, failed);
  fs::remove_all(path, failed);  // the last one, so that a kill in between leaves what is still in the journal
  if (failed) return Error{Errc::io, path + ": " + failed.message()};
  for (fs::path above = fs::path(file.path).parent_path(); !above.empty(); above = above.parent_path())
    if (!fs::remove(fs::path(directory) / above, failed) || failed) break;
  return {};
}

Result<void> Shelf::tidy(const std::vector<const KeptFile*>& files) {
  std::vector<storage::JournalEntry> entries;
  for (const KeptFile* file : files) entries.push_back(entry_of(*file));
  return journal_.rewrite(entries);
}

}  // namespace omv::runner
