// SPDX-License-Identifier: LGPL-2.1-or-later
// What is kept of a rig's files, and for how long: limits, pins, and room on the disk.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "omv/base/clock.h"
#include "omv/base/result.h"
#include "rig/model.h"
#include "runner/backoff.h"
#include "runner/control.h"
#include "runner/files/finished_file.h"
#include "runner/files/freed_space.h"
#include "runner/files/shelf.h"
#include "runner/files/space.h"
#include "runner/log.h"

namespace omv::runner {

/// Any thread. Deletes only what the rig has finished, never what is pinned or waits for its hook. While the disk
/// deletes or is asked for its room, nobody else waits for it; for a journal they do.
///
/// A file is written down twice: expected before it has its name, and kept when add() says that it is whole. A process
/// that is killed in between finds it among the overdue() ones of its next run.
class Keeper {
 public:
  using LookAtSpace = std::function<Result<Space>(const std::string& directory)>;
  using RemoveFile = std::function<Result<void>(const std::string& directory, const KeptFile& file)>;

  explicit Keeper(Log& log, LookAtSpace look = space_of, std::shared_ptr<Clock> clock = Clock::steady(),
                  RemoveFile remove = Shelf::remove);
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  ~Keeper();

  /// What is kept from now on. Reads the journals of records that are new, and of all when the directory is another, or
  /// is mounted again; what is in a directory that is no longer the rig's is left as it is. Nothing is read from a
  /// storage that is not reachable. Errc::busy: another rig has one.
  Result<void> apply(rig::Rig rig);

  /// What is to be told of files that are about to get their names. Any thread; does nothing once the keeper is gone.
  ExpectFile expect();

  /// keeps(), for whoever may outlive the keeper. Any thread; false once the keeper is gone.
  std::function<bool(const std::string& path)> known() const;

  /// A file is whole. `waiting`: it has a hook. Files of branches that still write into an earlier directory are
  /// written down there.
  void add(const FinishedFile& file, bool waiting);

  /// There is another preview beside a file than before: limits to bytes count it.
  void measure_preview(const std::string& path);

  /// Files that were expected longer than `patience` ago, got their names, and were never added: who wrote them was
  /// stopped or killed. They are overdue until they are added.
  std::vector<FinishedFile> overdue(Time patience);

  /// Whether a file of this path is still to be added.
  bool expects(const std::string& path) const;

  /// Whether a file of this path is kept.
  bool keeps(const std::string& path) const;

  /// Files of earlier runs whose hooks are still to be run.
  void hold(const std::vector<std::string>& paths);

  /// Its hook is done with it.
  void release(const std::string& path);

  /// Nobody writes into directories any more that the rig has left: once a minute has passed, and nothing is expected
  /// in them, another rig may have their journals.
  void close_left();

  /// Deletes what limits ask for. "The oldest" are those that came first, whatever the clock said then. Takes as long
  /// as the disk does.
  void tidy(WallTime now);

  /// As long as there is one no limit deletes another file, as apply() may have to be taken back. One at a time.
  class LimitsHeld {
   public:
    explicit LimitsHeld(Keeper& keeper) : keeper_(keeper) { keeper_.hold_limits(true); }
    LimitsHeld(const LimitsHeld&) = delete;
    LimitsHeld& operator=(const LimitsHeld&) = delete;
    ~LimitsHeld() { keeper_.hold_limits(false); }

   private:
    Keeper& keeper_;
  };

  /// True when apply() would find more, or less, because the storage was mounted or unmounted.
  bool is_mounted_otherwise() const;

  /// Why nothing may be written now; empty: there is room. Looks at the disk.
  std::string obstacle();

  DiskStatus status() const;  ///< as of the last look at the disk
  FilePage files(const FileQuery& query) const;
  std::optional<FileEntry> file(std::uint64_t id) const;
  Result<void> set_pinned(std::uint64_t id, bool pinned);
  Result<void> remove(std::uint64_t id);
  std::uint64_t revision() const;

 private:
  // A time that never goes back from file to file, and the id.
  using Place = std::pair<WallTime, std::uint64_t>;

