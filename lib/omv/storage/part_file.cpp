// SPDX-License-Identifier: LGPL-2.1-or-later
// Exclusive creation, locks, reserved blocks and renames.
#include "omv/storage/part_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "omv/storage/directories.h"

namespace omv::storage {

namespace {

// Blocks are asked for up to so many at a time, where there are that many.
constexpr std::uint64_t kReserveStep = 4u << 20;

constexpr std::size_t kMaxLeftovers = 1000;

// How long somebody may look whether a file is locked.
constexpr auto kLookPatience = std::chrono::seconds(2);
constexpr auto kBetweenLooks = std::chrono::milliseconds(1);

// The errno of a call, 0 when it went well; 0 too where files have no reserved blocks.
int allocate(int fd, std::uint64_t begin, std::uint64_t end) {
  int failed = 0;
  do failed = ::fallocate(fd, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(begin), static_cast<off_t>(end - begin));
  while (failed != 0 && errno == EINTR);
  return failed == 0 || errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL ? 0 : errno;
}

// Network file systems tell when a file is closed that it could not be written: before it gets its name, and while it
// is locked.
Result<void> close_copy(const File& file) {
  const int copy = ::fcntl(file.fd(), F_DUPFD_CLOEXEC, 0);
  if (copy < 0 || ::close(copy) == 0 || errno == EINTR) return {};
  return system_error(file.path() + ": close", errno);
}

// Directories of a pattern, by what stands in front of the names in them.
class LeftoverSearch {
 public:
  LeftoverSearch(const NamePattern& pattern, EmptyParts empty, const std::atomic<bool>* cancelled)
      : pattern_(pattern), empty_(empty), cancelled_(cancelled) {}

  // What can't be read, or is gone by then, counts as empty.
  void look(const std::string& front, std::ptrdiff_t deeper) {
    std::error_code failed;
    const std::filesystem::path directory(front.empty() ? "." : front);
    for (std::filesystem::directory_iterator at(directory, failed), end; !failed && at != end && !is_enough();
         at.increment(failed)) {
      const std::string path = front + at->path().filename().string();
      std::error_code unknown;
      if (path.ends_with(PartFile::kSuffix))
        check(path);
      else if (deeper > 0 && at->symlink_status(unknown).type() == std::filesystem::file_type::directory)
        look(path + '/', deeper - 1);
    }
  }

  std::vector<std::string> found;

 private:
  bool is_enough() const { return found.size() >= kMaxLeftovers || (cancelled_ != nullptr && *cancelled_); }

  void check(const std::string& path) {
    const std::string_view whole(path.data(), path.size() - PartFile::kSuffix.size());
    std::error_code unknown;
    if (!pattern_.may_have_made(whole)) return;
    if (empty_ == EmptyParts::leave_out && std::filesystem::is_empty(path, unknown)) return;
    if (is_abandoned(path)) found.push_back(path);
  }

  const NamePattern& pattern_;
  const EmptyParts empty_;
  const std::atomic<bool>* cancelled_;
};

}  // namespace

Result<PartFile> PartFile::create(const std::string& path, WhenAbandoned when_abandoned, std::string_view suffix,
                                  WhenTaken when_taken) {
  const std::string part = path + std::string(suffix);
  struct stat status = {};
  const bool is_taken = ::lstat(path.c_str(), &status) == 0;
  if (is_taken && (when_taken == WhenTaken::refuse || !S_ISREG(status.st_mode)))
    return Error{Errc::exists, path + ": exists already"};
  if (when_taken == WhenTaken::replace && is_abandoned(part)) ::unlink(part.c_str());
  OMV_TRY(File file, File::open(part, File::Mode::create_new));
  (void)hold(file.fd());  // a file system without locks does without
  return PartFile(std::move(file), when_abandoned, when_taken);
}

PartFile& PartFile::operator=(PartFile&& other) noexcept {
  if (this != &other) {
    abandon();
    file_ = std::move(other.file_);
    when_abandoned_ = other.when_abandoned_;
    when_taken_ = other.when_taken_;
    size_ = other.size_;
    reserved_ = other.reserved_;
  }
  return *this;
}

PartFile::~PartFile() { abandon(); }

void PartFile::abandon() {
  if (file_.is_open() && when_abandoned_ == WhenAbandoned::remove) ::unlink(file_.path().c_str());
}

Result<void> PartFile::write_at(std::uint64_t offset, std::span<const ConstByteSpan> parts) {
  auto written = file_.write_at(offset, parts);
  if (!written) {
    (void)file_.truncate(size_);  // why the write failed says more than why this did
    reserved_ = std::min(reserved_, size_);
    return written;
  }
  for (const ConstByteSpan part : parts) offset += part.size();
  size_ = std::max(size_, offset);
  return {};
}

Result<void> PartFile::reserve(std::uint64_t end) {
  if (end <= reserved_) return {};
  const std::uint64_t begin = std::max(reserved_, size_);
  std::uint64_t generous = end + std::min(end, kReserveStep);
  int code = allocate(file_.fd(), begin, generous);
  if (code == ENOSPC || code == EDQUOT) {
    generous = end;
    code = allocate(file_.fd(), begin, end);
  }
  if (code != 0) return system_error(file_.path(), code);
  reserved_ = generous;
  return {};
}

Result<void> PartFile::trim() {
  if (reserved_ <= size_) return {};
  OMV_CHECK(file_.truncate(size_));
  reserved_ = size_;
  return {};
}

Result<void> PartFile::give_name(const std::string& path) {
  if (when_taken_ == WhenTaken::refuse) return rename_new(file_.path(), path);
  if (::rename(file_.path().c_str(), path.c_str()) != 0) return system_error(path, errno);
  return {};
}

Result<void> PartFile::commit(const std::string& path, bool sync) {
  OMV_CHECK(trim());
  if (sync) OMV_CHECK(file_.sync());
  OMV_CHECK(close_copy(file_));
  OMV_CHECK(give_name(path));
  when_abandoned_ = WhenAbandoned::keep;
  (void)file_.close();
  return {};
}

bool hold(int fd) {
  const auto deadline = std::chrono::steady_clock::now() + kLookPatience;
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    const bool is_looked_at = errno == EWOULDBLOCK || errno == EINTR;
    if (!is_looked_at || std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(kBetweenLooks);
  }
  return true;
}

bool is_abandoned(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return false;
  const bool had = ::flock(fd, LOCK_EX | LOCK_NB) == 0;
  ::close(fd);
  return had;
}

std::vector<std::string> abandoned_parts(const NamePattern& pattern, EmptyParts empty,
                                         const std::atomic<bool>* cancelled) {
  const std::string& text = pattern.text();
  const bool is_plain = pattern.directory() == "." && !text.starts_with("./");
  std::string front = is_plain ? "" : pattern.directory();
  if (!front.empty() && !front.ends_with('/')) front += '/';
  const auto names = text.begin() + static_cast<std::ptrdiff_t>(std::min(front.size(), text.size()));
  LeftoverSearch search(pattern, empty, cancelled);
  search.look(front, std::count(names, text.end(), '/'));
  std::sort(search.found.begin(), search.found.end());
  return std::move(search.found);
}

}  // namespace omv::storage
