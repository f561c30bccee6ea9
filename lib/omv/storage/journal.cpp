// SPDX-License-Identifier: LGPL-2.1-or-later
// Lines of a journal, and the file they are in.
#include "omv/storage/journal.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <unordered_map>

#include "omv/storage/atomic_file.h"
#include "omv/storage/directories.h"

namespace omv::storage {

namespace {

constexpr std::size_t kMaxPathBytes = 4095;
// Three numbers, and each byte as %XX.
constexpr std::size_t kMaxLineBytes = 3 * 21 + 3 * kMaxPathBytes + 1 + 3 * JournalEntry::kMaxNoteBytes;
constexpr std::size_t kPieceBytes = std::size_t{1} << 20;  // that are read or written at a time
constexpr std::size_t kSpareEntries = 10'000;              // before void ones are dropped for the first time
constexpr std::string_view kHex = "0123456789ABCDEF";

// ---- lines ---------------------------------------------------------------------------------------------------------

bool is_plain(char c) { return c > 0x20 && c < 0x7F && c != '%'; }

std::string escaped(std::string_view path) {
  std::string text;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain(c))
      text += c;
    else
      text += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return text;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string path;
  while (!text.empty()) {
    if (text.front() != '%') {
      if (!is_plain(text.front())) return std::nullopt;
      path += text.front();
      text.remove_prefix(1);
      continue;
    }
    if (text.size() < 3) return std::nullopt;
    const auto high = kHex.find(text[1]);
    const auto low = kHex.find(text[2]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    path += static_cast<char>(high << 4 | low);
    text.remove_prefix(3);
  }
  return path;
}

// Takes a number and the space behind it off the front.
template <typename Number>
bool take_number(std::string_view& line, Number& number) {
  const auto [end, failed] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (failed != std::errc() || end == line.data() + line.size() || *end != ' ') return false;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()) + 1);
  return true;
}

// The last entry of each path, in the order of those.
std::vector<JournalEntry> without_older_ones(std::vector<JournalEntry> entries) {
  std::unordered_map<std::string_view, std::size_t> last;
  for (std::size_t i = 0; i < entries.size(); ++i) last[entries[i].path] = i;
  if (last.size() == entries.size()) return entries;
  std::vector<JournalEntry> kept;
  std::vector<bool> is_last(entries.size());
  for (const auto& [path, i] : last) is_last[i] = true;
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (is_last[i]) kept.push_back(std::move(entries[i]));
  return kept;
}

// Reads a text that comes in pieces.
class Reader {
 public:
  void add(std::string_view piece) {
    for (std::size_t end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
      end_line(piece.substr(0, end));
      piece.remove_prefix(end + 1);
    }
    begin_line(piece);
  }

  std::vector<JournalEntry> take_entries() { return without_older_ones(std::move(entries_)); }
  std::uint64_t lines() const { return lines_; }
  std::uint64_t end() const { return end_; }  // of the last whole line

 private:
  void begin_line(std::string_view text) {
    begun_bytes_ += text.size();
    if (begun_bytes_ <= kMaxLineBytes) begun_ += text;
  }

  void end_line(std::string_view text) {
    begin_line(text);
    if (begun_bytes_ <= kMaxLineBytes)
      if (auto entry = parse_line(begun_)) add_entry(*std::move(entry));
    ++lines_;
    end_ += begun_bytes_ + 1;
    begun_.clear();
    begun_bytes_ = 0;
  }

  void add_entry(JournalEntry entry) {
    entries_.push_back(std::move(entry));
    if (entries_.size() < enough_) return;
    entries_ = without_older_ones(std::move(entries_));
    enough_ = 2 * entries_.size() + kSpareEntries;
  }

  std::vector<JournalEntry> entries_;
  std::size_t enough_ = kSpareEntries;
  std::string begun_;  // a line whose end has not come; nothing more is added to one that is too long
  std::uint64_t begun_bytes_ = 0;
  std::uint64_t lines_ = 0;
  std::uint64_t end_ = 0;
};

// ---- the file ------------------------------------------------------------------------------------------------------

Error too_large(const std::string& path, std::uint64_t bytes) {
  return {Errc::limit, path + ": " + std::to_string(bytes) + " bytes are more than a journal may have"};
}

