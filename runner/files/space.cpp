// SPDX-License-Identifier: LGPL-2.1-or-later
// Questions to the file system.
#include "runner/files/space.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "omv/base/file.h"
#include "omv/storage/directories.h"

namespace omv::runner {

Result<Space> space_of(const std::string& directory) {
  struct statvfs status = {};
  if (::statvfs(directory.c_str(), &status) != 0) return system_error(directory, errno);
  return Space{std::uint64_t{status.f_blocks} * status.f_frsize, std::uint64_t{status.f_bavail} * status.f_frsize};
}

std::string plain_directory(const std::string& directory) {
  const std::filesystem::path written(directory);
  if (std::find(written.begin(), written.end(), "..") != written.end()) return directory;
  const std::filesystem::path plain = written.lexically_normal();
  return (plain.has_filename() || !plain.has_relative_path() ? plain : plain.parent_path()).string();
}

std::string absolute_path(const std::string& path) {
  std::error_code failed;
  const std::filesystem::path absolute = std::filesystem::absolute(path, failed);
  return failed ? path : absolute.string();
}

bool is_on_mount(const std::string& directory) {
  struct stat root = {};
  struct stat there = {};
  if (::stat("/", &root) != 0) return false;
  if (::stat(directory.c_str(), &there) == 0) return root.st_dev != there.st_dev;
  const std::string above = storage::directory_of(directory);
  return errno == ENOENT && above != directory && is_on_mount(above);
}

bool is_reachable(const rig::Storage& storage) { return !storage.require_mount || is_on_mount(storage.directory); }

}  // namespace omv::runner
