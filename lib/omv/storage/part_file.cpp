// SPDX-License-Identifier: LGPL-2.1-or-later
// Exclusive creation, locks, reserved blocks and renames.
#include "omv/storage/part_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "omv/storage/directories.h"

namespace omv::storage {

namespace {

// Blocks are asked for up to so many at a time, where there are that many.
constexpr std::uint64_t kReserveStep = 4u << 20;

constexpr std::size_t kMaxLeftovers = 1000;

// The errno of a call, 0 when it went well; 0 too where files have no reserved blocks.
int allocate(int fd, std::uint64_t begin, std::uint64_t end) {
  int failed = 0;
  do failed = ::fallocate(fd, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(begin), static_cast<off_t>(end - begin));
  while (failed != 0 && errno == EINTR);
  return failed == 0 || errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL ? 0 : errno;
}

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
  ::flock(file.fd(), LOCK_EX | LOCK_NB);  // a file system without locks does without
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
  OMV_CHECK(give_name(path));
  when_abandoned_ = WhenAbandoned::keep;
  OMV_CHECK(file_.close());
  return sync ? sync_directory(directory_of(path)) : Result<void>();
}

bool is_abandoned(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return false;
  const bool had = ::flock(fd, LOCK_EX | LOCK_NB) == 0;
  ::close(fd);
  return had;
}

std::vector<std::string> abandoned_parts(const NamePattern& pattern) {
  namespace fs = std::filesystem;
  const auto depth = std::count(pattern.text().begin(), pattern.text().end(), '/');
  const bool is_plain = pattern.directory() == "." && !pattern.text().starts_with("./");
  std::vector<std::string> found;
  std::error_code failed;
  for (fs::recursive_directory_iterator at(pattern.directory(), failed), end;
       !failed && at != end && found.size() < kMaxLeftovers; at.increment(failed)) {
    if (at.depth() >= depth) at.disable_recursion_pending();
    const std::string path = is_plain ? at->path().lexically_relative(".").string() : at->path().string();
    if (!path.ends_with(PartFile::kSuffix)) continue;
    at.disable_recursion_pending();
    const std::string_view whole(path.data(), path.size() - PartFile::kSuffix.size());
    if (pattern.may_have_made(whole) && is_abandoned(path)) found.push_back(path);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace omv::storage
