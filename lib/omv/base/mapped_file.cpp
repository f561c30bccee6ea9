// SPDX-License-Identifier: LGPL-2.1-or-later
// mmap of a whole file.
#include "omv/base/mapped_file.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <limits>

namespace omv {

Result<MappedFile> MappedFile::open(const std::string& path) {
  OMV_TRY(const File file, File::open(path, File::Mode::read));
  OMV_TRY(const std::uint64_t size, file.size());
  if (size == 0) return MappedFile({});
  if (size > std::numeric_limits<std::size_t>::max())
    return Error{Errc::limit, path + ": " + std::to_string(size) + " bytes are more than this machine can address"};
  const auto length = static_cast<std::size_t>(size);
  void* const memory = ::mmap(nullptr, length, PROT_READ, MAP_PRIVATE, file.fd(), 0);
  if (memory == MAP_FAILED) return Error{Errc::io, path + ": map: " + std::strerror(errno)};
  (void)::madvise(memory, length, MADV_SEQUENTIAL);
  return MappedFile({static_cast<const std::uint8_t*>(memory), length});
}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
}

Result<void> MappedFile::read_at(std::uint64_t offset, ByteSpan into) const {
  return MemorySource(bytes_).read_at(offset, into);
}

}  // namespace omv
