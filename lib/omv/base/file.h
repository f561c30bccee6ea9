// SPDX-License-Identifier: LGPL-2.1-or-later
// Random-access byte sources and an owning file handle whose errors say path and reason.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "omv/base/bytes.h"
#include "omv/base/result.h"

namespace omv {

/// What a failed system call means: Errc::full, Errc::exists, else Errc::io, with `what` and the reason of `code`
/// (an errno) as the message.
Error system_error(const std::string& what, int code);

/// Bytes that can be read at any offset: a file, a mapped buffer, a GStreamer pad in pull mode.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Fills the whole of `into` from `offset`. Fewer bytes there: Errc::truncated, or
  /// Errc::again when the source is still growing and may have them later.
  virtual Result<void> read_at(std::uint64_t offset, ByteSpan into) const = 0;

  /// Number of bytes there are now. A source that is still growing may answer Errc::again
  /// as long as it does not know its end.
  virtual Result<std::uint64_t> size() const = 0;
};

/// A ByteSource over memory that outlives it.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(ConstByteSpan bytes) : bytes_(bytes) {}
  Result<void> read_at(std::uint64_t offset, ByteSpan into) const override;
  Result<std::uint64_t> size() const override { return bytes_.size(); }

 private:
  ConstByteSpan bytes_;
};

/// Another source, which outlives it, as long as it was when this was made or refreshed: asking an open file
/// for its size takes as long as reading a header.
class SnapshotSource final : public ByteSource {
 public:
  static Result<SnapshotSource> of(const ByteSource& source);

  /// Looks at the size again; true when there is more than before.
  Result<bool> refresh();

  Result<void> read_at(std::uint64_t offset, ByteSpan into) const override { return source_->read_at(offset, into); }
  Result<std::uint64_t> size() const override { return size_; }

 private:
  SnapshotSource(const ByteSource& source, std::uint64_t size) : source_(&source), size_(size) {}

  const ByteSource* source_;
  std::uint64_t size_;
};

/// An open file. Move-only; closes itself. Every call may be interrupted by a signal and goes on.
/// Not synchronised: one thread at a time, except read_at, which any number of threads may call.
class File final : public ByteSource {
 public:
  enum class Mode {
    read,        ///< existing file, read only
    create,      ///< created or truncated, read and write
    create_new,  ///< created; it is an error (Errc::exists) when it exists
    read_write,  ///< existing file, read and write
    unnamed,     ///< a new file without a name in the directory that the path tells; gone when it is closed
  };

  static Result<File> open(const std::string& path, Mode mode);

  File() = default;
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() override;

  bool is_open() const noexcept { return fd_ >= 0; }
  const std::string& path() const noexcept { return path_; }
  int fd() const noexcept { return fd_; }

  Result<void> read_at(std::uint64_t offset, ByteSpan into) const override;
  Result<std::uint64_t> size() const override;
  Result<void> write_at(std::uint64_t offset, ConstByteSpan bytes);
  /// Writes the parts one behind the other, as far as the system goes along in a single call. At most 8 parts.
  Result<void> write_at(std::uint64_t offset, std::span<const ConstByteSpan> parts);
  Result<void> truncate(std::uint64_t size);
  Result<void> sync();   ///< fdatasync: the bytes are on the medium when it returns
  Result<void> close();  ///< idempotent; reports what a delayed write could not do

 private:
  File(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  Error os_error(const char* what) const;

  int fd_ = -1;
  std::string path_;
};

}  // namespace omv