  // The files of a [[retain]], or of none (no limits).
  struct Group {
    rig::Retain limits;
    std::uint64_t files = 0;  // that count
    std::uint64_t bytes = 0;
    std::set<Place> first;   // that may be deleted, in the order in which they came
    std::set<Place> oldest;  // the same, by the clock
  };
  struct Row {
    Shelf shelf;
    std::size_t files = 0;  // that are held
    std::size_t group = 0;
    std::optional<Time> left;  // since when its directory is none of the rig's
    bool is_behind = false;    // its journal lacks a line that it did not take
    Backoff patience{std::chrono::seconds(1), std::chrono::minutes(1)};
    std::optional<Time> retry;  // when the journal is written anew again, after that has failed
  };
  struct Held {
    KeptFile file;
    Row* row = nullptr;
    WallTime place{0};
  };
  enum class Reason { limit, wish };
  // A file that is to go, while nobody waits for that.
  struct Victim {
    std::uint64_t id = 0;
    std::string directory;
    KeptFile file;
    Reason why = Reason::limit;
  };
  using HeldAt = std::map<std::uint64_t, Held>::iterator;
  struct Expected {
    FinishedFile file;
    Time since{0};  // of the steady clock; 0: an earlier run
  };
  // One that may be overdue, and where it should be; no directory: nowhere.
  struct Late {
    Expected expected;
    std::string directory;
    KeptFile entry;
  };
  // Outlives the keeper in those who may still tell it something.
  struct Anchor {
    std::mutex mutex;
    Keeper* keeper = nullptr;
  };

  bool is_current(const Shelf& shelf) const { return shelf.directory() == rig_.storage.directory; }
  bool has_shelf(const std::string& directory, const std::string& record, const std::string& camera) const;
  Row* row_for(const FinishedFile& file);
  void forget_shelves(const std::string& directory);
  void leave();
  Result<std::vector<Shelf>> open_shelves(const rig::Rig& rig) const;
  void take_in(std::vector<Shelf> opened);
  bool has_previews(const Shelf& shelf) const;
  void put(KeptFile file, Row& row);
  void forget(HeldAt at);
  KeptFile entry_for(const FinishedFile& finished, const Shelf& shelf) const;
  std::vector<KeptFile> expected_on(const Row& row);
  Result<void> write(Row& row, const KeptFile& file);
  void write_or_tell(Row& row, const KeptFile& file);
  void set_waiting(const std::string& path, bool waiting);
  void note_expected(const FinishedFile& file);
  static std::string key_of(const std::string& path);
  std::string key_of(const Held& held) const;
  void regroup();
  Group& group_of(const Held& held) { return groups_[held.row->group]; }
  void count(const Held& held);
  void discount(const Held& held);
  void change(Held& held, const std::function<void(KeptFile&)>& edit);
  static std::uint64_t victim(const Group& group, WallTime now, std::uint64_t free);
  Group* first_group();
  std::optional<Victim> next_victim(WallTime now);
  Victim take_away(HeldAt at, Reason why);
  Result<Victim> take_away_for_good(std::uint64_t id);
  Result<void> erase(const Victim& victim);
  std::vector<Late> late_ones(Time patience);
  void give_up(const Expected& expected);
  std::uint64_t keep_limits(WallTime now);
  void hold_limits(bool held);
  void tidy_row(Row& row);
  Result<void> rewrite(Row& row);
  std::set<const Row*> rows_of(const FileQuery& query) const;
  FileEntry entry_of(const Held& held) const;
  std::uint64_t look_at_space();

  Log& log_;
  LookAtSpace look_;
  std::shared_ptr<Clock> clock_;
  RemoveFile remove_;
  std::shared_ptr<Anchor> anchor_;
  mutable std::mutex mutex_;  // guards all that follows; nobody deletes under it
  rig::Rig rig_;
  bool holds_limits_ = false;
  bool is_open_ = false;  // the storage is reachable, and its journals are open
  std::list<Row> rows_;   // also of directories that were left, where branches may be finishing files
  std::vector<Group> groups_;
  std::map<std::uint64_t, Held> held_;  // of the rig's directory
  std::unordered_map<std::string, std::uint64_t> by_path_;
  std::map<std::string, Expected> expected_;  // by path
  WallTime last_place_{0};
  std::uint64_t next_id_;
  std::uint64_t bytes_ = 0;  // of all that are held
  std::uint64_t deleted_ = 0;
  std::atomic<bool> cannot_delete_ = false;  // what a limit asked for last
  std::uint64_t revision_ = 0;
  std::optional<Space> space_;  // as of the last look
  FreedSpace freed_;
  bool writable_ = true;
};

}  // namespace omv::runner
