// SPDX-License-Identifier: LGPL-2.1-or-later
// A pattern of names, whole files, and limits: everything that a writer of many files needs.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "omv/base/result.h"
#include "omv/storage/atomic_file.h"
#include "omv/storage/name_pattern.h"
#include "omv/storage/retention.h"

namespace omv::storage {

/// Is told of a file that is whole and about to get this name, which it may not get; `wall_clock` as in NameValues.
using BeforeName =
    std::function<void(const std::string& path, std::uint64_t bytes, std::chrono::nanoseconds wall_clock)>;

struct StoreOptions {
  AtomicOptions file;
  Limits limits;
  BeforeName before_name;  ///< may be empty; called by commit()
};

/// The files of one pattern. begin() from any thread; everything else from one.
///
///   OMV_CHECK(store.open());
///   OMV_TRY(AtomicFile file, store.begin(values));
///   OMV_CHECK(file.write(bytes));
///   OMV_TRY(values.index, store.free_index(values));
///   OMV_TRY(const std::string path, store.commit(file, values));
class FileStore {
 public:
  FileStore(NamePattern pattern, const StoreOptions& options)
      : pattern_(std::move(pattern)), options_(options), files_(options.file) {}

  const NamePattern& pattern() const { return pattern_; }

  /// Reads the journal, if there are limits. Errc::busy: another writer keeps files of this pattern; it can be tried
  /// again. Nothing happens when it is open.
  Result<void> open();

  /// A file in progress, on the file system of the file that these values will name.
  Result<AtomicFile> begin(const NameValues& values);

  /// The first index from values.index on whose name is free, behind the largest of the journal. values.index itself
  /// when files may be replaced, and when the pattern has no index.
  Result<std::uint64_t> free_index(NameValues values) const;

  /// True when a file of this name may not be written because there is one, or a companion (Limits) of one.
  Result<bool> is_taken(const NameValues& values) const;

  /// Deletes what the limits ask for, writes the file down and gives it its name; the path. Errors as of
  /// Retention::make_room and AtomicFile::commit; `file` can be used for another try.
  Result<std::string> commit(AtomicFile& file, const NameValues& values);

  /// For what is written beside its name: the path of the first free index from values.index on, which is set. Neither
  /// it nor its part (PartFile) nor its companion exists, and its directory does. Errc::exists: another index is no
  /// other name.
  Result<std::string> free_path(NameValues& values);

  /// As the other, for what `give_name` gives its name to.
  Result<std::string> commit(std::uint64_t bytes, const NameValues& values,
                             const std::function<Result<void>(const std::string& path)>& give_name);

  /// For a file that did not fit on the file system: deletes what min_free asks for. True when something went.
  Result<bool> free_space();

  /// While a file grows: deletes what min_free asks for. Errc::full: less is left, and no file of ours.
  Result<void> keep_free() { return retention_ ? retention_->keep_free() : Result<void>(); }

  std::uint64_t deleted() const { return retention_ ? retention_->deleted() : 0; }

 private:
  JournalEntry entry_of(std::uint64_t bytes, const std::string& path, const NameValues& values) const;

  NamePattern pattern_;
  StoreOptions options_;
  AtomicFiles files_;
  std::optional<Retention> retention_;
};

/// The hidden file beside the files of a pattern in which they are written down: the same for the same pattern,
/// whatever its directory is called now.
std::string journal_name(const NamePattern& pattern);

}  // namespace omv::storage