// A file that was replaced after it was opened has another inode than its path.
bool is_still_at(const File& file, const std::string& path) {
  struct stat opened = {};
  struct stat named = {};
  return ::fstat(file.fd(), &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

Result<File> open_or_create(const std::string& path) {
  auto file = File::open(path, File::Mode::create_new);
  return file || file.error().code != Errc::exists ? std::move(file) : File::open(path, File::Mode::read_write);
}

}  // namespace

bool stays_within(std::string_view path) {
  if (path.size() > kMaxPathBytes || path.find('\0') != std::string_view::npos) return false;
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    if (name.empty() || name == "..") return false;
    if (slash == std::string_view::npos) return name != ".";
    path.remove_prefix(slash + 1);
  }
}

std::string to_line(const JournalEntry& entry) {
  std::string line = std::to_string(entry.bytes) + " " + std::to_string(entry.time.count()) + " " +
                     std::to_string(entry.index) + " " + escaped(entry.path);
  if (!entry.note.empty()) line += " " + escaped(entry.note);
  return line + "\n";
}

Result<JournalEntry> parse_line(std::string_view line) {
  JournalEntry entry;
  std::int64_t milliseconds = 0;
  const bool numbers =
      take_number(line, entry.bytes) && take_number(line, milliseconds) && take_number(line, entry.index);
  const std::size_t end = std::min(line.find(' '), line.size());
  const auto path = numbers ? unescaped(line.substr(0, end)) : std::nullopt;
  const auto note = end < line.size() ? unescaped(line.substr(end + 1)) : std::string();
  if (!path || !stays_within(*path) || !note || note->size() > JournalEntry::kMaxNoteBytes)
    return Error{Errc::invalid, "not a line of a journal"};
  entry.time = std::chrono::milliseconds(milliseconds);
  entry.path = *path;
  entry.note = *note;
  return entry;
}

std::vector<JournalEntry> parse_journal(std::string_view text) {
  Reader reader;
  reader.add(text);
  return reader.take_entries();
}

Result<Journal> Journal::open(const std::string& path, bool sync) {
  OMV_CHECK(make_directories(directory_of(path), sync));
  while (true) {
    OMV_TRY(File file, open_or_create(path));
    if (::flock(file.fd(), LOCK_EX | LOCK_NB) != 0) {
      const int code = errno;
      if (code == EINTR) continue;
      if (code == EWOULDBLOCK) return Error{Errc::busy, path + ": another writer keeps its files here"};
      return system_error(path + ": lock", code);
    }
    if (!is_still_at(file, path)) continue;
    Journal journal(std::move(file), sync);
    OMV_CHECK(journal.load());
    return journal;
  }
}

Result<void> Journal::load() {
  OMV_TRY(const std::uint64_t size, file_.size());
  if (size > kMaxBytes) return too_large(path_, size);
  Reader reader;
  Bytes piece(static_cast<std::size_t>(std::min<std::uint64_t>(size, kPieceBytes)));
  for (std::uint64_t at = 0; at < size; at += piece.size()) {
    piece.resize(static_cast<std::size_t>(std::min<std::uint64_t>(size - at, kPieceBytes)));
    OMV_CHECK(file_.read_at(at, piece));
    reader.add(as_text(piece));
  }
  entries_ = reader.take_entries();
  lines_ = reader.lines();
  end_ = reader.end();
  return end_ == size ? Result<void>() : file_.truncate(end_);  // a torn line would swallow the next one
}

Result<void> Journal::append(const JournalEntry& entry) {
  auto appended = append_text(to_line(entry));
  if (appended) ++lines_;
  return appended;
}

Result<void> Journal::append_text(std::string_view text) {
  if (end_ + text.size() > kMaxBytes) return too_large(path_, end_ + text.size());
  auto written = file_.write_at(end_, as_bytes(text));
  if (!written) {
    (void)file_.truncate(end_);
    return written;
  }
  end_ += text.size();
  return sync_ ? file_.sync() : Result<void>();
}

Result<void> Journal::rewrite(const std::vector<JournalEntry>& entries) {
  AtomicFiles files({.overwrite = true, .sync = sync_});
  OMV_TRY(AtomicFile fresh, files.begin(directory_of(path_)));
  std::string text;
  for (const JournalEntry& entry : entries) {
    text += to_line(entry);
    if (text.size() < kPieceBytes) continue;
    OMV_CHECK(fresh.write(as_bytes(text)));
    text.clear();
  }
  OMV_CHECK(fresh.write(as_bytes(text)));
  const std::uint64_t size = fresh.size();
  if (size > kMaxBytes) return too_large(path_, size);
  OMV_TRY(file_, fresh.commit_open(path_));
  end_ = size;
  lines_ = entries.size();
  return {};
}

}  // namespace omv::storage
