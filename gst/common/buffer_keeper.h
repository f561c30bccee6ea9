// SPDX-License-Identifier: LGPL-2.1-or-later
// Buffers that are held for a while, without taking them from whoever has only a few.
#pragma once

#include <gst/gst.h>

#include <memory>

namespace omv::gst {

struct UnrefBuffer {
  void operator()(GstBuffer* buffer) const { gst_buffer_unref(buffer); }
};
using BufferPtr = std::unique_ptr<GstBuffer, UnrefBuffer>;

/// One thread at a time.
class BufferKeeper {
 public:
  BufferKeeper() = default;
  BufferKeeper(const BufferKeeper&) = delete;
  BufferKeeper& operator=(const BufferKeeper&) = delete;
  ~BufferKeeper();

  /// A buffer of the same contents and metas to hold as long as one likes: `buffer` itself, or a copy when it is one of
  /// a pool that never makes more than a certain number, or its memory may not be shared (V4L2, most hardware). NULL:
  /// no memory.
  BufferPtr keep(GstBuffer* buffer);

 private:
  bool is_scarce(GstBuffer* buffer);

  GstBufferPool* pool_ = nullptr;  // the last one that was seen
  bool pool_is_bounded_ = false;
};

}  // namespace omv::gst
