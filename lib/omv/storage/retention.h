// SPDX-License-Identifier: LGPL-2.1-or-later
// How many files a writer keeps: the oldest go before a new one comes.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>

#include "omv/base/result.h"
#include "omv/storage/journal.h"

namespace omv::storage {

/// 0: no limit.
struct Limits {
  std::uint64_t max_files = 0;
  std::uint64_t max_bytes = 0;  ///< of all files together
  std::chrono::milliseconds max_age{0};
  std::uint64_t min_free = 0;  ///< bytes that the file system has left for unprivileged users
  std::string companion;       ///< what stands beside a file under its name with this behind it goes with it

  bool any() const { return max_files > 0 || max_bytes > 0 || max_age.count() > 0 || min_free > 0; }
};

/// Keeps the files of one journal within limits; deletes nothing that is not in it. The cost of a file does not depend
/// on how many there are. Not synchronised.
class Retention {
 public:
  /// Reads the journal `name` in `directory`; entries whose file is gone, or has another size than was written, are
  /// forgotten. Errors as of Journal::open.
  static Result<Retention> open(const std::string& directory, const std::string& name, const Limits& limits, bool sync);

  /// Deletes the oldest files until `next` fits, which may replace one of the same path. Its bytes are on the file
  /// system already. Errc::limit: larger than max_bytes by itself. Errc::full: others fill the file system, and nothing
  /// is left to delete. Errc::io: a file can't be deleted.
  Result<void> make_room(const JournalEntry& next, std::chrono::milliseconds now);

  /// Deletes as for a file that is still to be written, as far as min_free asks for it; how many files went.
  Result<std::uint64_t> free_space();

  /// Deletes as free_space() does. Errc::full: less than min_free is left, and no file of ours.
  Result<void> keep_free();

  /// Writes a file down. Call it before the file gets its name, so that no file is ever unknown.
  Result<void> add(const JournalEntry& entry);

  /// Takes back an add() whose file did not get its name.
  Result<void> take_back(const std::string& path);

  std::uint64_t files() const { return entries_.size(); }
  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t deleted() const { return deleted_; }        ///< files since open()
  std::uint64_t next_index() const { return next_index_; }  ///< behind the largest in the journal; 0: it was empty

 private:
  Retention(std::string directory, const Limits& limits, Journal journal)
      : directory_(std::move(directory)), limits_(limits), journal_(std::move(journal)) {}

  bool is_over(const JournalEntry& next, std::chrono::milliseconds now) const;
  Result<std::uint64_t> missing_space() const;
  Result<void> remove_oldest();
  Result<void> unlink_if_ours(const JournalEntry& entry);
  void remove_empty_directories(const std::string& path);
  void remember(JournalEntry entry);
  void forget(const std::string& path);
  Result<void> compact();
  Result<void> rewrite();
  void note_index(std::uint64_t index);

  std::string directory_;
  Limits limits_;
  Journal journal_;
  std::map<std::uint64_t, JournalEntry> entries_;  // by the order they came in
  std::unordered_map<std::string, std::uint64_t> order_;
  std::uint64_t next_order_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t deleted_ = 0;
  std::uint64_t next_index_ = 0;
};

}  // namespace omv::storage
