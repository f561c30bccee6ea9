// SPDX-License-Identifier: LGPL-2.1-or-later
// Created exclusively, renamed without replacing anything.
#include "part_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

namespace omv::tool {

Result<PartFile> PartFile::create(const std::string& path) {
  std::error_code missing;
  if (std::filesystem::exists(std::filesystem::symlink_status(path, missing)))
    return Error{Errc::io, path + ": exists already"};
  auto file = File::open(path + ".part", File::Mode::create_new);
  if (!file && file.error().code == Errc::exists) file = File::open(path + ".recovering.part", File::Mode::create_new);
  if (!file) return std::move(file).error();
  return PartFile(*std::move(file), path);
}

PartFile::~PartFile() {
  if (file_.is_open()) ::unlink(file_.path().c_str());
}

Result<void> PartFile::publish() {
  const std::string part = file_.path();
  int done = ::renameat2(AT_FDCWD, part.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE);
  if (done != 0 && errno == EINVAL) done = ::rename(part.c_str(), path_.c_str());  // a file system that can't check
  if (done != 0) return system_error(path_, errno);
  return file_.close();
}

}  // namespace omv::tool
