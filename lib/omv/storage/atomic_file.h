// SPDX-License-Identifier: LGPL-2.1-or-later
// Files that are whole when they appear under their name, and never overwrite another unless told to.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_set>

#include "omv/base/bytes.h"
#include "omv/base/file.h"
#include "omv/base/result.h"

namespace omv::storage {

struct AtomicOptions {
  bool overwrite = false;  ///< a file of the same name is replaced, in one step
  bool sync = false;       ///< contents and name are on the medium when commit() returns
  bool unnamed = true;     ///< false: names for files in progress, as where O_TMPFILE is not known
};

/// A file in progress. Where the file system can, it has no name at all, so that nothing is left of it when the process
/// is killed; elsewhere it is hidden and locked. Gone when this goes without commit(). Move-only; one thread at a time.
class AtomicFile {
 public:
  AtomicFile() = default;
  AtomicFile(AtomicFile&& other) noexcept = default;
  AtomicFile& operator=(AtomicFile&& other) noexcept;
  ~AtomicFile();

  /// Appends. Errc::full when the file system or the quota is full, Errc::io for anything else.
  Result<void> write(ConstByteSpan bytes);
  std::uint64_t size() const { return size_; }
  int fd() const { return file_.fd(); }

  /// Gives the file its name, in any directory of its file system; directories are made. Errc::exists when there is one
  /// already and may not be replaced; another name can be tried then, and after any other failure too.
  Result<void> commit(const std::string& path);

  /// The same for a file that goes on being used. One that replaced another is locked (flock) since before it had its
  /// name.
  Result<File> commit_open(const std::string& path);

 private:
  friend class AtomicFiles;
  AtomicFile(File file, std::string part, const AtomicOptions& options)
      : file_(std::move(file)), part_(std::move(part)), options_(options) {}

  Result<void> give_name(const std::string& path);
  Result<void> give_part_name(const std::string& directory);
  void abandon();

  File file_;
  std::string part_;  // empty: without a name
  AtomicOptions options_;
  std::uint64_t size_ = 0;
};

/// Begins files, and makes the directories they are in. Any number of threads.
class AtomicFiles {
 public:
  explicit AtomicFiles(const AtomicOptions& options = {}) : options_(options) {}

  /// A file in progress in `directory`. The first time, what dead writers left there is removed.
  Result<AtomicFile> begin(const std::string& directory);

 private:
  Result<AtomicFile> try_begin(const std::string& directory);
  Result<void> prepare(const std::string& directory);

  AtomicOptions options_;
  std::mutex mutex_;
  std::unordered_set<std::string> prepared_;  // directories; forgotten when they become many
};

}  // namespace omv::storage
