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

constexpr std::uint64_t kMaxJournalBytes = std::uint64_t{1} << 28;
constexpr std::size_t kMaxPathBytes = 4095;
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

// ---- the file ------------------------------------------------------------------------------------------------------

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
  return std::to_string(entry.bytes) + " " + std::to_string(entry.time.count()) + " " + std::to_string(entry.index) +
         " " + escaped(entry.path) + "\n";
}

Result<JournalEntry> parse_line(std::string_view line) {
  JournalEntry entry;
  std::int64_t milliseconds = 0;
  const bool numbers =
      take_number(line, entry.bytes) && take_number(line, milliseconds) && take_number(line, entry.index);
  const auto path = numbers ? unescaped(line) : std::nullopt;
  if (!path || !stays_within(*path)) return Error{Errc::invalid, "not a line of a journal"};
  entry.time = std::chrono::milliseconds(milliseconds);
  entry.path = *path;
  return entry;
}

std::vector<JournalEntry> parse_journal(std::string_view text) {
  std::vector<JournalEntry> entries;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    if (auto entry = parse_line(text.substr(0, end))) entries.push_back(*std::move(entry));
    text.remove_prefix(end + 1);
  }
  return without_older_ones(std::move(entries));
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
  if (size > kMaxJournalBytes) return Error{Errc::limit, path_ + ": " + std::to_string(size) + " bytes are no journal"};
  Bytes bytes(size);
  OMV_CHECK(file_.read_at(0, bytes));
  const std::string_view text = as_text(bytes);
  entries_ = parse_journal(text);
  lines_ = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  end_ = text.rfind('\n') == std::string_view::npos ? 0 : text.rfind('\n') + 1;
  return end_ == size ? Result<void>() : file_.truncate(end_);  // a torn line would swallow the next one
}

Result<void> Journal::append(const JournalEntry& entry) {
  auto appended = append_text(to_line(entry));
  if (appended) ++lines_;
  return appended;
}

Result<void> Journal::append_text(std::string_view text) {
  auto written = file_.write_at(end_, as_bytes(text));
  if (!written) {
    (void)file_.truncate(end_);
    return written;
  }
  end_ += text.size();
  return sync_ ? file_.sync() : Result<void>();
}

Result<void> Journal::rewrite(const std::vector<JournalEntry>& entries) {
  std::string text;
  for (const JournalEntry& entry : entries) text += to_line(entry);
  AtomicFiles files({.overwrite = true, .sync = sync_});
  OMV_TRY(AtomicFile fresh, files.begin(directory_of(path_)));
  OMV_CHECK(fresh.write(as_bytes(text)));
  OMV_TRY(file_, fresh.commit_open(path_));
  end_ = text.size();
  lines_ = entries.size();
  return {};
}

}  // namespace omv::storage
