// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the bytes of a file in progress go: a part on a disk, or a pipe.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/storage/part_file.h"

namespace omv::storage {

/// One thread at a time writes; everything else is for any.
class Output {
 public:
  virtual ~Output() = default;

  /// What it is called while it is written.
  virtual const std::string& path() const = 0;
  virtual std::uint64_t size() const = 0;
  virtual bool can_seek() const = 0;

  /// Room for so many bytes behind what is there. Errc::full: there is none.
  virtual Result<void> reserve(std::uint64_t more) = 0;

  /// At most 8 parts one behind the other; all of them or, as far as the system lets it, nothing.
  Result<void> write_at(std::uint64_t offset, std::span<const ConstByteSpan> parts) {
    ++steps_;
    auto written = write_parts(offset, parts);
    ++steps_;
    return written;
  }

  /// Odd while something is being written; grows with every write.
  std::uint64_t progress() const { return steps_; }

 protected:
  virtual Result<void> write_parts(std::uint64_t offset, std::span<const ConstByteSpan> parts) = 0;

 private:
  std::atomic<std::uint64_t> steps_ = 0;
};

/// A file that gets its name when it is whole.
class PartOutput final : public Output {
 public:
  explicit PartOutput(PartFile part) : part_(std::move(part)) {}

  /// For when nobody writes any more.
  PartFile& part() { return part_; }
  const std::string& path() const override { return part_.part_path(); }
  std::uint64_t size() const override {
    const std::lock_guard hold(lock_);
    return part_.size();
  }
  bool can_seek() const override { return true; }
  Result<void> reserve(std::uint64_t more) override {
    const std::lock_guard hold(lock_);
    return part_.reserve(part_.size() + more);
  }

 protected:
  Result<void> write_parts(std::uint64_t offset, std::span<const ConstByteSpan> parts) override {
    const std::lock_guard hold(lock_);
    return part_.write_at(offset, parts);
  }

 private:
  mutable std::mutex lock_;
  PartFile part_;
};

/// Tells a writer that nobody waits for what it waits for any more.
using HurryFlag = std::shared_ptr<std::atomic<bool>>;

/// A named pipe or a device, that is written as it is and has its name already. Waits for a reader as long as one
/// likes, which is until `hurry`; from then on a reader that takes nothing for two seconds counts as none.
class PipeOutput final : public Output {
 public:
  /// True for what is written so: everything that is there and is no file or directory.
  static bool is_pipe(const std::string& path);

  PipeOutput(std::string path, HurryFlag hurry) : path_(std::move(path)), hurry_(std::move(hurry)) {}
  PipeOutput(const PipeOutput&) = delete;
  PipeOutput& operator=(const PipeOutput&) = delete;
  ~PipeOutput() override;

  const std::string& path() const override { return path_; }
  std::uint64_t size() const override { return size_; }
  bool can_seek() const override { return false; }
  Result<void> reserve(std::uint64_t) override { return {}; }

 protected:
  /// Errc::unsupported for any offset but the end, Errc::cancelled when told to hurry while nobody reads.
  Result<void> write_parts(std::uint64_t offset, std::span<const ConstByteSpan> parts) override;

 private:
  Result<void> open();
  Result<void> append(ConstByteSpan bytes);
  Result<void> wait_for_room();

  std::string path_;
  HurryFlag hurry_;
  int fd_ = -1;
  std::atomic<std::uint64_t> size_ = 0;
};

}  // namespace omv::storage
