// SPDX-License-Identifier: LGPL-2.1-or-later
// Unnamed files and linkat(), or hidden ones and renameat2().
#include "omv/storage/atomic_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "omv/storage/directories.h"

namespace omv::storage {

namespace {

constexpr std::size_t kMaxRemembered = 256;
constexpr int kMaxTries = 1000;  // names for a part
constexpr int kMaxRaces = 10;

std::string new_part_name(const std::string& directory) {
  static std::atomic<std::uint64_t> count = 0;
  return directory + "/" + std::string(kPartPrefix) + std::to_string(::getpid()) + "-" + std::to_string(count++) +
         std::string(kPartSuffix);
}

// The errno of a call, 0 when it went well.
int outcome(int returned) { return returned == 0 ? 0 : errno; }

int link_file(int fd, const char* path) {
  // Kernels before 6.10 allow this to privileged processes only, and say ENOENT to others.
  const int direct = outcome(::linkat(fd, "", AT_FDCWD, path, AT_EMPTY_PATH));
  if (direct == 0 || direct == EEXIST) return direct;
  const std::string self = "/proc/self/fd/" + std::to_string(fd);
  return outcome(::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, path, AT_SYMLINK_FOLLOW));
}

int rename_over(const char* from, const char* to) { return outcome(::rename(from, to)); }

// False when somebody took the file for a leftover in the moment before.
bool lock(int fd) {
  struct stat status = {};
  return ::flock(fd, LOCK_EX | LOCK_NB) == 0 && ::fstat(fd, &status) == 0 && status.st_nlink > 0;
}

Result<std::pair<File, std::string>> create_part(const std::string& directory) {
  Error last;
  for (int i = 0; i < kMaxTries; ++i) {
    std::string path = new_part_name(directory);
    auto file = File::open(path, File::Mode::create_new);
    if (file && lock(file->fd())) return std::pair(*std::move(file), std::move(path));
    if (!file && file.error().code != Errc::exists)
      return Error{file.error().code, directory + ": no file can be made" + file.error().message.substr(path.size())};
  }
  return Error{Errc::io, directory + ": no file can be locked there"};
}

}  // namespace

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
  if (this != &other) {
    abandon();
    file_ = std::move(other.file_);
    part_ = std::exchange(other.part_, {});
    options_ = other.options_;
    size_ = other.size_;
  }
  return *this;
}

AtomicFile::~AtomicFile() { abandon(); }

void AtomicFile::abandon() {
  if (file_.is_open() && !part_.empty()) ::unlink(part_.c_str());
  part_.clear();
}

Result<void> AtomicFile::write(ConstByteSpan bytes) {
  OMV_CHECK(file_.write_at(size_, bytes));
  size_ += bytes.size();
  return {};
}

Result<void> AtomicFile::commit(const std::string& path) {
  OMV_TRY(File file, commit_open(path));
  return file.close();
}

Result<File> AtomicFile::commit_open(const std::string& path) {
  if (options_.sync) OMV_CHECK(file_.sync());
  OMV_CHECK(give_name(path));
  part_.clear();
  File file = std::move(file_);
  if (options_.sync) OMV_CHECK(sync_directory(directory_of(path)));
  return file;
}

Result<void> AtomicFile::give_name(const std::string& path) {
  OMV_CHECK(make_directories(directory_of(path), options_.sync));
  if (options_.overwrite && part_.empty()) OMV_CHECK(give_part_name(directory_of(path)));
  if (!options_.overwrite && !part_.empty()) return rename_new(part_, path);
  const int code =
      options_.overwrite ? rename_over(part_.c_str(), path.c_str()) : link_file(file_.fd(), path.c_str());
  return code == 0 ? Result<void>() : system_error(path, code);
}

// A file without a name can't replace another one.
Result<void> AtomicFile::give_part_name(const std::string& directory) {
  if (::flock(file_.fd(), LOCK_EX | LOCK_NB) != 0) return system_error(directory + ": lock", errno);
  int code = EEXIST;
  for (int i = 0; i < kMaxTries && code == EEXIST; ++i) {
    const std::string name = new_part_name(directory);
    code = link_file(file_.fd(), name.c_str());
    if (code == 0) part_ = name;
  }
  return code == 0 ? Result<void>() : system_error(directory, code);
}

Result<AtomicFile> AtomicFiles::begin(const std::string& directory) {
  auto begun = try_begin(directory);
  // Whoever removes empty directories may have been between the two steps.
  for (int i = 0; i < kMaxRaces && !begun && !is_directory(directory); ++i) begun = try_begin(directory);
  return begun;
}

Result<AtomicFile> AtomicFiles::try_begin(const std::string& directory) {
  OMV_CHECK(prepare(directory));
  if (options_.unnamed) {
    auto file = File::open(directory, File::Mode::unnamed);
    if (file) return AtomicFile(*std::move(file), "", options_);
    if (file.error().code == Errc::full) return std::move(file).error();
  }
  OMV_TRY(auto part, create_part(directory));
  return AtomicFile(std::move(part.first), std::move(part.second), options_);
}

// Directories are looked at again and again, because they may go; leftovers only at first.
Result<void> AtomicFiles::prepare(const std::string& directory) {
  OMV_CHECK(make_directories(directory, options_.sync));
  const std::lock_guard lock(mutex_);
  if (prepared_.size() >= kMaxRemembered) prepared_.clear();
  if (prepared_.insert(directory).second) remove_leftovers(directory);
  return {};
}

}  // namespace omv::storage
