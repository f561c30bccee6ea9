// SPDX-License-Identifier: LGPL-2.1-or-later
// A file as memory, read only: for files bigger than what one wants to copy.
#pragma once

#include <string>
#include <utility>

#include "omv/base/file.h"

namespace omv {

/// Owns the mapping. Any number of threads may read. The bytes are those of the moment the file was opened; a file that
/// somebody cuts short while it is mapped takes the pages behind its new end away from every reader (SIGBUS), so map
/// only files that are finished.
class MappedFile final : public ByteSource {
 public:
  /// Errc::io with path and reason.
  static Result<MappedFile> open(const std::string& path);

  MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile() override;

  ConstByteSpan bytes() const { return bytes_; }
  Result<void> read_at(std::uint64_t offset, ByteSpan into) const override;
  Result<std::uint64_t> size() const override { return bytes_.size(); }

 private:
  explicit MappedFile(ConstByteSpan bytes) : bytes_(bytes) {}

  ConstByteSpan bytes_;
};

}  // namespace omv
