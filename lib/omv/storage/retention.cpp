// SPDX-License-Identifier: LGPL-2.1-or-later
// Limits, and files that go because of them.
#include "omv/storage/retention.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "omv/base/file.h"

namespace omv::storage {

namespace {

constexpr std::uint64_t kSpareLines = 64;  // before a small journal is written anew

bool is_file_of(const std::string& path, std::uint64_t bytes) {
  struct stat status = {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         static_cast<std::uint64_t>(status.st_size) == bytes;
}

}  // namespace

Result<Retention> Retention::open(const std::string& directory, const std::string& name, const Limits& limits,
                                  bool sync) {
  OMV_TRY(Journal journal, Journal::open(directory + "/" + name, sync));
  Retention retention(directory, limits, std::move(journal));
  for (JournalEntry& entry : retention.journal_.take_entries()) {
    retention.note_index(entry.index);
    if (is_file_of(directory + "/" + entry.path, entry.bytes)) retention.remember(std::move(entry));
  }
  OMV_CHECK(retention.compact());
  return retention;
}

// ---- room ----------------------------------------------------------------------------------------------------------

bool Retention::is_over(const JournalEntry& next, std::chrono::milliseconds now) const {
  if (entries_.empty()) return false;
  const auto replaced = order_.find(next.path);
  const bool replaces = replaced != order_.end();
  const std::uint64_t files = entries_.size() + (replaces ? 0 : 1);
  const std::uint64_t bytes = bytes_ + next.bytes - (replaces ? entries_.at(replaced->second).bytes : 0);
  const bool is_old = limits_.max_age.count() > 0 && entries_.begin()->second.time < now - limits_.max_age;
  return is_old || (limits_.max_files > 0 && files > limits_.max_files) ||
         (limits_.max_bytes > 0 && bytes > limits_.max_bytes);
}

// What others have to give back for min_free.
Result<std::uint64_t> Retention::missing_space() const {
  struct statvfs status = {};
  if (limits_.min_free == 0) return std::uint64_t{0};
  if (::statvfs(directory_.c_str(), &status) != 0) return system_error(directory_, errno);
  const std::uint64_t free = std::uint64_t{status.f_bavail} * status.f_frsize;
  return limits_.min_free > free ? limits_.min_free - free : 0;
}

Result<void> Retention::make_room(const JournalEntry& next, std::chrono::milliseconds now) {
  if (limits_.max_bytes > 0 && next.bytes > limits_.max_bytes)
    return Error{Errc::limit, next.path + ": " + std::to_string(next.bytes) +
                                  " bytes are more than max-bytes=" + std::to_string(limits_.max_bytes)};
  while (is_over(next, now)) OMV_CHECK(remove_oldest());
  return keep_free();
}

Result<void> Retention::keep_free() {
  OMV_CHECK(free_space());
  OMV_TRY(const std::uint64_t missing, missing_space());
  if (missing > 0 && entries_.empty())
    return Error{Errc::full, directory_ + ": less than min-free=" + std::to_string(limits_.min_free) +
                                 " bytes are free, and no file of ours is left to delete"};
  return {};
}

// Counts the bytes that go by itself: many file systems give them back later.
Result<std::uint64_t> Retention::free_space() {
  OMV_TRY(const std::uint64_t missing, missing_space());
  const std::uint64_t before = deleted_;
  const std::uint64_t wanted = bytes_ > missing ? bytes_ - missing : 0;
  while (missing > 0 && bytes_ > wanted) OMV_CHECK(remove_oldest());
  return deleted_ - before;
}

// ---- deletion ------------------------------------------------------------------------------------------------------

Result<void> Retention::remove_oldest() {
  const JournalEntry oldest = entries_.begin()->second;
  OMV_CHECK(unlink_if_ours(oldest));
  forget(oldest.path);
  return {};
}

Result<void> Retention::unlink_if_ours(const JournalEntry& entry) {
  const std::string path = directory_ + "/" + entry.path;
  if (!is_file_of(path, entry.bytes)) return {};
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return {};
    return system_error(path + ": can't be deleted to keep the limits", errno);
  }
  ++deleted_;
  if (!limits_.companion.empty()) ::unlink((path + limits_.companion).c_str());
  remove_empty_directories(entry.path);
  return {};
}

void Retention::remove_empty_directories(const std::string& path) {
  for (std::size_t slash = path.rfind('/'); slash != std::string::npos; slash = path.rfind('/', slash - 1))
    if (::rmdir((directory_ + "/" + path.substr(0, slash)).c_str()) != 0) return;
}

// ---- the list ------------------------------------------------------------------------------------------------------

Result<void> Retention::add(const JournalEntry& entry) {
  if (!stays_within(entry.path)) return Error{Errc::invalid, entry.path + ": leads out of " + directory_};
  OMV_CHECK(journal_.append(entry));
  remember(entry);
  return compact();
}

Result<void> Retention::take_back(const std::string& path) {
  forget(path);
  return rewrite();
}

void Retention::remember(JournalEntry entry) {
  forget(entry.path);
  note_index(entry.index);
  bytes_ += entry.bytes;
  order_[entry.path] = next_order_;
  entries_.emplace(next_order_++, std::move(entry));
}

void Retention::forget(const std::string& path) {
  const auto found = order_.find(path);
  if (found == order_.end()) return;
  const auto entry = entries_.find(found->second);
  bytes_ -= entry->second.bytes;
  order_.erase(found);
  entries_.erase(entry);
}

// Every line is written twice at most: once as it comes, once for each time the journal has doubled.
Result<void> Retention::compact() {
  if (journal_.lines() <= 2 * entries_.size() + kSpareLines) return {};
  auto written = rewrite();
  return written || written.error().code == Errc::full ? Result<void>() : written;
}

Result<void> Retention::rewrite() {
  std::vector<JournalEntry> left;
  left.reserve(entries_.size());
  for (const auto& [order, entry] : entries_) left.push_back(entry);
  return journal_.rewrite(left);
}

void Retention::note_index(std::uint64_t index) {
  if (index < std::numeric_limits<std::uint64_t>::max()) next_index_ = std::max(next_index_, index + 1);
}

}  // namespace omv::storage
