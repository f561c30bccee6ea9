// SPDX-License-Identifier: LGPL-2.1-or-later
// Names, room, and files that appear whole.
#include "omv/storage/file_store.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <filesystem>

#include "omv/base/crc.h"
#include "omv/storage/directories.h"
#include "omv/storage/part_file.h"

namespace omv::storage {

namespace {

constexpr std::size_t kReadable = 60;  // characters of the pattern in a journal's name

bool is_there(const std::string& path) {
  struct stat status = {};
  return ::lstat(path.c_str(), &status) == 0;
}

// What of a path that begins with `directory` lies within it.
std::string within(const std::string& directory, const std::string& path) {
  const std::string rest = directory == "." || directory == "/" ? path : path.substr(directory.size());
  const std::size_t begin = std::min(rest.find_first_not_of('/'), rest.size());
  return std::filesystem::path(rest.substr(begin)).lexically_normal().string();
}

Error name_is_taken(const std::string& path, const std::string& companion) {
  const std::string what = is_there(path + companion) && !is_there(path) ? path + companion : path;
  return {Errc::exists, what + " is there already; with %{index} in the location it would have had another name"};
}

bool is_readable(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
}

}  // namespace

std::string journal_name(const NamePattern& pattern) {
  const std::string relative = within(pattern.directory(), pattern.text());
  std::string readable = relative.substr(0, kReadable);
  std::replace_if(
      readable.begin(), readable.end(), [](char c) { return !is_readable(c); }, '_');
  std::array<char, 16> sum{};
  std::snprintf(sum.data(), sum.size(), "-%08x", static_cast<unsigned>(crc32(as_bytes(relative))));
  return ".omv-" + readable + sum.data() + ".journal";
}

Result<void> FileStore::open() {
  if (retention_ || !options_.limits.any()) return {};
  OMV_TRY(retention_,
          Retention::open(pattern_.directory(), journal_name(pattern_), options_.limits, options_.file.sync));
  return {};
}

Result<AtomicFile> FileStore::begin(const NameValues& values) {
  OMV_TRY(const std::string path, pattern_.expand(values));
  return files_.begin(directory_of(path));
}

Result<bool> FileStore::is_taken(const NameValues& values) const {
  OMV_TRY(const std::string path, pattern_.expand(values));
  if (options_.file.overwrite) return false;
  const std::string& companion = options_.limits.companion;
  return is_there(path) || (!companion.empty() && is_there(path + companion));
}

Result<std::uint64_t> FileStore::free_index(NameValues values) const {
  if (retention_) values.index = std::max(values.index, retention_->next_index());
  while (pattern_.has("index")) {
    OMV_TRY(const bool taken, is_taken(values));
    if (!taken) break;
    ++values.index;
  }
  return values.index;
}

JournalEntry FileStore::entry_of(std::uint64_t bytes, const std::string& path, const NameValues& values) const {
  return {within(pattern_.directory(), path), bytes, std::chrono::floor<std::chrono::milliseconds>(values.wall_clock),
          values.index};
}

Result<std::string> FileStore::free_path(NameValues& values) {
  OMV_CHECK(open());
  while (true) {
    OMV_TRY(values.index, free_index(values));
    OMV_TRY(std::string path, pattern_.expand(values));
    const bool in_progress = is_there(path + std::string(PartFile::kSuffix));
    if (in_progress && pattern_.has("index")) {
      ++values.index;
      continue;
    }
    OMV_TRY(const bool taken, is_taken(values));
    if (in_progress || taken) return name_is_taken(path, options_.limits.companion);
    OMV_CHECK(make_directories(directory_of(path), options_.file.sync));
    return path;
  }
}

Result<std::string> FileStore::commit(AtomicFile& file, const NameValues& values) {
  return commit(file.size(), values, [&file](const std::string& path) { return file.commit(path); });
}

Result<std::string> FileStore::commit(std::uint64_t bytes, const NameValues& values,
                                      const std::function<Result<void>(const std::string& path)>& give_name) {
  OMV_CHECK(open());
  OMV_TRY(std::string path, pattern_.expand(values));
  OMV_TRY(const bool taken, is_taken(values));
  if (taken) return name_is_taken(path, options_.limits.companion);
  if (options_.before_name) options_.before_name(path, bytes, values.wall_clock);
  if (!retention_) {
    OMV_CHECK(give_name(path));
    return path;
  }
  const JournalEntry entry = entry_of(bytes, path, values);
  OMV_CHECK(retention_->make_room(entry, entry.time));
  OMV_CHECK(retention_->add(entry));
  auto named = give_name(path);
  if (named) return path;
  OMV_CHECK(retention_->take_back(entry.path));
  return std::move(named).error();
}

Result<bool> FileStore::free_space() {
  if (!retention_) return false;
  OMV_TRY(const std::uint64_t deleted, retention_->free_space());
  return deleted > 0;
}

}  // namespace omv::storage
