// SPDX-License-Identifier: LGPL-2.1-or-later
// An AVI into a file.
#pragma once

#include <optional>

#include "omv/base/file.h"
#include "omv/recording/avi/output.h"

namespace omv::avi {

/// Writes through to the file at once. Before each frame say what its payload is.
class FileOutput final : public Output {
 public:
  /// `file` is empty, open for writing and outlives this. `durable`: barriers wait for the medium.
  explicit FileOutput(File& file, bool durable = false) : file_(&file), durable_(durable) {}

  /// The bytes of the frame that is added next; they stay until then.
  void set_payload(ConstByteSpan payload) { payload_ = payload; }

  void append(ConstByteSpan bytes) override;
  void append_payload() override { append(payload_); }
  void patch(std::uint64_t offset, ConstByteSpan bytes) override;
  void barrier() override;

  /// The first failure, if there was one.
  Result<void> status() const { return error_ ? Result<void>(*error_) : Result<void>(); }

 private:
  void remember(Result<void> done);

  File* file_;
  bool durable_;
  std::uint64_t position_ = 0;
  ConstByteSpan payload_;
  std::optional<Error> error_;
};

}  // namespace omv::avi
