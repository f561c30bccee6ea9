// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the bytes of received frames go: memory that the consumer provides.
#pragma once

#include <functional>
#include <memory>

#include "omv/base/bytes.h"
#include "omv/image/image.h"

namespace omv::camera {

/// Memory of one frame. Destroyed unread when the frame turns out damaged.
class FrameMemory {
 public:
  virtual ~FrameMemory() = default;
  /// Exactly the bytes asked for; the same span every time.
  virtual ByteSpan bytes() = 0;
};

/// Called when geometry and size of a frame are known, before its bytes arrive; on the session's thread.
/// `size` is the number of bytes that will be written (a JPEG's may shrink when it is complete).
/// Null: the frame is read and forgotten, and counted as refused.
using FrameAllocator = std::function<std::unique_ptr<FrameMemory>(const FrameInfo& info, std::size_t size)>;

/// Ordinary memory, for consumers without wishes.
class HeapFrameMemory final : public FrameMemory {
 public:
  explicit HeapFrameMemory(std::size_t size) : bytes_(size) {}
  ByteSpan bytes() override { return bytes_; }

 private:
  Bytes bytes_;
};

inline std::unique_ptr<FrameMemory> allocate_on_heap(const FrameInfo&, std::size_t size) {
  return std::make_unique<HeapFrameMemory>(size);
}

}  // namespace omv::camera
