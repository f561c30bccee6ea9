// SPDX-License-Identifier: LGPL-2.1-or-later
// A file that grows for a while beside its name: NAME.part until it is whole.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "omv/base/bytes.h"
#include "omv/base/file.h"
#include "omv/base/result.h"
#include "omv/storage/name_pattern.h"

namespace omv::storage {

/// A visible file in progress, locked (flock) as long as its writer lives, so that what a dead one left can be told
/// from it. Move-only; one thread at a time.
class PartFile {
 public:
  static constexpr std::string_view kSuffix = ".part";
  enum class WhenAbandoned { keep, remove };
  enum class WhenTaken {
    refuse,
    replace,  ///< a file that has the name goes when this gets it, and a part that a dead writer left goes at once
  };

  /// Errc::exists: `path` or its part is there already, and is not to be replaced, or has a living writer.
  static Result<PartFile> create(const std::string& path, WhenAbandoned when_abandoned,
                                 std::string_view suffix = kSuffix, WhenTaken when_taken = WhenTaken::refuse);

  PartFile() = default;
  PartFile(PartFile&& other) noexcept = default;
  PartFile& operator=(PartFile&& other) noexcept;
  ~PartFile();

  const std::string& part_path() const { return file_.path(); }
  File& file() { return file_; }
  std::uint64_t size() const { return size_; }  ///< behind the last byte that write_at() wrote

  /// Writes at most 8 parts one behind the other. When it fails, what is behind size() goes, so that the file ends as
  /// it ended before.
  Result<void> write_at(std::uint64_t offset, std::span<const ConstByteSpan> parts);

  /// Has the file system keep room up to `end` for this file, whose size stays. Errc::full: there is no room for that
  /// much. A file system that can't promise anything says yes.
  Result<void> reserve(std::uint64_t end);

  /// Gives it its name, and back what was reserved too much; `sync`: its contents are on the medium before it has it
  /// (the name is, once sync_directory() was called). Errc::exists when there is such a file that is not to be
  /// replaced; another name can be tried then, and after any other failure too: it has no name.
  Result<void> commit(const std::string& path, bool sync);

  /// From now on the part stays when this goes without commit().
  void keep_when_abandoned() { when_abandoned_ = WhenAbandoned::keep; }

  /// Gives back what was reserved too much, without another name.
  Result<void> trim();

 private:
  PartFile(File file, WhenAbandoned when_abandoned, WhenTaken when_taken)
      : file_(std::move(file)), when_abandoned_(when_abandoned), when_taken_(when_taken) {}
  Result<void> give_name(const std::string& path);
  void abandon();

  File file_;
  WhenAbandoned when_abandoned_ = WhenAbandoned::keep;
  WhenTaken when_taken_ = WhenTaken::refuse;
  std::uint64_t size_ = 0;
  std::uint64_t reserved_ = 0;
};

/// Parts of files of this pattern that no living writer holds, in the order of their names; the first 1000 that are
/// found. What can't be read counts as empty. Parts that are empty may be about to be locked by their writer: who wants
/// them too has to know that it is dead. Ends early, with what was found, when `cancelled` is set by any thread.
enum class EmptyParts { leave_out, include };
std::vector<std::string> abandoned_parts(const NamePattern& pattern, EmptyParts empty = EmptyParts::leave_out,
                                         const std::atomic<bool>* cancelled = nullptr);

/// Locks what a writer has just made, as long as it is open; waits for those who only look (is_abandoned). False: there
/// is no lock to be had, as on a file system without locks.
bool hold(int fd);

/// True for a file or directory that no living writer holds: its lock can be had.
bool is_abandoned(const std::string& path);

}  // namespace omv::storage
