// SPDX-License-Identifier: LGPL-2.1-or-later
// Positioned writes; the first failure ends it.
#include "omv/recording/avi/file_output.h"

#include <utility>

namespace omv::avi {

void FileOutput::remember(Result<void> done) {
  if (!done && !error_) error_ = std::move(done).error();
}

void FileOutput::append(ConstByteSpan bytes) {
  if (error_) return;
  remember(file_->write_at(position_, bytes));
  position_ += bytes.size();
}

void FileOutput::patch(std::uint64_t offset, ConstByteSpan bytes) {
  if (!error_) remember(file_->write_at(offset, bytes));
}

void FileOutput::barrier() {
  if (!error_ && durable_) remember(file_->sync());
}

}  // namespace omv::avi
