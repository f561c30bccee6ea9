// SPDX-License-Identifier: LGPL-2.1-or-later
// Directories over POSIX.
#include "omv/storage/directories.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "omv/base/file.h"

namespace omv::storage {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

bool is_part(const std::string& name) {
  return name.size() > kPartPrefix.size() + kPartSuffix.size() && name.starts_with(kPartPrefix) &&
         name.ends_with(kPartSuffix);
}

// A lock that can be had belongs to nobody who lives.
void remove_if_dead(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.get() >= 0 && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(path.c_str());
}

}  // namespace

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool is_directory(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

Result<void> make_directories(const std::string& directory, bool sync) {
  if (is_directory(directory)) return {};
  const std::string above = directory_of(directory);
  if (above != directory) OMV_CHECK(make_directories(above, sync));
  if (::mkdir(directory.c_str(), 0777) != 0) {
    const int code = errno;
    if (code == EEXIST && is_directory(directory)) return {};
    return system_error(directory + ": no directory can be made", code == EEXIST ? ENOTDIR : code);
  }
  return sync ? sync_directory(above) : Result<void>();
}

Result<void> sync_directory(const std::string& directory) {
  const Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0) return system_error(directory, errno);
  if (::fsync(opened.get()) != 0 && errno != EINVAL) return system_error(directory + ": sync", errno);
  return {};
}

Result<void> rename_new(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno != EINVAL && errno != ENOSYS) return system_error(to, errno);
  if (::link(from.c_str(), to.c_str()) != 0) return system_error(to, errno);  // a file system that can't check
  return ::unlink(from.c_str()) == 0 ? Result<void>() : system_error(from, errno);
}

void remove_leftovers(const std::string& directory) {
  std::error_code failed;
  for (std::filesystem::directory_iterator at(directory, failed), end; !failed && at != end; at.increment(failed))
    if (is_part(at->path().filename().string())) remove_if_dead(at->path().string());
}

}  // namespace omv::storage
