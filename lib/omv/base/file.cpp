// SPDX-License-Identifier: LGPL-2.1-or-later
// File over POSIX descriptors.
#include "omv/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace omv {

namespace {

int open_flags(File::Mode mode) {
  switch (mode) {
    case File::Mode::read: return O_RDONLY;
    case File::Mode::create: return O_RDWR | O_CREAT | O_TRUNC;
    case File::Mode::create_new: return O_RDWR | O_CREAT | O_EXCL;
    case File::Mode::read_write: return O_RDWR;
    case File::Mode::unnamed: return O_RDWR | O_TMPFILE;
  }
  return O_RDONLY;
}

Error short_read(const std::string& what, std::uint64_t offset, std::size_t wanted, std::size_t got) {
  return {Errc::truncated, what + ": " + std::to_string(wanted) + " bytes wanted at offset " + std::to_string(offset) +
                               ", " + std::to_string(got) + " are there"};
}

constexpr std::size_t kMaxParts = 8;

// What is left of `parts` behind the first `done` bytes; returns how many entries that makes.
int remaining_parts(std::span<const ConstByteSpan> parts, std::size_t done, std::array<iovec, kMaxParts>& rest) {
  int count = 0;
  for (const ConstByteSpan part : parts) {
    const std::size_t skipped = std::min(done, part.size());
    done -= skipped;
    if (skipped == part.size()) continue;
    // iovec serves reading too and is not const; pwritev only reads.
    auto* begin = const_cast<std::uint8_t*>(part.data() + skipped);
    rest[static_cast<std::size_t>(count++)] = {begin, part.size() - skipped};
  }
  return count;
}

}  // namespace

Error system_error(const std::string& what, int code) {
  const Errc meaning = code == ENOSPC || code == EDQUOT ? Errc::full : code == EEXIST ? Errc::exists : Errc::io;
  return {meaning, what + ": " + std::generic_category().message(code)};
}

Result<void> MemorySource::read_at(std::uint64_t offset, ByteSpan into) const {
  const std::size_t there = offset < bytes_.size() ? bytes_.size() - static_cast<std::size_t>(offset) : 0;
  if (there < into.size()) return short_read("memory", offset, into.size(), there);
  if (!into.empty()) std::memcpy(into.data(), bytes_.data() + offset, into.size());
  return {};
}

Result<SnapshotSource> SnapshotSource::of(const ByteSource& source) {
  OMV_TRY(const std::uint64_t size, source.size());
  return SnapshotSource(source, size);
}

Result<bool> SnapshotSource::refresh() {
  OMV_TRY(const std::uint64_t size, source_->size());
  return size > std::exchange(size_, size);
}

Result<File> File::open(const std::string& path, Mode mode) {
  int fd = -1;
  do fd = ::open(path.c_str(), open_flags(mode) | O_CLOEXEC, 0666);
  while (fd < 0 && errno == EINTR);
  if (fd < 0) return system_error(path, errno);
  struct stat status = {};
  if (::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
    ::close(fd);
    return Error{Errc::io, path + ": is a directory"};
  }
  return File(fd, path);
}

File::File(File&& other) noexcept : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  if (this != &other) {
    (void)close();
    fd_ = std::exchange(other.fd_, -1);
    path_ = std::move(other.path_);
  }
  return *this;
}

File::~File() { (void)close(); }

Error File::os_error(const char* what) const { return system_error(path_ + ": " + what, errno); }

Result<void> File::read_at(std::uint64_t offset, ByteSpan into) const {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t got = ::pread(fd_, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return os_error("read");
    if (got == 0) return short_read(path_, offset, into.size(), done);
    done += static_cast<std::size_t>(got);
  }
  return {};
}

Result<std::uint64_t> File::size() const {
  struct stat status = {};
  if (::fstat(fd_, &status) != 0) return os_error("size");
  return static_cast<std::uint64_t>(status.st_size);
}

Result<void> File::write_at(std::uint64_t offset, ConstByteSpan bytes) {
  return write_at(offset, std::span<const ConstByteSpan>(&bytes, 1));
}

Result<void> File::write_at(std::uint64_t offset, std::span<const ConstByteSpan> parts) {
  std::size_t done = 0;
  while (true) {
    std::array<iovec, kMaxParts> rest{};
    const int count = remaining_parts(parts, done, rest);
    if (count == 0) return {};
    const ssize_t put = ::pwritev(fd_, rest.data(), count, static_cast<off_t>(offset + done));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return os_error("write");
    done += static_cast<std::size_t>(put);
  }
}

Result<void> File::truncate(std::uint64_t size) {
  int failed = 0;
  do failed = ::ftruncate(fd_, static_cast<off_t>(size));
  while (failed != 0 && errno == EINTR);
  if (failed != 0) return os_error("truncate");
  return {};
}

Result<void> File::sync() {
  if (::fdatasync(fd_) != 0 && errno != EINVAL) return os_error("sync");
  return {};
}

Result<void> File::close() {
  if (fd_ < 0) return {};
  const int fd = std::exchange(fd_, -1);
  if (::close(fd) != 0 && errno != EINTR) return os_error("close");
  return {};
}

}  // namespace omv
