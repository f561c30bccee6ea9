// SPDX-License-Identifier: LGPL-2.1-or-later
// The buffer owns the vector.
#include "runner/offline/frame_buffer.h"

#include <utility>

namespace omv::runner {

BufferPtr buffer_of(Bytes bytes) {
  auto* owned = new Bytes(std::move(bytes));
  return BufferPtr(gst_buffer_new_wrapped_full(static_cast<GstMemoryFlags>(0), owned->data(), owned->size(), 0,
                                               owned->size(), owned,
                                               [](gpointer memory) { delete static_cast<Bytes*>(memory); }));
}

}  // namespace omv::runner
