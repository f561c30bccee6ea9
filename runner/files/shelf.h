// SPDX-License-Identifier: LGPL-2.1-or-later
// Which files one record of one camera has made, written down so that restarts and kills lose none.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "omv/base/result.h"
#include "omv/storage/journal.h"
#include "runner/control.h"

namespace omv::runner {

/// A file that the rig has finished and not deleted.
struct KeptFile {
  std::uint64_t id = 0;
  std::string path;  ///< relative to the directory of the storage
  std::uint64_t bytes = 0;
  WallTime time{0};
  bool pinned = false;
  bool waiting = false;   ///< for its hook
  bool leaving = false;   ///< it is being deleted
  bool expected = false;  ///< written down before it had its name; nobody has told since that it has
  std::string trigger;    ///< empty: none; likewise 0 in what follows
  std::chrono::milliseconds duration{0};
  std::uint64_t frames = 0;
  std::uint64_t lost = 0;
  std::uint64_t preview_bytes = 0;  ///< of what lies beside it and is no part of it

  /// What a limit to bytes goes by.
  std::uint64_t all_bytes() const { return bytes + preview_bytes; }
};

/// A journal in the directory of the storage, as of lib/omv/storage, in which the index is 1 for files that are pinned,
/// plus 2 for those that are expected, and the note is "MILLISECONDS,FRAMES,LOST,TRIGGER" of those that have any. Not
/// synchronised.
class Shelf {
 public:
  /// Errc::busy: another rig keeps files there under the same names.
  static Result<Shelf> open(const std::string& directory, const std::string& record, const std::string& camera,
                            bool sync);

  const std::string& directory() const { return directory_; }
  const std::string& record() const { return record_; }
  const std::string& camera() const { return camera_; }

  /// As `sync` of open().
  void set_sync(bool sync) { journal_.set_sync(sync); }

  /// What an earlier run left, oldest first, as far as it is still there in the size it was written with. Once.
  std::vector<KeptFile> take_files();

  /// Bytes of the preview beside the file of this path; 0: it has none. Any thread.
  static std::uint64_t preview_bytes_of(const std::string& path);

  /// Whether a file is there below a directory, in the size it has in here. Any thread.
  static bool is_there(const std::string& directory, const KeptFile& file);

  /// A file is there, is expected, or is pinned otherwise than before.
  Result<void> write(const KeptFile& file);

  /// Deletes a file below a directory, what lies beside it, and directories that become empty. No error when it is gone
  /// already. Any thread, also while the shelf is in use: the journal need not know.
  static Result<void> remove(const std::string& directory, const KeptFile& file);

  /// Writes the journal anew, with one line for each file.
  Result<void> tidy(const std::vector<const KeptFile*>& files);

  /// True when many lines are void: a large journal has three for two files at most, and is written anew each time that
  /// it has doubled.
  bool is_untidy(std::size_t files) const {
    return journal_.lines() > std::min(4 * files + 1000, files + files / 2 + 100'000);
  }

 private:
  Shelf(std::string directory, std::string record, std::string camera, storage::Journal journal)
      : directory_(std::move(directory)),
        record_(std::move(record)),
        camera_(std::move(camera)),
        journal_(std::move(journal)) {}

  std::string directory_;
  std::string record_;
  std::string camera_;
  storage::Journal journal_;
};

}  // namespace omv::runner
