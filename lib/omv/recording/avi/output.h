// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the bytes of a recording go: a file, a pipeline, a counter.
#pragma once

#include <cstdint>

#include "omv/base/bytes.h"

namespace omv::avi {

/// Takes bytes in the order in which they have to reach the medium. Failures are its own affair: it remembers the first
/// and ignores what comes after.
class Output {
 public:
  virtual ~Output() = default;

  /// Bytes at the end.
  virtual void append(ConstByteSpan bytes) = 0;

  /// The payload of the frame that is being added, at the end.
  virtual void append_payload() = 0;

  /// Overwrites bytes that were appended. Only called when the settings say that this is possible.
  virtual void patch(std::uint64_t offset, ConstByteSpan bytes) = 0;

  /// Everything before this is to be on the medium before anything behind it.
  virtual void barrier() = 0;
};

}  // namespace omv::avi
