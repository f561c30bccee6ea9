// SPDX-License-Identifier: LGPL-2.1-or-later
// Which files a writer has made, in a hidden text file that survives restarts, kills and moves of its directory.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "omv/base/file.h"
#include "omv/base/result.h"

namespace omv::storage {

struct JournalEntry {
  std::string path;                ///< relative to the journal's directory, within it
  std::uint64_t bytes = 0;         ///< size of the file
  std::chrono::milliseconds time;  ///< of the capture, since 1970
  std::uint64_t index = 0;         ///< the number in the file's name
  std::string note = {};           ///< of whoever wrote it: kMaxNoteBytes at most

  static constexpr std::size_t kMaxNoteBytes = 255;

  bool operator==(const JournalEntry&) const = default;
};

/// One line of a journal, "BYTES MILLISECONDS INDEX PATH\n", with " NOTE" behind the path if there is one; in both, '%'
/// and bytes outside 0x21..0x7E are %XX.
std::string to_line(const JournalEntry& entry);

/// True for names with '/' between them of which none is empty or "..".
bool stays_within(std::string_view path);

/// A line without its end. Errc::invalid for anything else, for a path that leads out of its directory, and for a note
/// that is too long.
Result<JournalEntry> parse_line(std::string_view line);

/// The entries of a journal's text, oldest first. Lines that are none, and a last one without its end, are left out;
/// of several lines with one path the last counts.
std::vector<JournalEntry> parse_journal(std::string_view text);

/// An open journal, locked: one at a time. Not synchronised. Lines reach the file with each call, so that killing the
/// process loses none.
class Journal {
 public:
  /// Journals are no larger: about 20 million files.
  static constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 30;

  /// The file is made when it is not there, and read piece by piece: what it takes is memory for twice as many entries
  /// as there are paths. Errc::busy: another writer has it open. Errc::limit: larger than kMaxBytes. `sync`: lines are
  /// on the medium when append() returns.
  static Result<Journal> open(const std::string& path, bool sync);

  /// What was in it when it was opened; empty afterwards.
  std::vector<JournalEntry> take_entries() { return std::move(entries_); }

  /// Errc::limit: the journal would become one that open() refuses; rewrite() may help.
  Result<void> append(const JournalEntry& entry);

  void set_sync(bool sync) { sync_ = sync; }

  /// Replaces everything by `entries`, in one step. Errc::limit as above.
  Result<void> rewrite(const std::vector<JournalEntry>& entries);

  /// Lines since the last rewrite(), or in the file as it was opened.
  std::uint64_t lines() const { return lines_; }

 private:
  Journal(File file, bool sync) : file_(std::move(file)), path_(file_.path()), sync_(sync) {}
  Result<void> load();
  Result<void> append_text(std::string_view text);

  File file_;
  std::string path_;
  bool sync_;
  std::uint64_t end_ = 0;
  std::uint64_t lines_ = 0;
  std::vector<JournalEntry> entries_;
};

}  // namespace omv::storage
