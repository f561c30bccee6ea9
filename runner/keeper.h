// SPDX-License-Identifier: LGPL-2.1-or-later
// What is kept of a rig's files, and for how long: limits, pins, and room on the disk.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "omv/base/result.h"
#include "rig/model.h"
#include "runner/control.h"
#include "runner/finished_file.h"
#include "runner/log.h"
#include "runner/shelf.h"

namespace omv::runner {

struct Space {
  std::uint64_t total = 0;
  std::uint64_t free = 0;  ///< for this process
};

/// Of the file system of a directory. Errc::io.
Result<Space> space_of(const std::string& directory);

/// True when `directory` is in a mounted file system other than that of /.
bool is_on_mount(const std::string& directory);

/// Any thread. Deletes only what the rig has finished, never what is pinned or waits for its hook.
class Keeper {
 public:
  using LookAtSpace = std::function<Result<Space>(const std::string& directory)>;

  explicit Keeper(Log& log, LookAtSpace look = space_of) : log_(log), look_(std::move(look)) {}

  /// What is kept from now on. Reads the journals of records that are new. Errc::busy: another rig has one.
  Result<void> apply(const rig::Rig& rig);

  /// A file is whole. `waiting`: it has a hook.
  void add(const FinishedFile& file, bool waiting);

  /// Files of earlier runs whose hooks are still to be run.
  void hold(const std::vector<std::string>& paths);

  /// Its hook is done with it.
  void release(const std::string& path);

  /// Deletes what limits ask for.
  void tidy(WallTime now);

  /// Why nothing may be written now; empty: there is room. Looks at the disk.
  std::string obstacle();

  DiskStatus status() const;
  FilePage files(const FileQuery& query) const;
  std::optional<FileEntry> file(std::uint64_t id) const;
  Result<void> set_pinned(std::uint64_t id, bool pinned);
  Result<void> remove(std::uint64_t id);
  std::uint64_t revision() const;

 private:
  using Age = std::pair<WallTime, std::uint64_t>;

  // The files of a [[retain]], or of none (no limits).
  struct Group {
    rig::Retain limits;
    std::uint64_t files = 0;  // that count
    std::uint64_t bytes = 0;
    std::set<Age> oldest;  // that may be deleted
  };
  struct Held {
    KeptFile file;
    std::size_t shelf = 0;
  };

  Result<void> open_shelves(const rig::Rig& rig);
  void regroup();
  Group& group_of(std::size_t shelf) { return groups_[group_of_shelf_[shelf]]; }
  void count(const Held& held);
  void discount(const Held& held);
  void change(Held& held, const std::function<void(KeptFile&)>& edit);
  bool is_over(const Group& group, WallTime now, std::uint64_t free) const;
  bool remove_oldest(Group& group);
  Group* oldest_group();
  Result<void> erase(std::uint64_t id);
  void tidy_shelf(std::size_t shelf);
  FileEntry entry_of(const Held& held) const;
  std::uint64_t free_space() const;

  Log& log_;
  LookAtSpace look_;
  mutable std::mutex mutex_;
  rig::Rig rig_;
  std::vector<Shelf> shelves_;
  std::vector<std::size_t> group_of_shelf_;
  std::vector<Group> groups_;
  std::map<std::uint64_t, Held> held_;
  std::map<std::string, std::uint64_t> by_path_;  // of those whose hooks are still to be run
  std::vector<std::size_t> on_shelf_;             // how many files
  std::uint64_t next_id_ = 1;
  std::uint64_t deleted_ = 0;
  std::uint64_t revision_ = 0;
  bool writable_ = true;
};

}  // namespace omv::runner
